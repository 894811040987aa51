"""The list of callbacks over HTTP: a supervisor reads numbers, has one called now, cancels; nobody else may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from contactcenter.model import events
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.words import Role
from tests.adapters.desk.house import House, open_house
from tests.stories.callbacks import callback_config
from tests.stories.centre import ANNA

NUMBER = "+8613912345678"
ALWAYS = ((0, 2**52),)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house whose centre calls back at any hour."""
    async with open_house(callback_config(hours=ALWAYS)) as opened:
        yield opened


async def promise(house: House) -> ContactId:
    """Somebody calls, asks to be called back, and hangs up."""
    address = await house.link.address(NUMBER)
    leg = LegId("leg")
    arrived = events.CallArrived(
        leg, "trunk", "200", address.sealed, address.key, address.person, address.sealed, may_call_back=True
    )
    for event in (
        arrived,
        events.LegAnswered(leg),
        events.KeyPressed(leg, "1"),
        events.KeyPressed(leg, "1"),
        events.LegHungUp(leg),
    ):
        receipt = await house.link.submit(event)
        assert not receipt.rejected, receipt
    await house.live()
    (row,) = house.desk._callbacks._promised.rows()
    return row.contact


async def listed(browser: aiohttp.ClientSession) -> list[dict[str, Any]]:
    """Ask for the list."""
    async with browser.get("/api/callbacks") as answer:
        assert answer.status == 200, await answer.text()
        return list(await answer.json())


async def act(browser: aiohttp.ClientSession, status: int = 204, **asked: Any) -> str:
    """Ask for an act; return what is said when it is refused."""
    async with browser.post("/api/callbacks", json=asked) as answer:
        assert answer.status == status, await answer.text()
        return "" if status == 204 else str((await answer.json())["error"])


async def test_a_supervisor_reads_the_list_and_acts_on_it(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    assert await listed(boss) == []
    contact = await promise(house)
    (row,) = await listed(boss)
    assert (row["contact"], row["number"], row["queue"]) == (contact, NUMBER, "faults")
    assert (row["state"], row["tries"]) == ("waiting", 0)
    await act(boss, contact=contact, do="call_now")
    assert "before all others" in await act(boss, 409, contact=contact, do="call_now")
    await act(boss, contact=contact, do="cancel")
    await house.live()
    assert await listed(boss) == []
    assert "over" in await act(boss, 409, contact=contact, do="cancel")


async def test_what_is_no_act_is_refused(house: House) -> None:
    boss = await house.signed_in("boss", Role.SUPERVISOR)
    assert await act(boss, 400, contact="C", do="bury")


async def test_an_agent_sees_no_list(house: House) -> None:
    agent = await house.signed_in("anna", Role.AGENT, ANNA)
    async with agent.get("/api/callbacks") as answer:
        assert answer.status == 403
    async with agent.post("/api/callbacks", json={"contact": "C", "do": "cancel"}) as answer:
        assert answer.status == 403
