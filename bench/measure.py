"""Repeats an act, alone and many at once, and says how long it took and how much CPU time went into it, here and there.

CPU time per unit of work is the figure to compare: rates and latencies are those of a machine that others use too.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import repeat
from pathlib import Path

from bench.sip_figures import cpu_ticks, percentile, reaped_ticks

__all__ = ["HEADER", "Act", "Measured", "cpu_of", "for_seconds", "measured", "median_of"]

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run came to; CPU time is in µs per unit of work, latencies are those of one act."""

    per_second: float
    own_us: float
    server_us: float
    p50_ms: float
    p99_ms: float
    longest_ms: float

    def line(self, name: str) -> str:
        """Return one row of a table."""
        costs = f"{self.own_us:>10,.1f}{self.server_us:>10,.1f}"
        return f"{name:<38}{self.per_second:>12,.0f}{self.p50_ms:>12,.3f}{self.p99_ms:>12,.3f}{costs}"


HEADER = f"{'':<38}{'per s':>12}{'p50 ms':>12}{'p99 ms':>12}{'own us':>10}{'server us':>10}"


def for_seconds(act: Act, seconds: float) -> Iterator[Act]:
    """Yield an act again and again for a while, at least once."""
    until = time.perf_counter() + seconds
    yield act
    for again in repeat(act):
        if time.perf_counter() >= until:
            return
        yield again


async def measured(acts: Iterable[Act], together: int = 1, units: int = 1, server: int | None = None) -> Measured:
    """Do all acts, `together` at once, and return their figures; each is so many `units` of work.

    `server` is the process whose CPU time counts beside our own, with all that it has started.
    """
    taken: list[float] = []
    waiting = iter(acts)

    async def work() -> None:
        for act in waiting:
            start = time.perf_counter()
            await act()
            taken.append(time.perf_counter() - start)

    own, there, began = time.process_time(), cpu_of(server), time.perf_counter()
    await asyncio.gather(*(work() for _ in range(together)))
    whole_s = time.perf_counter() - began
    own_s, there_s = time.process_time() - own, cpu_of(server) - there
    done = len(taken) * units
    return Measured(
        per_second=done / whole_s,
        own_us=1e6 * own_s / done,
        server_us=1e6 * there_s / done,
        p50_ms=1_000 * percentile(taken, 50),
        p99_ms=1_000 * percentile(taken, 99),
        longest_ms=1_000 * max(taken),
    )


def median_of(runs: Sequence[Measured]) -> Measured:
    """Return the median of each figure for itself."""
    return Measured(*(statistics.median(figures) for figures in zip(*map(astuple, runs), strict=True)))


def cpu_of(process: int | None) -> float:
    """Return the CPU time (s) of a process and of all it has started, living and ended; 0 for none."""
    if process is None:
        return 0.0
    return sum(_ticks(each) for each in _family(process)) / TICKS_PER_SECOND


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _ticks(process: int) -> int:
    """A child that ends in this moment is counted by its parent at the next look."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0
    return cpu_ticks(stat) + reaped_ticks(stat)
