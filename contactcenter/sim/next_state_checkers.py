"""Oracle of next states: a wish waits for full hands alone, the last one comes true, and none comes from nowhere.

It rebuilds from facts what it needs and shares no code with the rules it checks.
"""

from __future__ import annotations

from contactcenter.model.entry import Entry
from contactcenter.model.facts import AgentForced, Fact, NextStateChanged, OfferMade, PresenceChanged, WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Channel, Presence, Work
from contactcenter.sim.violations import Ledger

__all__ = ["NextStateChecker"]

IDLE = (Work.RINGING, Work.RESULT_OPEN, Work.ENDED)


class NextStateChecker:
    """N1 (a wish comes true with empty hands), N2 (it is the last one), N3 (who will go is offered nothing)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no wish."""
        self._ledger = ledger
        self._work: dict[AgentId, dict[ContactId, tuple[Channel, Work]]] = {}
        self._wishes: dict[AgentId, tuple[Presence, str]] = {}
        self._true: dict[AgentId, tuple[Presence, str]] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts, then that no wish waits for nothing."""
        due: dict[AgentId, tuple[Presence, str]] = {}
        for fact in entry.facts:
            self._see(fact, due, entry.at)
        for agent in self._wishes:
            self._ledger.hold(self._full(agent), "N1", entry.at, f"{agent} waits for empty hands, and has them")
        for agent, (presence, reason) in due.items():
            became = self._true.get(agent)
            self._ledger.hold(became in (None, (presence, reason)), "N2", entry.at, f"{agent} became {became}")
        self._true.clear()

    def finish(self, at: int) -> None:
        """At the end no wish is left."""
        self._ledger.hold(not self._wishes, "N1", at, f"wishes left: {self._wishes}")

    def _see(self, fact: Fact, due: dict[AgentId, tuple[Presence, str]], at: int) -> None:
        match fact:
            case NextStateChanged(presence=None):
                wish = self._wishes.pop(fact.agent, None)
                self._ledger.hold(wish is not None, "N2", at, f"{fact.agent} drops a wish that was none")
                if wish is not None and not self._full(fact.agent):
                    due[fact.agent] = wish
            case NextStateChanged(presence=Presence() as presence):
                self._wishes[fact.agent] = presence, fact.reason
            case AgentForced():
                self._ledger.hold(bool(fact.by), "N2", at, f"{fact.agent} is forced by nobody")
            case PresenceChanged():
                self._true[fact.agent] = fact.presence, fact.reason
                if fact.presence is Presence.LOGGED_OUT:
                    self._wishes.pop(fact.agent, None)
            case OfferMade():
                going = self._wishes.get(fact.agent, (Presence.READY, ""))[0] is not Presence.READY
                self._ledger.hold(not going, "N3", at, f"{fact.agent} will go and is offered {fact.contact}")
            case WorkChanged():
                self._work.setdefault(fact.agent, {})[fact.contact] = fact.channel, fact.work
                if fact.work is Work.ENDED:
                    del self._work[fact.agent][fact.contact]

    def _full(self, agent: AgentId) -> bool:
        """Whether anything must be finished: a call, a chat, or the write-up of a text."""
        held = [(channel, work) for channel, work in self._work.get(agent, {}).values() if work not in IDLE]
        return any(channel is not Channel.SMS or work is Work.WRAP_UP for channel, work in held)
