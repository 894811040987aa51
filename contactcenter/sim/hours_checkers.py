"""The oracle of hours: nobody comes into a closed queue through a flow, and nobody waits there beyond the grace."""

from __future__ import annotations

from contactcenter.model.config import CalendarConfig, QueueConfig
from contactcenter.model.entry import Entry
from contactcenter.model.facts import (
    ConfigApplied,
    ContactArrived,
    Fact,
    MessageBegun,
    OfferEnded,
    OfferMade,
    QueueRequested,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, OfferId, QueueId
from contactcenter.model.words import Channel
from contactcenter.sim.violations import Ledger

__all__ = ["HoursChecker"]

LATE_MS = 1_000  # what is due is done by then


class HoursChecker:
    """R5: a queue's hours over the entries, looked up interval by interval."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no queue."""
        self._ledger = ledger
        self._queues: dict[QueueId, QueueConfig] = {}
        self._calendars: dict[str, CalendarConfig] = {}
        self._channels: dict[ContactId, Channel] = {}
        self._waiting: dict[ContactId, tuple[QueueId, int]] = {}
        self._rings: dict[OfferId, ContactId] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, then those who wait."""
        for fact in entry.facts:
            self._see(fact, entry.at)
        ringing = list(self._rings.values())
        for contact, (queue, opened_at) in self._waiting.items():
            kept = contact in ringing or self._may_wait(queue, opened_at, entry.at - LATE_MS)
            self._ledger.hold(kept, "R5", entry.at, f"{contact} waits in {queue}, which closed long ago")

    def finish(self, at: int) -> None:
        """Everything was checked as it happened."""

    def _see(self, fact: Fact, at: int) -> None:
        match fact:
            case ConfigApplied():
                self._queues |= {queue.id: queue for queue in fact.config.queues}
                self._calendars |= {calendar.id: calendar for calendar in fact.config.calendars}
            case ContactArrived():
                self._channels[fact.contact] = fact.channel
            case QueueRequested():
                text = self._channels[fact.contact] is Channel.SMS
                taken = text or self._is_open(fact.queue, at)
                self._ledger.hold(taken, "R5", at, f"{fact.contact} comes into {fact.queue}, which is closed")
            case VisitOpened() if fact.channel is not Channel.SMS and not fact.off_line:
                self._waiting[fact.contact] = (fact.queue, at)
            case VisitEnded() | MessageBegun():
                self._waiting.pop(fact.contact, None)
            case OfferMade():
                self._rings[fact.offer] = fact.contact
            case OfferEnded():
                self._rings.pop(fact.offer, None)

    def _is_open(self, queue: QueueId, at: int) -> bool:
        hours = self._queues[queue].hours
        return not hours or any(start <= at < end for start, end in self._calendars[hours].open)

    def _may_wait(self, queue: QueueId, opened_at: int, at: int) -> bool:
        """Whether some moment of the grace before this one lies in the hours, or the visit has only begun."""
        rules = self._queues[queue]
        if not rules.hours or opened_at >= at:
            return True
        intervals = self._calendars[rules.hours].open
        return any(start <= at and at < end + rules.closing_grace_ms for start, end in intervals)
