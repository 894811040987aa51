"""How good the estimates of waits are, and what the next caller of a queue would be told.

An estimate is judged when its contact is handled: the first one of a visit against the wait that was left from then on.
Who leaves sooner proves nothing, and is not counted. Counts are of the day, the pace goes on over midnight.
"""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.model.estimate import Pace, WaitEstimate
from contactcenter.model.facts import Fact, PositionTold, PreferenceEnded, VisitEnded, VisitOpened
from contactcenter.model.ids import ContactId, QueueId
from contactcenter.model.words import Channel, VisitOutcome
from contactcenter.reports.service_level import percent

__all__ = ["Accuracy", "WaitForecasts"]


@dataclass(slots=True)
class Accuracy:
    """Estimates of one queue that were judged: how many, how many waits lay within, and how far off they were in all.

    `late_ms` sums what waits were longer than expected, `early_ms` what they were shorter.
    """

    judged: int = 0
    within: int = 0
    late_ms: int = 0
    early_ms: int = 0

    def judge(self, wait: WaitEstimate, waited_ms: int) -> None:
        """Count one estimate against what came."""
        self.judged += 1
        self.within += wait.low_ms <= waited_ms <= wait.high_ms
        self.late_ms += max(0, waited_ms - wait.expected_ms)
        self.early_ms += max(0, wait.expected_ms - waited_ms)

    def error_ms(self) -> int | None:
        """Return the mean distance between expected and true wait."""
        return (self.late_ms + self.early_ms) // self.judged if self.judged else None

    def within_percent(self) -> float | None:
        """Return the share of waits that lay within the interval told; 80 is what it promises."""
        return percent(self.within, self.judged)


@dataclass(slots=True)
class _Visit:
    queue: QueueId
    channel: Channel
    kept: bool
    queued: bool = False
    told_at: int = 0
    told: WaitEstimate | None = None


class WaitForecasts:
    """The fold of estimates and of what came of them."""

    def __init__(self) -> None:
        """Begin with nobody waiting and nothing judged."""
        self._visits: dict[ContactId, _Visit] = {}
        self._paces: dict[tuple[QueueId, Channel], Pace] = {}
        self._accuracy: dict[QueueId, Accuracy] = {}

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact that was stated at `at` (ms) into account; facts come in order of time."""
        match fact:
            case VisitOpened():
                self._visits[fact.contact] = _Visit(fact.queue, fact.channel, fact.preferred is not None)
            case PreferenceEnded() if fact.contact in self._visits:
                self._visits[fact.contact].kept = False
            case PositionTold() if fact.contact in self._visits:
                self._position_told(self._visits[fact.contact], fact, at)
            case VisitEnded() if fact.contact in self._visits:
                self._visit_ended(self._visits.pop(fact.contact), fact, at)

    def accuracy(self, queue: QueueId) -> Accuracy:
        """Return how good the day's estimates of a queue were."""
        return self._accuracy.get(queue) or Accuracy()

    def next_wait(self, queue: QueueId, channel: Channel, now: int) -> WaitEstimate | None:
        """Return what the next one to come would wait behind those who wait at `now` (ms); None where not known."""
        pace = self._paces.get((queue, channel))
        return pace.estimate(pace.queued + 1, now) if pace is not None else None

    def roll(self) -> None:
        """Begin a new day: what was judged is forgotten, how fast the queues move is not."""
        self._accuracy = {}

    def _position_told(self, visit: _Visit, fact: PositionTold, at: int) -> None:
        if not visit.queued and not visit.kept:
            visit.queued = True
            self._pace(visit).join(at)
        if visit.told is None:
            visit.told, visit.told_at = fact.wait, at

    def _visit_ended(self, visit: _Visit, fact: VisitEnded, at: int) -> None:
        handled = fact.outcome is VisitOutcome.HANDLED
        if visit.queued:
            self._pace(visit).leave(at, handled)
        if handled and visit.told is not None:
            self._accuracy.setdefault(visit.queue, Accuracy()).judge(visit.told, at - visit.told_at)

    def _pace(self, visit: _Visit) -> Pace:
        return self._paces.setdefault((visit.queue, visit.channel), Pace())
