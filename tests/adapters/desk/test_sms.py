"""SMS from the carrier's POST to the agent and back, over real HTTP, with carriers that repeat, fail and lie."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from contactcenter.model.config import CenterConfig, EntryConfig
from contactcenter.model.words import Channel
from tests.adapters.desk.house import House, open_house
from tests.adapters.sms.carrier import FakeCarrier, fake_carrier, post_generic, post_twilio
from tests.adapters.stores import STORES
from tests.stories.centre import ANNA, small_config

GENERIC, TWILIO = "+861095598000", "+861095598001"
MENU = "+861095598002"
CUSTOMER = "+8613800138000"


def config() -> CenterConfig:
    entries = tuple(EntryConfig(number, Channel.SMS, "direct", "en") for number in (GENERIC, TWILIO))
    entries = (*entries, EntryConfig(MENU, Channel.SMS, "hotline", "zh"))
    small = small_config()
    return msgspec.structs.replace(small, entries=(*small.entries, *entries))


@pytest.fixture
async def carrier() -> AsyncIterator[FakeCarrier]:
    async with fake_carrier() as running:
        yield running


@pytest.fixture
async def house(carrier: FakeCarrier, url: str) -> AsyncIterator[House]:
    menu = msgspec.structs.replace(carrier.options("generic", MENU), name="menu")
    carriers = (carrier.options("generic", GENERIC), carrier.options("twilio", TWILIO), menu)
    async with open_house(config(), url, carriers=carriers) as opened:
        yield opened


def text(number: str = "1", words: str = "No power here", **fields: Any) -> dict[str, Any]:
    return {"id": number, "from": CUSTOMER, "to": GENERIC, "text": words, "at": 0, **fields}


@pytest.mark.parametrize("url", STORES, indirect=True)
async def test_a_text_becomes_a_contact_and_the_answer_goes_out(house: House, carrier: FakeCarrier) -> None:
    anna, outside = await house.agent(ANNA), house.browser()
    assert await post_generic(outside, "inbound", text(words="停电了 ⚡" * 100)) == (200, '{"ok": true}')
    offered = await anna.contact(state="ringing", channel="sms")
    assert offered["address"] == CUSTOMER
    assert [message["text"] for message in offered["messages"]] == ["停电了 ⚡" * 100]
    await anna.must("accept", offer=offered["offer"])
    await anna.must("write", contact=offered["id"], text="我们马上来", id="a1")
    [sent] = await carrier.texts(1)
    assert (sent["to"], sent["text"]) == (CUSTOMER, "我们马上来")
    await anna.wait(lambda page: page["kind"] == "message" and page["message"]["delivery"] == "sent")
    report = {"id": sent["reference"], "status": "delivered"}
    assert (await post_generic(outside, "status", report))[0] == 204
    await anna.wait(lambda page: page["kind"] == "message" and page["message"]["delivery"] == "delivered")
    assert (await post_generic(outside, "status", report))[0] == 204


async def test_twilios_form_goes_the_same_way(house: House, carrier: FakeCarrier) -> None:
    anna, outside = await house.agent(ANNA), house.browser()
    fields = {
        "From": CUSTOMER,
        "To": TWILIO,
        "Body": "Hello & <goodbye>",
        "MessageSid": "SM1",
        "NumMedia": "0",
        "X": "",
    }
    status, body = await post_twilio(outside, "inbound", **fields)
    assert status == 200 and body.endswith("<Response/>")
    offered = await anna.contact(state="ringing", channel="sms")
    assert offered["messages"][0]["text"] == "Hello & <goodbye>"
    await anna.must("accept", offer=offered["offer"])
    await anna.must("write", contact=offered["id"], text="Hi", id="a1")
    [sent] = await carrier.texts(1)
    await anna.wait(lambda page: page["kind"] == "message" and page["message"]["delivery"] == "sent")
    for state, expected in (("queued", 204), ("delivered", 204)):
        assert (await post_twilio(outside, "status", MessageSid=sent["reference"], MessageStatus=state))[0] == expected
    await anna.wait(lambda page: page["kind"] == "message" and page["message"]["delivery"] == "delivered")


async def test_a_text_delivered_twice_makes_one_message(house: House) -> None:
    anna, outside = await house.agent(ANNA), house.browser()
    answers = await asyncio.gather(*(post_generic(outside, "inbound", text("same")) for _ in range(5)))
    assert {status for status, _ in answers} == {200}
    await house.restart_desk()
    assert (await post_generic(house.browser(), "inbound", text("same")))[0] == 200
    assert (await post_generic(house.browser(), "inbound", text("other", "second")))[0] == 200
    back = await house.page(house.browsers[0], "/ws/console")
    await back.wait(lambda page: page["kind"] in ("snapshot", "contact", "message") and "second" in str(page))
    [contact] = house.desk.desktop.contacts.values()
    assert [message.number for message in contact.messages] == [1, 2]
    assert anna.reader.done()


async def test_while_the_engine_is_away_the_carrier_keeps_its_text(house: House) -> None:
    outside = house.browser()
    await house.engine.stop()
    status, body = await post_generic(outside, "inbound", text())
    assert (status, msgspec.json.decode(body)) == (503, {"error": "the centre cannot take this now"})
    await house.engine.start(house.config)
    await house.live()
    assert (await post_generic(outside, "inbound", text()))[0] == 200
    [contact] = house.desk.desktop.contacts.values()
    assert [message.number for message in contact.messages] == [1]


async def test_a_carrier_that_fails_is_asked_again_and_one_text_goes_out(house: House, carrier: FakeCarrier) -> None:
    anna = await house.agent(ANNA)
    carrier.answers = [500, 429, 503]
    house.desk.outbox.retry_s = (0.0,) * 4
    await post_generic(house.browser(), "inbound", text())
    offered = await anna.contact(state="ringing")
    await anna.must("accept", offer=offered["offer"])
    await anna.must("write", contact=offered["id"], text="first", id="a1")
    await anna.must("write", contact=offered["id"], text="second", id="a2")
    sent = await carrier.texts(2)
    assert [taken["text"] for taken in sent] == ["first", "second"]
    assert carrier.requests == 5


@pytest.mark.parametrize("statuses", [[400], [500, 500, 500]])
async def test_a_text_that_no_carrier_takes_has_failed(house: House, carrier: FakeCarrier, statuses: list[int]) -> None:
    anna = await house.agent(ANNA)
    house.desk.outbox.retry_s = (0.0, 0.0)
    carrier.answers = list(statuses)
    await post_generic(house.browser(), "inbound", text())
    offered = await anna.contact(state="ringing")
    await anna.must("accept", offer=offered["offer"])
    await anna.must("write", contact=offered["id"], text="lost", id="a1")
    await anna.wait(lambda page: page["kind"] == "message" and page["message"]["delivery"] == "failed")
    assert not carrier.taken and carrier.requests == len(statuses)


async def test_what_waited_when_the_desk_died_is_sent_at_its_start(house: House, carrier: FakeCarrier) -> None:
    anna = await house.agent(ANNA)
    carrier.answers = [500] * 100
    await post_generic(house.browser(), "inbound", text())
    offered = await anna.contact(state="ringing")
    await anna.must("accept", offer=offered["offer"])
    await anna.must("write", contact=offered["id"], text="promised", id="a1")
    await house.desk_life.aclose()
    carrier.answers = []
    await house.start_desk()
    [sent] = await carrier.texts(1)
    assert sent["text"] == "promised"


@pytest.mark.parametrize("answer", ["1", "１。", "报修", "report a fault"])
async def test_the_menu_is_sent_as_text_and_answered_with_a_choice(
    house: House, carrier: FakeCarrier, answer: str
) -> None:
    outside = house.browser()
    await post_generic(outside, "inbound", text("1", "help", to=MENU))
    assert (await carrier.texts(1))[0]["text"] == "请选择\n1 报修\n2 咨询"
    await post_generic(outside, "inbound", text("2", answer, to=MENU))
    assert (await carrier.texts(2))[1]["text"] == "What is your meter number?"
    [contact] = house.desk.desktop.contacts.values()
    assert [step.key for step in contact.path] == ["1"]


BAD_GENERIC = {
    "not JSON": (b"{", 400),
    "not an object": (b"[]", 400),
    "too deep": (b"[" * 20_000, 400),
    "not UTF-8": (b'{"id": "\xff"}', 400),
    "no text": (msgspec.json.encode({"id": "1", "from": CUSTOMER, "to": GENERIC}), 400),
    "an empty text": (msgspec.json.encode(text(words="")), 400),
    "a number for a text": (msgspec.json.encode(text(words=7)), 400),  # type: ignore[arg-type]
    "a long text": (msgspec.json.encode(text(words="x" * 4_001)), 400),
    "a long id": (msgspec.json.encode(text("x" * 129)), 400),
    "nobody's number": (msgspec.json.encode(text(to="+861000000000")), 422),
    "too large": (b"x" * 70_000, 413),
}


@pytest.mark.parametrize(("body", "status"), BAD_GENERIC.values(), ids=BAD_GENERIC)
async def test_bad_texts_are_refused_with_a_reason(house: House, body: bytes, status: int) -> None:
    given, answer = await post_generic(house.browser(), "inbound", body)
    assert given == status and msgspec.json.decode(answer)["error"]
    assert not house.desk.desktop.contacts


async def test_wrong_signatures_are_refused(house: House) -> None:
    outside = house.browser()
    fields = {"From": CUSTOMER, "To": TWILIO, "Body": "x", "MessageSid": "SM1"}
    tries = [
        await post_generic(outside, "inbound", text(), secret="wrong"),
        await post_generic(outside, "inbound", text(), late_s=301),
        await post_generic(outside, "inbound", text(), late_s=-301),
        await post_generic(outside, "status", {"id": "x", "status": "sent"}, secret="wrong"),
        await post_twilio(outside, "inbound", secret="wrong", **fields),
        await post_twilio(outside, "status", secret="", MessageSid="SM1", MessageStatus="sent"),
    ]
    async with outside.post("/channels/sms/generic/inbound", json=text()) as answer:
        tries.append((answer.status, ""))
    async with outside.post("/channels/sms/generic/inbound", json=text(), headers={"X-Timestamp": "²"}) as answer:
        tries.append((answer.status, ""))
    assert {status for status, _ in tries} == {403}
    assert (await post_generic(outside, "status", {"id": "unknown", "status": "sent"}))[0] == 404
    async with outside.post("/channels/sms/nobody/inbound", json=text()) as answer:
        assert answer.status == 404
    assert (await post_twilio(outside, "inbound", From=CUSTOMER, To=TWILIO, MessageSid="SM1"))[0] == 400
    assert not house.desk.desktop.contacts
