"""The same seeds run on several variants of a centre, so that the difference is the change and not chance.

Arrivals, patience and talk times of a seed are drawn from streams of their own: both variants meet the same customers.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from contactcenter.model.config import CenterConfig
from contactcenter.model.entry import Entry
from contactcenter.model.facts import VisitEnded, VisitOpened
from contactcenter.model.ids import QueueId, VisitId
from contactcenter.reports.tally import Tally
from contactcenter.sim.habits import HALF_HOUR_MS, Habits, Shift
from contactcenter.sim.simulate import Simulation

__all__ = ["Day", "Variant", "interval_of", "run"]

# Student's t, 97.5 %, by degrees of freedom; beyond the last the normal distribution is near enough.
T_95 = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)
T_95_BEYOND = 2.05


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which the centre could be, with its people's habits and shifts."""

    name: str
    config: CenterConfig
    habits: Habits
    shifts: list[Shift]


@dataclass(slots=True)
class Day:
    """What one simulated day came to: by queue, and by half-hour over all queues; `waiting` is the mean number."""

    queues: dict[QueueId, Tally]
    half_hours: list[Tally]
    waiting: list[float]
    occupancy: float


@dataclass(slots=True)
class _Waiting:
    """The time spent waiting, by half-hour."""

    from_at: int
    spent_ms: list[int]
    opened: dict[VisitId, int] = field(default_factory=dict)

    def see(self, entry: Entry) -> None:
        for fact in entry.facts:
            if isinstance(fact, VisitOpened):
                self.opened[fact.visit] = entry.at
            elif isinstance(fact, VisitEnded):
                self._spend(self.opened.pop(fact.visit), entry.at)

    def _spend(self, begin_at: int, end_at: int) -> None:
        for number in range((begin_at - self.from_at) // HALF_HOUR_MS, len(self.spent_ms)):
            start_at = self.from_at + number * HALF_HOUR_MS
            if start_at >= end_at:
                return
            self.spent_ms[number] += min(end_at, start_at + HALF_HOUR_MS) - max(begin_at, start_at)


def run(variant: Variant, hours: int, start_at: int, seeds: Iterable[int], done: Callable[[], None]) -> list[Day]:
    """Simulate a variant once for each seed; `done` is called after each day."""
    days = []
    for seed in seeds:
        days.append(_run(variant, hours, start_at, seed))
        done()
    return days


def _run(variant: Variant, hours: int, start_at: int, seed: int) -> Day:
    simulation = Simulation(
        variant.config, hours, seed, habits=variant.habits, shifts=variant.shifts, start_at=start_at, checked=False
    )
    waiting = _Waiting(start_at, [0] * (2 * hours))
    simulation.engine.watchers.append(waiting.see)
    report = simulation.run()
    half_hours = [Tally() for _ in range(2 * hours)]
    queues: dict[QueueId, Tally] = {}
    for row in report.half_hours:
        half_hours[(row.from_at - start_at) // HALF_HOUR_MS].add(row.by_event)
        queues.setdefault(row.queue, Tally()).add(row.by_event)
    busy = [row.occupancy() for row in report.agents]
    known = [share for share in busy if share is not None]
    mean = statistics.fmean(known) if known else 0.0
    return Day(queues, half_hours, [spent / HALF_HOUR_MS for spent in waiting.spent_ms], mean)


def interval_of(values: list[float]) -> tuple[float, float]:
    """Return the mean of independent days and half the width of its 95 % interval."""
    freedom = len(values) - 1
    t = T_95[freedom - 1] if freedom <= len(T_95) else T_95_BEYOND
    return statistics.fmean(values), t * statistics.stdev(values) / math.sqrt(len(values))
