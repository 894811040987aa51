"""The list of messages over HTTP: a supervisor reads it and dismisses one; nobody else may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from contactcenter.model import events
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.words import Role
from tests.adapters.desk.house import House, open_house
from tests.stories.centre import ANNA
from tests.stories.voicemail import voicemail_config

NUMBER = "+8613912345678"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house whose centre takes messages."""
    async with open_house(voicemail_config()) as opened:
        yield opened


async def leaves_message(house: House) -> ContactId:
    """Somebody calls, presses 5, speaks after the tone, and hangs up."""
    address = await house.link.address(NUMBER)
    leg = LegId("leg")
    await submit(house, events.CallArrived(leg, "trunk", "200", address.sealed, address.key, address.person))
    await submit(house, events.LegAnswered(leg), events.KeyPressed(leg, "5"))
    center = house.engine.engine._center
    (call,) = center.calls.lines.calls.values()
    assert call.play is not None
    await submit(house, events.PlaybackEnded(leg, call.play))
    (recording,) = center.recordings._sessions
    await submit(house, events.LegHungUp(leg), events.RecordingStored(recording, 9_000, 72_000, "digest"))
    await house.live()
    (contact,) = center.routing.floor.contacts
    return contact


async def submit(house: House, *them: events.Event) -> None:
    """Let events happen, none of which may be refused."""
    for event in them:
        receipt = await house.link.submit(event)
        assert not receipt.rejected, receipt


async def listed(browser: aiohttp.ClientSession) -> list[dict[str, Any]]:
    """Ask for the list."""
    async with browser.get("/api/messages") as answer:
        assert answer.status == 200, await answer.text()
        return list(await answer.json())


async def act(browser: aiohttp.ClientSession, contact: str, status: int) -> str:
    """Ask for a message to be dismissed; return what is said when it is refused."""
    async with browser.post("/api/messages", json={"contact": contact, "do": "dismiss"}) as answer:
        assert answer.status == status, await answer.text()
        return "" if status == 204 else str((await answer.json())["error"])


async def test_a_supervisor_reads_the_list_and_dismisses_a_message(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    assert await listed(boss) == []
    contact = await leaves_message(house)
    (row,) = await listed(boss)
    assert (row["contact"], row["number"], row["queue"], row["agent"]) == (contact, NUMBER, "faults", None)
    assert (row["duration_ms"], row["whole"]) == (9_000, True)
    await act(boss, contact, 204)
    await house.live()
    assert await listed(boss) == []
    assert await act(boss, contact, 409) == "This message is over, or somebody listens to it."


async def test_an_agent_sees_no_list(house: House) -> None:
    agent = await house.signed_in("anna", Role.AGENT, ANNA)
    async with agent.get("/api/messages") as answer:
        assert answer.status == 403
    await act(agent, "C", 403)
