"""Oracles of recipes, closing and reserves: each was written from what the documents promise, not from the rules.

They keep their own plain lists of who waits, and look at all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.config import QueueConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import EngineStarted
from contactcenter.model.facts import (
    ConfigApplied,
    ContactEnded,
    DirectDiverted,
    EndDeferred,
    Fact,
    FarewellBegun,
    MessageBegun,
    OfferEnded,
    OfferMade,
    RecipeStepDue,
    ReserveCalled,
    ReserveReleased,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, OfferId, QueueId, VisitId
from contactcenter.model.recipes import Act, RecipeStep
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome
from contactcenter.sim.violations import Ledger

__all__ = ["RecipeChecker", "ReserveChecker"]

FAREWELL_MS_MAX = 61_000
LATE_MS = 1_000  # what is due is done by then


CLOSED_ENDINGS = (ContactOutcome.CLOSED, ContactOutcome.CALLBACK_EXPIRED, ContactOutcome.CALLBACK_CANCELLED)


@dataclass(slots=True)
class _Visit:
    contact: ContactId
    queue: QueueId
    opened_at: int
    placed_at: int
    done: list[tuple[Act, int]] = field(default_factory=list)


class RecipeChecker:
    """R1 (no step twice, none too early, none while it rings), R2 (overflow), R3 (closed is closed)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody waiting."""
        self._ledger = ledger
        self._queues: dict[QueueId, QueueConfig] = {}
        self._visits: dict[VisitId, _Visit] = {}
        self._entered: dict[ContactId, list[QueueId]] = {}
        self._moving: dict[ContactId, _Visit] = {}
        self._rings: dict[OfferId, ContactId] = {}
        self._closed: dict[ContactId, None] = {}
        self._leaving: dict[ContactId, int] = {}  # who was closed and is still told so
        self._away: dict[ContactId, None] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, and that nobody is left between two queues or told farewell for ever."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        self._ledger.hold(not self._moving, "R2", entry.at, f"overflowed into no queue: {list(self._moving)[:5]}")
        self._moving = {}
        late = [contact for contact, at in self._leaving.items() if entry.at - at > FAREWELL_MS_MAX]
        self._ledger.hold(not late, "R3", entry.at, f"closed, and still here: {late[:5]}")

    def finish(self, at: int) -> None:
        """Everything was checked as it happened."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._queues |= {queue.id: queue for queue in fact.config.queues}
            case VisitOpened():
                self._opened(fact, at)
            case OfferMade():
                self._rings[fact.offer] = fact.contact
            case OfferEnded():
                self._rings.pop(fact.offer, None)
            case RecipeStepDue():
                self._step(fact, at)
            case VisitEnded():
                self._ended(fact, at)
            case DirectDiverted(queue=None, flow=""):
                self._away[fact.contact] = None
            case FarewellBegun() if fact.contact in self._away:
                del self._away[fact.contact]  # she whom he called is not here, and nobody else is asked
            case FarewellBegun():
                told = fact.contact in self._closed
                self._ledger.hold(told, "R3", at, f"{fact.contact} is told farewell before its visit is closed")
            case EndDeferred():
                self._leaving.pop(fact.contact, None)  # the customer is gone; whoever passed him on may write for long
            case ContactEnded():
                self._leaving.pop(fact.contact, None)
                right = fact.contact not in self._closed or fact.outcome in CLOSED_ENDINGS
                self._closed.pop(fact.contact, None)
                self._ledger.hold(right, "R3", at, f"{fact.contact} was closed and ends as {fact.outcome}")
                self._entered.pop(fact.contact, None)

    def _opened(self, fact: VisitOpened, at: int) -> None:
        entered = self._entered.setdefault(fact.contact, [])
        before = self._moving.pop(fact.contact, None)
        if before is not None:
            again = fact.queue in entered
            self._ledger.hold(not again, "R2", at, f"{fact.contact} overflows back into {fact.queue}")
            kept = fact.placed_at == before.placed_at
            self._ledger.hold(kept, "R2", at, f"{fact.contact} loses its place by overflow")
        self._ledger.hold(fact.contact not in self._closed, "R3", at, f"{fact.contact} waits after it was closed")
        entered.append(fact.queue)
        self._visits[fact.visit] = _Visit(fact.contact, fact.queue, at, fact.placed_at)

    def _ended(self, fact: VisitEnded, at: int) -> None:
        visit = self._visits.pop(fact.visit)
        if fact.outcome is VisitOutcome.OVERFLOWED:
            self._moving[fact.contact] = visit
        elif fact.outcome is VisitOutcome.CLOSED:
            self._closed[fact.contact], self._leaving[fact.contact] = None, at

    def _step(self, fact: RecipeStepDue, at: int) -> None:
        visit, step = self._visits.get(fact.visit), self._find(fact)
        self._ledger.hold(visit is not None and step is not None, "R1", at, f"{fact} belongs to nobody who waits")
        if visit is None or step is None:
            return
        early = at < visit.opened_at + step.after_ms
        self._ledger.hold(not early, "R1", at, f"{fact} is too early: the visit began at {visit.opened_at}")
        rings = fact.contact in self._rings.values()
        self._ledger.hold(not rings, "R1", at, f"{fact} while a telephone rings")
        if fact.done:
            visit.done.append((fact.act, fact.number))
            often = visit.done.count((fact.act, fact.number))
            most = step.times if step.every_ms else 1
            self._ledger.hold(not most or often <= most, "R1", at, f"{fact} for the {often}. time")

    def _find(self, fact: RecipeStepDue) -> RecipeStep | None:
        equal = [step for step in self._queues[fact.queue].recipe if step.act == fact.act]
        return equal[fact.number] if fact.number < len(equal) else None


class ReserveChecker:
    """R4: a reserve is called only when its queue is in need and then at once, and let go only when it is at ease."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nobody waiting and no reserve called."""
        self._ledger = ledger
        self._queues: dict[QueueId, QueueConfig] = {}
        self._waiting: dict[ContactId, tuple[QueueId, int]] = {}
        self._called: list[QueueId] = []

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, and that no queue is in need without its reserve."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        if isinstance(entry.event, EngineStarted):
            return  # what came due while no engine was there is looked at next
        for name in self._queues:
            needed = name not in self._called and self._in_need(name, entry.at, LATE_MS)
            self._ledger.hold(not needed, "R4", entry.at, f"{name} is in need and its reserve is not called")

    def finish(self, at: int) -> None:
        """Everything was checked as it happened."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._queues = {queue.id: queue for queue in fact.config.queues if queue.reserve is not None}
                self._called = [name for name in self._called if name in self._queues]
            case VisitOpened():
                if fact.channel is not Channel.SMS and not fact.off_line:
                    self._waiting[fact.contact] = (fact.queue, at)
            case VisitEnded() | MessageBegun():
                self._waiting.pop(fact.contact, None)
            case ReserveCalled():
                idle = fact.queue not in self._called
                needed = idle and self._in_need(fact.queue, at, 0)
                self._ledger.hold(needed, "R4", at, f"the reserve of {fact.queue} is called for nothing")
                self._called.append(fact.queue)
            case ReserveReleased():
                busy = fact.queue in self._called
                self._ledger.hold(busy, "R4", at, f"the reserve of {fact.queue} is let go, but was not called")
                self._called = [name for name in self._called if name != fact.queue]
                at_ease = self._at_ease(fact.queue, at)
                self._ledger.hold(at_ease, "R4", at, f"the reserve of {fact.queue} is let go too early")

    def _waits_ms(self, name: QueueId, at: int) -> list[int]:
        return [at - opened_at for queue, opened_at in self._waiting.values() if queue == name]

    def _in_need(self, name: QueueId, at: int, grace_ms: int) -> bool:
        reserve, waits = self._queues[name].reserve, self._waits_ms(name, at)
        assert reserve is not None, "only queues with a reserve are kept"
        many = bool(reserve.waiting) and len(waits) >= reserve.waiting
        return many or (bool(reserve.wait_ms) and max(waits, default=0) >= reserve.wait_ms + grace_ms)

    def _at_ease(self, name: QueueId, at: int) -> bool:
        reserve, waits = self._queues[name].reserve, self._waits_ms(name, at)
        assert reserve is not None, "only queues with a reserve are kept"
        few = not reserve.waiting or len(waits) < reserve.until_waiting
        return few and (not reserve.wait_ms or max(waits, default=0) < reserve.until_wait_ms)
