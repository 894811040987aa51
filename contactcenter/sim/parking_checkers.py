"""Oracle of parked texts: parked while their agent is in a call and at no other time, and none is lost by it.

It rebuilds from facts what it needs and shares no code with the rules it checks.
"""

from __future__ import annotations

from contactcenter.model.config import AgentConfig
from contactcenter.model.entry import Entry
from contactcenter.model.facts import ConfigApplied, Fact, WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Channel, Work
from contactcenter.sim.violations import Ledger

__all__ = ["ParkingChecker"]

IN_CALL = (Work.TALKING, Work.HOLD, Work.CONSULTING, Work.WRAP_UP)


class ParkingChecker:
    """P1 (in a call, what it interrupts is parked), P2 (without one, nothing is)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody at work."""
        self._ledger = ledger
        self._config: dict[AgentId, AgentConfig] = {}
        self._work: dict[AgentId, dict[ContactId, tuple[Channel, Work]]] = {}

    def see(self, entry: Entry) -> None:
        """Take the facts in, then look at every agent whose work changed."""
        changed = [self._see(fact) for fact in entry.facts]
        for agent in dict.fromkeys(name for name in changed if name is not None):
            self._check(agent, entry.at)

    def finish(self, at: int) -> None:
        """At the end nothing is parked."""
        for agent in self._work:
            self._check(agent, at)

    def _see(self, fact: Fact) -> AgentId | None:
        if isinstance(fact, ConfigApplied):
            self._config |= {agent.id: agent for agent in fact.config.agents}
        if not isinstance(fact, WorkChanged):
            return None
        held = self._work.setdefault(fact.agent, {})
        held[fact.contact] = fact.channel, fact.work
        if fact.work is Work.ENDED:
            del held[fact.contact]
        return fact.agent

    def _check(self, agent: AgentId, at: int) -> None:
        held = self._work[agent]
        in_call = any(channel is Channel.VOICE and work in IN_CALL for channel, work in held.values())
        parked = [contact for contact, (_, work) in held.items() if work is Work.PARKED]
        if not in_call:
            self._ledger.hold(not parked, "P2", at, f"{agent} is in no call and has parked {parked[:3]}")
            return
        interrupted = self._config[agent].calls_interrupt
        going_on = [
            contact
            for contact, (channel, work) in held.items()
            if (work is Work.TALKING and channel in interrupted)
            or (work is Work.WRAP_UP and channel is not Channel.VOICE)
        ]
        self._ledger.hold(not going_on, "P1", at, f"{agent} is in a call and goes on with {going_on[:3]}")
