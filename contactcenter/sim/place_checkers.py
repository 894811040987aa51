"""Oracle of places kept for callers whom we failed: who comes back in time stands where the lost call stood."""

from __future__ import annotations

from contactcenter.model.entry import Entry
from contactcenter.model.facts import ContactArrived, Fact, PlaceKept, QueueRequested, VisitOpened
from contactcenter.model.ids import ContactId
from contactcenter.model.words import Channel
from contactcenter.sim.violations import Ledger

__all__ = ["PlaceChecker"]


class PlaceChecker:
    """Q6: a kept place is given to whom it was kept for, once, in the queue and within the time that was said."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no place kept; write into `ledger`."""
        self._ledger = ledger
        self._numbers: dict[ContactId, str] = {}
        self._kept: dict[str, PlaceKept] = {}
        self._requested: set[ContactId] = set()

    def see(self, entry: Entry) -> None:
        """Follow the facts of one entry."""
        self._requested.clear()
        for fact in entry.facts:
            self._see(fact, entry.at)

    def finish(self, at: int) -> None:
        """Nothing to add at the end."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ContactArrived(channel=Channel.VOICE):
                self._numbers[fact.contact] = fact.address_key
            case PlaceKept():
                self._kept[fact.address_key] = fact
            case QueueRequested():
                self._requested.add(fact.contact)
            case VisitOpened(channel=Channel.VOICE):
                kept = self._kept.pop(self._numbers.get(fact.contact, ""), None)
                if kept is not None and fact.contact in self._requested:
                    self._compare(fact, kept, at)

    def _compare(self, visit: VisitOpened, kept: PlaceKept, at: int) -> None:
        if kept.queue == visit.queue and at < kept.until_at:
            back = visit.placed_at <= kept.placed_at and visit.priority >= kept.priority
            self._ledger.hold(back, "Q6", at, f"{visit.contact} stands at {visit.placed_at}, not {kept.placed_at}")
