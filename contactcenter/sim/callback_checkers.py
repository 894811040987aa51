"""Oracles of callbacks: one per number, in its place, within the hours, tried so often, ended in one way."""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.model.config import QueueConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import CallbackHurried, MachineMet
from contactcenter.model.facts import (
    CallbackAnswered,
    CallbackEnded,
    CallbackPostponed,
    CallbackPromised,
    ConfigApplied,
    ContactEnded,
    DialEnded,
    DialStarted,
    Fact,
    LegOpened,
    OfferMade,
    PresenceChanged,
    PriorityChanged,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import DialOutcome, LegRole, Presence, VisitOutcome
from contactcenter.sim.violations import Ledger

__all__ = ["CallbackChecker"]

THEIR_ANSWERS = (DialOutcome.BUSY, DialOutcome.NO_ANSWER, DialOutcome.REFUSED, DialOutcome.UNREACHABLE)


@dataclass(slots=True)
class Seen:
    """A callback as facts show it: its place, the attempts that failed, and from when it may be tried again."""

    number_key: str
    expires_at: int
    tries_max: int
    retry_ms: int
    failed: int = 0
    rests_until_at: int = 0
    customer_first: bool = False
    on_line: bool = False


class CallbackChecker:
    """K1 (one per number), K2 (place kept), K3 (in hours), K4 (one end, in time), K5 (tries bounded, apart), K6.

    K6: who is called first is called by such a queue alone, while a ready agent is kept for him and offered nothing;
    and only who has answered can abandon.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody to call."""
        self._ledger = ledger
        self._queues: dict[QueueId, QueueConfig] = {}
        self._hours: tuple[tuple[int, int], ...] = ()
        self._places: dict[ContactId, tuple[QueueId, int, int]] = {}
        self._callbacks: dict[ContactId, Seen] = {}
        self._presence: dict[AgentId, Presence] = {}
        self._kept: dict[ContactId, AgentId] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one; what a machine or a supervisor means stands in the event."""
        if isinstance(entry.event, CallbackHurried):
            self._callbacks[entry.event.contact].rests_until_at = 0
        if isinstance(entry.event, MachineMet):
            self._fail(entry.event.contact, entry.at)
        for fact in entry.facts:
            self._see(fact, entry.at)
            self._see_kept(fact, entry.at)
        for contact, agent in self._kept.items():
            ready = self._presence.get(agent) is Presence.READY
            self._ledger.hold(ready, "K6", entry.at, f"{contact} is called, and {agent} is not ready for him")

    def finish(self, at: int) -> None:
        """At the end nobody waits for a call."""
        self._ledger.hold(not self._callbacks, "K4", at, f"callbacks left: {list(self._callbacks)[:5]}")

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._queues |= {queue.id: queue for queue in fact.config.queues}
                self._hours = fact.config.callback_hours
            case VisitOpened():
                self._opened(fact, at)
            case PriorityChanged() if fact.contact in self._places:
                queue, _, placed_at = self._places[fact.contact]
                self._places[fact.contact] = (queue, fact.priority, placed_at)
            case CallbackPromised():
                self._promised(fact, at)
            case LegOpened(role=LegRole.CALLED) if fact.contact in self._callbacks:
                self._called(fact.contact, at)
            case DialEnded() if fact.contact in self._callbacks and fact.outcome in THEIR_ANSWERS:
                self._fail(fact.contact, at)
            case VisitEnded(callback=True, outcome=VisitOutcome.ABANDONED):
                waited = fact.contact in self._callbacks and self._callbacks[fact.contact].on_line
                self._ledger.hold(waited, "K6", at, f"{fact.contact} abandons and was on no line")
            case CallbackEnded():
                known = self._callbacks.pop(fact.contact, None)
                self._ledger.hold(known is not None, "K4", at, f"{fact.contact} is no callback, and ends as one")
            case ContactEnded():
                self._ledger.hold(fact.contact not in self._callbacks, "K4", at, f"{fact.contact} ends without an end")
                self._places.pop(fact.contact, None)

    def _see_kept(self, fact: Fact, at: int) -> None:
        """Follow who is kept for a customer whose phone rings first, and whether he has answered."""
        match fact:
            case PresenceChanged():
                self._presence[fact.agent] = fact.presence
            case DialStarted(customer_first=True):
                seen = self._callbacks.get(fact.contact)
                right = seen is not None and seen.customer_first and not seen.on_line
                self._ledger.hold(right, "K6", at, f"{fact.contact} is called before an agent by mistake")
                self._kept[fact.contact] = fact.agent
            case DialEnded():
                self._kept.pop(fact.contact, None)
            case CallbackAnswered():
                self._callbacks[fact.contact].on_line = True
            case CallbackPostponed() | VisitOpened() if fact.contact in self._callbacks:
                self._callbacks[fact.contact].on_line = False
            case OfferMade():
                free = fact.agent not in self._kept.values()
                self._ledger.hold(free, "K6", at, f"{fact.agent} is kept for a callback and is offered {fact.contact}")

    def _opened(self, fact: VisitOpened, at: int) -> None:
        place = (fact.queue, fact.priority, fact.placed_at)
        if fact.callback and fact.contact in self._places:
            kept = self._places[fact.contact] == place
            self._ledger.hold(kept, "K2", at, f"{fact.contact} waits at {place}, not {self._places[fact.contact]}")
        self._places[fact.contact] = place

    def _promised(self, fact: CallbackPromised, at: int) -> None:
        same = [contact for contact, seen in self._callbacks.items() if seen.number_key == fact.number_key]
        self._ledger.hold(not same, "K1", at, f"{fact.contact} has the number of {same}")
        rules = self._queues[fact.queue or self._places[fact.contact][0]].callback
        self._ledger.hold(rules is not None, "K4", at, f"{fact.contact} is promised what its queue does not do")
        if rules is not None:
            seen = Seen(fact.number_key, fact.expires_at, rules.tries, rules.retry_ms)
            seen.customer_first = rules.customer_first
            self._callbacks[fact.contact] = seen

    def _called(self, contact: ContactId, at: int) -> None:
        seen = self._callbacks[contact]
        lawful = any(from_at <= at < to_at for from_at, to_at in self._hours)
        self._ledger.hold(lawful, "K3", at, f"{contact} is called outside the hours")
        self._ledger.hold(at < seen.expires_at, "K4", at, f"{contact} is called after its time")
        self._ledger.hold(seen.failed < seen.tries_max, "K5", at, f"{contact} is tried after {seen.failed} failed")
        self._ledger.hold(at >= seen.rests_until_at, "K5", at, f"{contact} is tried again too soon")

    def _fail(self, contact: ContactId, at: int) -> None:
        seen = self._callbacks[contact]
        seen.failed += 1
        seen.rests_until_at = at + seen.retry_ms
