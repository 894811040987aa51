"""Click-to-dial from a program outside: asked with its account's rights, shown to all, and no number is told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from contactcenter.model import events, facts
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.ids import LegId, StationId
from contactcenter.model.words import Role
from tests.adapters.bus.broker import Broker, Listener
from tests.adapters.desk.house import House, Page, open_house
from tests.stories.centre import ANNA, sealed, small_config

NUMBER = "+8613912345678"
STATE, POP = "cc/main/agent/anna/state", "cc/main/agent/anna/pop"


@pytest.fixture
async def house(broker: Broker) -> AsyncIterator[House]:
    """A centre that may call out, and speaks through the broker."""
    config = msgspec.structs.replace(small_config(), outgoing=OutgoingConfig("carrier", "+861095598000"))
    async with open_house(config, bus=broker.options(), dial_prefixes=("+86",)) as opened:
        yield opened


async def seated(house: House) -> Page:
    """Anna at her phone, not ready."""
    await house.engine.engine.submit(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna")))
    page = await house.agent(ANNA, ready=False)
    await page.must("station", station="anna-phone")
    return page


async def line(house: House, page: Page, crm: Listener, role: str) -> LegId:
    """Wait for the line of a role in the journal, and answer it."""
    kind = facts.LegOpened.__name__
    await crm.until(lambda: any(f["kind"] == kind and f["fact"]["role"] == role for f in crm.facts().values()), role)
    [leg] = [f["fact"]["leg"] for f in crm.facts().values() if f["kind"] == kind and f["fact"]["role"] == role]
    await house.engine.engine.submit(events.LegAnswered(LegId(leg)))
    return LegId(leg)


async def test_a_program_puts_an_agent_through_to_a_customer(house: House, broker: Broker) -> None:
    await house.account("crm", Role.INTEGRATION)
    anna = await seated(house)
    async with broker.client("crm", "cc/main/#") as crm:
        assert await crm.ask("dial", agent="anna", number="139 1234 5678") == {"ok": True}
        shown = await anna.contact(state="dialling")
        assert (shown["direction"], shown["address"], shown["waited_ms"]) == ("outbound", NUMBER, 0)
        again = await crm.ask("dial", agent="anna", number=NUMBER)
        assert (again["code"], again["error"]) == ("refused", "Finish what you have in hand first.")
        await line(house, anna, crm, "agent")
        called = await line(house, anna, crm, "called")
        await crm.until(lambda: any(_talks(state) for state in crm.on(STATE)), "Anna talks, outbound")
        assert {pop["direction"] for pop in crm.on(POP)} == {"outbound"}
        await house.engine.engine.submit(events.LegHungUp(called))
        wrapping = await anna.contact(state="wrap_up")
        assert wrapping["wrap_up_ends_at"] is not None
        await anna.must("wrap_up", contact=shown["id"])
        everything = b"\n".join(crm.raw)
        assert b"12345678" not in everything


def _talks(state: dict[str, object]) -> bool:
    work = state["work"]
    assert isinstance(work, list)
    return any((one["state"], one["direction"]) == ("talking", "outbound") for one in work)


async def test_only_integrations_may_ask_and_only_for_numbers_that_are_allowed(house: House, broker: Broker) -> None:
    await house.account("crm", Role.INTEGRATION)
    await house.account("wallboard", Role.SUPERVISOR)
    await seated(house)
    async with broker.client("crm") as crm, broker.client("wallboard") as wallboard, broker.client("anna") as other:
        for who in (wallboard, other):
            answer = await who.ask("dial", agent="anna", number=NUMBER)
            assert (answer["ok"], answer["code"]) == (False, "not_allowed")
        answer = await crm.ask("dial", agent="anna", number="+12125550123")
        assert (answer["code"], answer["error"]) == ("refused", "Numbers of this country or network may not be called.")
        assert (await crm.ask("dial", agent="nobody", number=NUMBER))["code"] == "refused"
        assert (await crm.ask("dial", agent="anna", number="1" * 41))["code"] == "malformed"


async def test_an_agent_dials_from_the_console_and_is_told_why_nobody_was_reached(house: House) -> None:
    anna = await seated(house)
    refused = await anna.do("dial", number="110")
    assert refused["error"] == "This is no telephone number: check its digits."
    await anna.must("dial", number=NUMBER)
    shown = await anna.contact(state="dialling")
    await anna.must("close", contact=shown["id"])
    told = await anna.kind("dial_ended", contact=shown["id"])
    assert told["outcome"] == "cancelled"
    await anna.kind("contact_gone", contact=shown["id"])


async def test_nobody_dials_while_the_engine_is_away(house: House) -> None:
    anna = await seated(house)
    await house.engine.stop()
    answer = await anna.do("dial", number=NUMBER)
    assert answer["error"] == "The centre cannot be reached now: try again in a moment."
    await house.engine.start(house.config)
