"""Passing a contact on from a program outside, with its account's rights."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from contactcenter.model import events
from contactcenter.model.ids import StationId
from contactcenter.model.words import Role
from tests.adapters.bus.broker import Broker
from tests.adapters.desk.house import House, open_house
from tests.adapters.desk.lines import agents_leg, call
from tests.stories.centre import ANNA, sealed

POP = "cc/main/agent/anna/pop"


@pytest.fixture
async def house(broker: Broker) -> AsyncIterator[House]:
    """A centre that speaks through the broker."""
    async with open_house(bus=broker.options()) as opened:
        yield opened


async def test_a_program_passes_a_call_on_to_the_queue(house: House, broker: Broker) -> None:
    await house.account("crm", Role.INTEGRATION)
    await house.account("wallboard", Role.SUPERVISOR)
    await house.engine.engine.submit(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna")))
    anna = await house.agent(ANNA, ready=False)
    await anna.must("station", station="anna-phone")
    await anna.must("ready")
    await call(house)
    await anna.contact(state="ringing")
    await house.engine.engine.submit(events.LegAnswered(agents_leg(house)))
    contact = (await anna.contact(state="talking"))["id"]
    async with broker.client("crm", "cc/main/#") as crm, broker.client("wallboard") as wallboard:
        asked = {"agent": "anna", "contact": contact}
        assert (await wallboard.ask("transfer", **asked, to_queue="faults"))["code"] == "not_allowed"
        assert (await crm.ask("transfer", **asked))["code"] == "malformed"
        assert (await crm.ask("transfer", **asked, to_agent="bo"))["code"] == "refused"
        assert await crm.ask("transfer", **asked, to_queue="faults") == {"ok": True}
        await crm.until(lambda: any(f["kind"] == "TransferStarted" for f in crm.facts().values()), "the transfer")
        await crm.until(lambda: any(pop["state"] == "wrap_up" for pop in crm.on(POP)), "Anna wraps up")
