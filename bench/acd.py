"""What routing alone costs: `python -m bench.acd [--quick] [--texts PERCENT] [--agents N … --waiting … --skills …]`.

A lifecycle of a call is six events: it arrives, is answered and queued, rings at an agent's, is taken, ends, and is
wrapped up so that the agent is ready again. A chat has four: it arrives, is taken, is closed, is wrapped up. Alarms
(a place told, a requirement relaxed) are counted as events, for they are decided alike. CPU time is that of the
decisions alone, read before and after each, less what the reading itself costs, so the other work of the machine hardly
reaches it. Medians of three runs. Only the row that says so has a journal. Asserts nothing about time.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import resource
import statistics
import sys
import time
import timeit
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import product

from bench.acd_floor import Floor, Size, Work
from bench.acd_journaled import measure_journaled
from bench.sip_figures import percentile
from contactcenter.app.release import is_compiled
from contactcenter.runtime.pauses import Collector, Pauses
from contactcenter.runtime.words import quicken

__all__ = ["Figures", "main", "measure"]

AGENTS = (100, 1_000, 10_000, 100_000)
WAITING = (0, 1_000, 100_000)
SKILLS = (5, 50, 500)
REFERENCE = (Size(100, 0, 5), Size(100, 100, 5))  # what the ratios are to: nobody waiting, and as many as work
HEADER = (
    f"{'agents':>7} {'waiting':>8} {'skills':>6} {'per CPU s':>10} {'wall/s':>8} {'us each':>8} {'events':>7}"
    f" {'us/event':>8} {'p50 us':>7} {'p99 us':>7} {'max ms':>7} {'gc ms':>6} {'x idle':>7} {'x 100':>6}"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run came to; times are CPU time but for the rate by the clock on the wall."""

    per_cpu_s: float
    per_wall_s: float
    us_each: float
    events_each: float
    us_event: float
    p50_us: float
    p99_us: float
    max_ms: float
    gc_ms: float

    @classmethod
    def of(cls, work: Work, wall_s: float, gc_ms: float) -> Figures:
        """Return the figures of what was done within a time."""
        spent_us, done = sum(work.took_ns) / 1_000, work.events + work.alarms
        took_us = [took / 1_000 for took in work.took_ns]
        return cls(
            per_cpu_s=1e6 * work.lifecycles / spent_us,
            per_wall_s=work.lifecycles / wall_s,
            us_each=spent_us / work.lifecycles,
            events_each=done / work.lifecycles,
            us_event=spent_us / done,
            p50_us=percentile(took_us, 50),
            p99_us=percentile(took_us, 99),
            max_ms=max(took_us) / 1_000,
            gc_ms=gc_ms,
        )

    def line(self, size: Size, bases: Sequence[Figures]) -> str:
        """Return one row of the table, with how many times an event costs what it costs in each of the bases."""
        ratios = "".join(f" {self.us_event / base.us_event:>6.2f}" for base in bases)
        return (
            f"{size.agents:>7,} {size.waiting:>8,} {size.skills:>6} {self.per_cpu_s:>10,.0f} {self.per_wall_s:>8,.0f}"
            f" {self.us_each:>8.1f} {self.events_each:>7.2f} {self.us_event:>8.1f} {self.p50_us:>7.1f}"
            f" {self.p99_us:>7.1f} {self.max_ms:>7.2f} {self.gc_ms:>6.2f} {ratios}"
        )


def median_of(runs: Sequence[Figures]) -> Figures:
    """Return the median of each figure for itself, but the longest of the pauses: one is enough to be heard."""
    columns = dict(zip((field.name for field in fields(Figures)), zip(*map(astuple, runs), strict=True), strict=True))
    longest = ("max_ms", "gc_ms")
    return Figures(
        **{name: max(them) if name in longest else statistics.median(them) for name, them in columns.items()}
    )


def one_run(floor: Floor, pauses: Pauses, seconds: float) -> Figures:
    """Let contacts go through a floor for a while."""
    floor.work = Work()
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        floor.lifecycle()
    return Figures.of(floor.work, time.perf_counter() - begun, pauses.longest_ms)


def measured(size: Size, seconds: float, runs: int) -> Figures:
    """Fill a floor and measure it; collector and enumerations are set as the engine sets them."""
    quicken()
    floor = Floor(size)
    floor.collector = Collector()
    with Pauses() as pauses:
        floor.fill()
        figures = median_of([one_run(floor, pauses, seconds) for _ in range(runs)])
    gc.unfreeze()
    return figures


def measure(sizes: Iterable[Size], texts: int, seconds: float, runs: int) -> Iterator[tuple[Size, Figures]]:
    """Print the table row by row, the two that others are compared with first."""
    print(HEADER)
    bases: list[Figures] = []
    for size in (*REFERENCE, *(size for size in sizes if size not in REFERENCE)):
        figures = measured(size._replace(texts=texts), seconds, runs)
        if size in REFERENCE:
            bases.append(figures)
        print(figures.line(size, bases), flush=True)
        yield size, figures


def waiting_bytes(count: int) -> float:
    """Return how much memory a waiting contact takes, everything that is known of it included."""
    before = _resident_bytes()
    floor = Floor(Size(100, count, 50))
    floor.fill()
    after = _resident_bytes()
    del floor
    return (after - before) / count


def _resident_bytes() -> int:
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def _call_ns() -> float:
    """Return the CPU time of the smallest thing that Python does, to judge how fast this machine is at the moment."""
    return min(timeit.repeat("f(1)", "f = lambda x: x", timer=time.process_time, repeat=5, number=200_000)) * 5_000


def _form() -> str:
    return "compiled" if is_compiled() else "not compiled"


def main() -> None:
    """Print the command, how busy the machine is, and the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="up to 1,000 agents and waiting, 0.2 s a run")
    parser.add_argument("--texts", type=int, default=0, metavar="PERCENT", help="chats among a hundred contacts")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each run")
    for name, usual in (("agents", AGENTS), ("waiting", WAITING), ("skills", SKILLS)):
        parser.add_argument(f"--{name}", type=int, nargs="+", default=usual)
    chosen = parser.parse_args()
    limit, seconds = (1_000, 0.2) if chosen.quick else (max(AGENTS), chosen.seconds)
    sizes = [Size(*each) for each in product(chosen.agents, chosen.waiting, chosen.skills) if max(each) <= limit]
    print(f"$ python -m bench.acd {' '.join(sys.argv[1:])}".rstrip())
    print(f"Python {platform.python_version()} ({platform.python_compiler()}), the core {_form()}")
    print(f"processes that want a core: {os.getloadavg()[0]:.1f} before, {_call_ns():.0f} ns a call", flush=True)
    count = min(100_000, limit * 10)
    print(f"bytes a waiting contact: {waiting_bytes(count):,.0f} (of {count:,})")
    for _ in measure(sizes, chosen.texts, seconds, 3):
        pass
    asyncio.run(measure_journaled(Size(1_000, 0, 50), seconds, 3))
    print(f"processes that want a core: {os.getloadavg()[0]:.1f} after, {_call_ns():.0f} ns a call")


if __name__ == "__main__":
    main()
