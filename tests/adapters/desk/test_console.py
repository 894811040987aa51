"""The agent's day on the console: presence, calls with the customer on the screen, records, reports, figures."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from contactcenter.adapters.console import socket
from contactcenter.adapters.customers.commands import erase_customer
from contactcenter.adapters.customers.directory import Customer, CustomerPhone
from contactcenter.adapters.database.store import open_database
from contactcenter.model import events
from contactcenter.model.facts import RecordingChanged
from contactcenter.model.ids import ContactId, CustomerId, LegId, MessageId, RecordingId, StationId
from contactcenter.model.words import Role
from tests.adapters.desk.house import House, Page
from tests.adapters.desk.lines import NUMBER, agents_leg, call, register
from tests.adapters.stores import STORES
from tests.stories.centre import ANNA

PHONE = StationId("anna-phone")
XSS = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


async def at_the_phone(house: House) -> Page:
    """Anna is ready at a phone that is registered."""
    await register(house, PHONE)
    page = await house.agent(ANNA, ready=False)
    await page.must("station", station=PHONE)
    await page.must("ready")
    return page


async def talk(house: House) -> tuple[Page, dict[str, Any]]:
    """Anna talks to a customer."""
    page = await at_the_phone(house)
    await call(house)
    await page.contact(state="ringing")
    leg = agents_leg(house)
    await house.engine.engine.submit(events.LegRinging(leg))
    await house.engine.engine.submit(events.LegAnswered(leg))
    return page, await page.contact(state="talking")


@pytest.mark.parametrize("url", STORES, indirect=True)
async def test_the_customer_is_on_the_screen_when_it_rings(house: House) -> None:
    li = Customer(id=CustomerId("K1"), name=XSS, phones=(CustomerPhone(NUMBER),), customer_class="A", language="zh")
    await house.desk.customers.save([li], 1)
    page = await at_the_phone(house)
    await call(house)
    ringing = await page.wait(lambda got: got["kind"] == "contact" and got["contact"]["customer"] is not None)
    contact = ringing["contact"]
    assert (contact["state"], contact["address"], contact["name"]) == ("ringing", NUMBER, XSS)
    assert (contact["customer"]["class"], contact["customer"]["phones"][0]["number"]) == ("A", NUMBER)
    assert contact["can_accept"] is False and contact["expires_at"] > contact["since_at"]
    await page.must("reject", offer=contact["offer"])
    await page.kind("contact_gone", contact=contact["id"])


@pytest.mark.parametrize("url", STORES, indirect=True)
async def test_a_call_is_wrapped_up_and_becomes_history(house: House) -> None:
    page, contact = await talk(house)
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await page.contact(state="wrap_up")
    assert "disposition" in (await page.do("wrap_up", contact=contact["id"], disposition="no such"))["error"]
    await page.must("wrap_up", contact=contact["id"], disposition="solved", note=XSS)
    await page.kind("contact_gone", contact=contact["id"])
    await house.desk.follower.written(house.engine.engine.head())
    await call(house, "again")
    again = await page.wait(lambda got: got["kind"] == "contact" and got["contact"]["id"] != contact["id"])
    [before] = again["contact"]["history"]
    assert (before["contact"], before["disposition"], before["note"]) == (contact["id"], "solved", XSS)


async def test_the_record_of_a_contact_is_read_by_who_may(house: House) -> None:
    page, contact = await talk(house)
    await house.desk.follower.written(house.engine.engine.head())
    async with house.browsers[0].get(f"/api/contacts/{contact['id']}") as answer:
        record = await answer.json()
    assert (record["channel"], record["address"], record["agent"]) == ("voice", NUMBER, "anna")
    assert [part["kind"] for part in record["segments"]][-1] == "talk"
    [sound] = record["recordings"]
    assert sound["state"] == "started" and len(sound["id"]) == 43
    assert page.reader.done() is False


async def test_a_recording_is_had_by_its_opaque_id_alone(house: House) -> None:
    _, contact = await talk(house)
    boss, stranger = await house.signed_in("boss", Role.SUPERVISOR), house.browser()
    entries = house.engine.journal.read(0, 1_000)
    started = next(fact for entry in entries for fact in entry.facts if isinstance(fact, RecordingChanged))
    path = house.folder / "recordings" / started.name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"RIFF sound")
    await house.engine.engine.submit(events.RecordingStored(RecordingId(started.recording), 1, 10, "ab" * 32))
    await house.desk.follower.reach(house.engine.engine.head(), 5.0)
    await house.desk.follower.written(house.engine.engine.head())
    async with boss.get(f"/api/contacts/{contact['id']}") as answer:
        [sound] = (await answer.json())["recordings"]
    async with boss.get(f"/api/recordings/{sound['id']}") as answer:
        assert (answer.status, await answer.read(), answer.content_type) == (200, b"RIFF sound", "audio/wav")
        assert answer.headers["Content-Disposition"].startswith("attachment")
    async with stranger.get(f"/api/recordings/{sound['id']}") as answer:
        assert answer.status == 401
    for name in (started.recording, started.name, "..%2f..%2frecords.db", "x"):
        async with boss.get(f"/api/recordings/{name}") as answer:
            assert answer.status == 404


async def test_a_page_that_does_not_answer_pings_is_gone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "PING_S", 0.05)
    monkeypatch.setattr(socket, "LOST_S", 0.2)
    browser = await house.signed_in("anna", Role.AGENT, ANNA)
    deaf = await browser.ws_connect(f"{house.url}/ws/console", origin=house.url, autoping=False)
    await wait_for_console(house, True)
    async with asyncio.timeout(10):
        while (await deaf.receive()).type is not aiohttp.WSMsgType.CLOSE:
            pass
    await deaf.close()
    await wait_for_console(house, False)


async def wait_for_console(house: House, connected: bool) -> None:
    """Wait until the centre believes that Anna's console is connected or not."""
    async with asyncio.timeout(10):
        while house.desk.desktop.agents[ANNA].console is not connected:
            await house.desk.follower.reach(house.desk.follower.sequence + 1, 10.0)


async def test_a_console_that_goes_is_told_to_the_centre_and_when_it_comes_back(house: House) -> None:
    page = await house.agent(ANNA)
    await wait_for_console(house, True)
    await page.leave()
    await wait_for_console(house, False)
    back = await house.page(house.browsers[0], "/ws/console")
    await wait_for_console(house, True)
    assert (await back.kind("snapshot"))["agent"]["presence"] == "ready"


async def test_pages_that_a_dead_desk_held_are_told_as_lost(house: House) -> None:
    await house.agent(ANNA)
    await wait_for_console(house, True)
    await house.restart_desk()
    await wait_for_console(house, False)


async def test_a_page_hears_a_beat(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contactcenter.adapters.console.agent_pages.PING_S", 0.02)
    page = await house.agent(ANNA, ready=False)
    assert abs((await page.kind("beat"))["now_at"] - time.time() * 1000) < 60_000


async def test_a_wallboard_sees_life_at_once(house: House) -> None:
    board = await house.page(await house.signed_in("boss", Role.SUPERVISOR), "/ws/wallboard")
    first = await board.kind("snapshot")
    [queue] = first["queues"]
    assert (queue["id"], queue["waiting"], queue["agents"]["signed_in"]) == ("faults", 0, 0)
    assert queue["channels"] == {"voice": 0, "chat": 0, "sms": 0} and queue["service_level"] is None
    await call(house)
    news = await board.wait(lambda page: page["kind"] == "figures" and bool(page["queues"]))
    assert (news["queues"][0]["waiting"], news["queues"][0]["offered"]) == (1, 1)
    await at_the_phone(house)
    ready = await board.wait(lambda page: any(agent["work"] for agent in page.get("agents", ())))
    anna = next(agent for agent in ready["agents"] if agent["id"] == "anna")
    assert (anna["presence"], anna["work"][0]["channel"], anna["work"][0]["state"]) == ("ready", "voice", "ringing")


async def test_the_console_hears_its_queues_figures(house: House) -> None:
    page = await house.agent(ANNA)
    assert (await page.kind("snapshot"))["queues"][0]["id"] == "faults"
    await house.visitor()
    await page.wait(lambda got: got["kind"] == "queues" and got["queues"][0]["agents"]["ready"] == 1)


@pytest.mark.parametrize("url", STORES, indirect=True)
async def test_reports_are_tables_for_supervisors(house: House) -> None:
    page, contact = await talk(house)
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await page.contact(state="wrap_up")
    await page.must("wrap_up", contact=contact["id"], disposition="solved")
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    now = int(time.time() * 1000)
    span = f"from={now - 3_600_000}&to={now + 3_600_000}"
    for kind in ("intervals", "agents", "contacts"):
        async with boss.get(f"/api/reports/{kind}?{span}") as answer:
            table = await answer.json()
        assert answer.status == 200 and table["rows"] and len(table["rows"][0]) == len(table["columns"])
    async with boss.get(f"/api/reports/contacts?{span}&format=csv") as answer:
        lines = (await answer.text()).splitlines()
    assert answer.content_type == "text/csv" and contact["id"] in lines[1] and NUMBER not in lines[1]
    for wrong in ("", "from=1", "from=x&to=2", "from=5&to=5", "from=0&to=9999999999999", "from=-1&to=5"):
        async with boss.get(f"/api/reports/contacts?{wrong}") as answer:
            assert answer.status == 400
    async with boss.get(f"/api/reports/secrets?{span}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("url", STORES, indirect=True)
async def test_customers_are_found_with_their_history(house: House) -> None:
    await house.desk.customers.save([Customer(id=CustomerId("K/1"), phones=(CustomerPhone(NUMBER),))], 1)
    program = await house.signed_in("crm", Role.INTEGRATION)
    for asked in ("13800138000", "%2B86 138 0013 8000"):
        async with program.get(f"/api/customers?number={asked}") as answer:
            [found] = (await answer.json())["customers"]
        assert (found["id"], found["history"]) == ("K/1", [])
    async with program.get("/api/customers?number=13900139000") as answer:
        assert await answer.json() == {"customers": []}
    for path, status in (("/api/customers", 400), ("/api/customers?number=", 400), ("/api/customers/nobody", 404)):
        async with program.get(path) as answer:
            assert answer.status == status


async def test_the_centres_words_are_told(house: House) -> None:
    async with (await house.signed_in("boss", Role.SUPERVISOR)).get("/api/center") as answer:
        center = await answer.json()
    assert center["queues"] == [{"id": "faults", "name": "Faults", "dispositions": ["solved"]}]
    assert {"id": "anna-phone", "reachable": False, "auto_answer": False} in center["stations"]
    assert center["texts"]["fault"]["zh"] == "报修" and "break" in center["reasons"]


async def test_health_says_why_it_is_not_ready(house: House) -> None:
    outside = house.browser()
    async with outside.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ready": True, "reasons": []})
    await house.engine.stop()
    async with asyncio.timeout(10):
        while (await outside.get("/readyz")).status == 200:
            pass
    async with outside.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (
            503,
            {"ready": False, "reasons": ["the engine cannot be reached"]},
        )
    async with outside.get("/healthz") as answer:
        assert answer.status == 200
    async with outside.get("/metrics") as answer:
        assert "contactcenter_engine_connected 0.0" in await answer.text()
    await house.engine.start(house.config)


async def test_metrics_name_no_person(house: House) -> None:
    page, contact = await talk(house)
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await page.contact(state="wrap_up")
    async with house.browser().get("/metrics") as answer:
        text = await answer.text()
    for wanted in (
        'contactcenter_contacts_arrived_total{channel="voice"} 1.0',
        'contactcenter_offers_total{channel="voice",outcome="accepted"} 1.0',
        'contactcenter_queue_waiting{channel="voice",queue="faults"} 0.0',
        'contactcenter_agents{state="wrap_up"} 1.0',
        "contactcenter_engine_connected 1.0",
        'contactcenter_http_requests_total{route="console_socket",status="101"}',
    ):
        assert wanted in text or "http_requests" in wanted, wanted
    for secret in (NUMBER, NUMBER[3:], contact["id"], "anna", "Anna"):
        assert secret not in text


async def test_a_customer_is_erased_from_every_store(house: House) -> None:
    await house.desk.customers.save([Customer(id=CustomerId("K1"), name="Li", phones=(CustomerPhone(NUMBER),))], 1)
    page, contact = await talk(house)
    await page.wait(lambda got: got["kind"] == "contact" and got["contact"]["customer"] is not None)
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await page.contact(state="wrap_up")
    await page.must("wrap_up", contact=contact["id"], note=f"call {NUMBER} back")
    await house.desk.follower.reach(house.engine.engine.head(), 5.0)
    await house.desk.follower.written(house.engine.engine.head())
    database = await open_database(house.folder / "records.db", "main")
    persons = await erase_customer(database, house.desk.customers, house.link, CustomerId("K1"))
    await house.desk.follower.reach(house.engine.engine.head(), 5.0)
    await house.desk.follower.written(house.engine.engine.head())
    await database.close()
    assert persons == 1 and await house.desk.customers.get(CustomerId("K1")) is None
    async with house.browsers[0].get(f"/api/contacts/{contact['id']}") as answer:
        record = await answer.json()
    assert (record["address"], record["notes"]) == (None, [])
    assert isinstance(MessageId(record["note"]), str) and ContactId(record["id"]) == contact["id"]
    await house.desk_life.aclose()
    assert NUMBER[3:].encode() not in (house.folder / "records.db").read_bytes()
