"""Queue figures by interval, counted by both conventions, with the identity that every report must satisfy.

By event: a visit counts as offered where it began and as handled, abandoned … where it ended, so that waiting at start
+ offered = ended + waiting at end. By arrival: all that becomes of a visit counts where it began, so that offered =
ended + still open. A text is in time when an agent's first text is: that may change the rows of its visit afterwards,
where it was handled and where it came. Intervals are aligned to UTC; a quarter of an hour fits every time zone in use.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.config import QueueConfig
from contactcenter.model.facts import (
    ConfigApplied,
    ContactEnded,
    CustomerAnswered,
    Fact,
    TransferStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, QueueId, VisitId
from contactcenter.model.words import Channel, VisitOutcome
from contactcenter.reports.tally import Tally, target_ms
from contactcenter.reports.transfers import TransferCounts

__all__ = ["QUARTER_HOUR_MS", "IntervalFigures", "IntervalRow"]

QUARTER_HOUR_MS = 900_000

Line = tuple[QueueId, Channel]


@dataclass(slots=True)
class IntervalRow:
    """One queue and channel in one interval; `by_arrival` may still change after the interval is over."""

    queue: QueueId
    channel: Channel
    from_at: int
    waiting_at_start: int
    by_event: Tally
    by_arrival: Tally
    transfers: TransferCounts = field(default_factory=TransferCounts)

    @property
    def waiting_at_end(self) -> int:
        """How many waited when the interval ended, by the identity."""
        return self.waiting_at_start + self.by_event.offered - self.by_event.ended

    @property
    def still_open(self) -> int:
        """How many of those who came in this interval wait even now."""
        return self.by_arrival.offered - self.by_arrival.ended


class IntervalFigures:
    """The historic fold of queue visits."""

    def __init__(self, interval_ms: int = QUARTER_HOUR_MS) -> None:
        """Begin empty with intervals of `interval_ms`; visits that began before the first fact are left out."""
        self.interval_ms = interval_ms
        self._configs: dict[QueueId, QueueConfig] = {}
        self._waiting: dict[Line, int] = {}
        self._opened: dict[VisitId, int] = {}
        self._unanswered: dict[ContactId, tuple[Tally, Tally]] = {}
        self._rows: dict[Line, dict[int, IntervalRow]] = {}

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact that was stated at `at` (ms) into account; facts come in order of time."""
        match fact:
            case VisitOpened():
                self._visit_opened(fact, at)
            case VisitEnded():
                self._visit_ended(fact, at)
            case CustomerAnswered():
                for tally in self._unanswered.pop(fact.contact, ()):
                    tally.answer(fact.answer_ms, target_ms(self._configs.get(fact.queue), fact.channel))
            case ContactEnded():
                self._unanswered.pop(fact.contact, None)
            case TransferStarted():
                self._passed_on(fact, at)
            case ConfigApplied():
                self._configs |= {queue.id: queue for queue in fact.config.queues}

    def rows(self, from_at: int, to_at: int) -> list[IntervalRow]:
        """Return every interval that begins in [from_at, to_at), quiet ones too, by queue, channel and time."""
        first = -(-from_at // self.interval_ms) * self.interval_ms
        starts = range(first, to_at, self.interval_ms)
        return [row for line in sorted(self._rows) for row in self._filled(line, starts)]

    def total(self, from_at: int, to_at: int) -> dict[QueueId, Tally]:
        """Return the sum by event of all intervals in [from_at, to_at), by queue."""
        totals: dict[QueueId, Tally] = {}
        for row in self.rows(from_at, to_at):
            totals.setdefault(row.queue, Tally()).add(row.by_event)
        return totals

    def _visit_opened(self, fact: VisitOpened, at: int) -> None:
        line = (fact.queue, fact.channel)
        row = self._row(line, at)
        row.by_event.offer()
        row.by_arrival.offer()
        self._opened[fact.visit] = at
        self._waiting[line] += 1

    def _visit_ended(self, fact: VisitEnded, at: int) -> None:
        opened_at = self._opened.pop(fact.visit, None)
        if opened_at is None:
            return
        line, target = (fact.queue, fact.channel), target_ms(self._configs.get(fact.queue), fact.channel)
        answered = fact.channel is Channel.VOICE
        tallies = (self._row(line, at).by_event, self._row(line, opened_at).by_arrival)
        for tally in tallies:
            if fact.off_line:
                tally.end_off_line(fact.outcome)
            else:
                tally.end(fact.outcome, fact.wait_ms, target, answered)
        if fact.outcome is VisitOutcome.HANDLED and not answered:
            self._unanswered[fact.contact] = tallies
        self._waiting[line] -= 1

    def _passed_on(self, fact: TransferStarted, at: int) -> None:
        """Count a transfer where its talk was queued, if it was, and where it goes to."""
        if fact.queue is not None:
            self._row((fact.queue, fact.channel), at).transfers.count(fact)
        if fact.to_queue is not None:
            self._row((fact.to_queue, fact.channel), at).transfers.received += 1

    def _row(self, line: Line, at: int) -> IntervalRow:
        """Return the row of `at`; a new one begins with who waits now, for nothing happened since its start."""
        from_at = at - at % self.interval_ms
        rows = self._rows.setdefault(line, {})
        if from_at not in rows:
            waiting = self._waiting.setdefault(line, 0)
            rows[from_at] = IntervalRow(*line, from_at, waiting, Tally(), Tally())
        return rows[from_at]

    def _filled(self, line: Line, starts: range) -> list[IntervalRow]:
        """Return a line's rows for the given starts; a quiet interval carries over who waits."""
        known = self._rows[line]
        earlier = [start for start in known if not starts or start < starts[0]]
        waiting = known[max(earlier)].waiting_at_end if earlier else 0
        filled = []
        for start in starts:
            row = known.get(start) or IntervalRow(*line, start, waiting, Tally(), Tally())
            filled.append(row)
            waiting = row.waiting_at_end
        return filled
