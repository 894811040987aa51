"""Lines for a house that has none: what telephones would report is told to the engine."""

from __future__ import annotations

from contactcenter.model import events
from contactcenter.model.ids import AgentId, LegId, StationId
from tests.adapters.desk.house import House, Page

__all__ = ["NUMBER", "agents_leg", "answer", "at_the_phone", "call", "register"]

NUMBER = "+8613800138000"


async def register(house: House, station: StationId) -> None:
    """A phone registers."""
    target = house.engine.vault.address(f"sip:{station}@10.0.0.9").sealed
    await house.engine.engine.submit(events.PhoneBound(station, target))


async def call(house: House, leg: str = "caller") -> LegId:
    """A customer calls and is answered; without a menu the call is queued at once."""
    address = house.engine.vault.address(NUMBER)
    arrived = events.CallArrived(LegId(leg), "trunk", "200", address.sealed, address.key, address.person)
    await house.engine.engine.submit(arrived)
    await house.engine.engine.submit(events.LegAnswered(LegId(leg)))
    return LegId(leg)


def agents_leg(house: House) -> LegId:
    """The agent's line that was dialled last."""
    legs = house.engine.engine._center.calls.lines.legs.items()
    return [name for name, leg in legs if leg.role == "agent"][-1]


async def at_the_phone(house: House, agent: AgentId) -> Page:
    """An agent is ready at a phone that is registered."""
    phone = StationId(f"{agent}-phone")
    await register(house, phone)
    page = await house.agent(agent, ready=False)
    await page.must("station", station=phone)
    await page.must("ready")
    return page


async def answer(house: House) -> None:
    """The phone that rings is lifted."""
    leg = agents_leg(house)
    await house.engine.engine.submit(events.LegRinging(leg))
    await house.engine.engine.submit(events.LegAnswered(leg))
