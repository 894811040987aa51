"""Oracle of contacts kept for one agent: only for somebody who is there, and only for so long."""

from __future__ import annotations

from contactcenter.model.config import QueueConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import EngineStarted
from contactcenter.model.facts import (
    ConfigApplied,
    Fact,
    MessageBegun,
    OfferEnded,
    OfferMade,
    PreferenceEnded,
    PresenceChanged,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import Presence
from contactcenter.sim.violations import Ledger

__all__ = ["StickyChecker"]

SLACK_MS = 1_000


class StickyChecker:
    """K1: nobody waits for an agent who has signed out. K2: nobody waits for one agent longer than the queue says."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody kept; write into `ledger`."""
        self._ledger = ledger
        self._queues: dict[QueueId, QueueConfig] = {}
        self._gone: dict[AgentId, bool] = {}
        self._kept: dict[ContactId, tuple[AgentId, int]] = {}
        self._rings: dict[ContactId, int] = {}

    def see(self, entry: Entry) -> None:
        """Follow the facts, then look at all who are kept."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        for contact, (agent, until_at) in self._kept.items():
            if not self._rings.get(contact):
                self._ledger.hold(not self._gone.get(agent, True), "K1", entry.at, f"{contact} waits for {agent}")
            in_time = entry.at <= until_at + SLACK_MS or isinstance(entry.event, EngineStarted)
            self._ledger.hold(in_time, "K2", entry.at, f"{contact} is kept for {agent} for too long")

    def finish(self, at: int) -> None:
        """Nothing to add at the end."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._queues |= {queue.id: queue for queue in fact.config.queues}
            case PresenceChanged():
                self._gone[fact.agent] = fact.presence is Presence.LOGGED_OUT
            case VisitOpened(preferred=str()):
                self._kept[fact.contact] = (fact.preferred or AgentId(""), at + self._queues[fact.queue].sticky_ms)
            case OfferMade():
                self._rings[fact.contact] = self._rings.get(fact.contact, 0) + 1
            case OfferEnded():
                self._rings[fact.contact] -= 1
            case PreferenceEnded() | VisitEnded() | MessageBegun():
                self._kept.pop(fact.contact, None)
