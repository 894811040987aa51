"""`python -m tests.theory`: the simulated centre against Erlang C, Erlang A and the simulator `ciw`, over 30 seeds."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from typing import NamedTuple

import typer

from contactcenter.reports.erlang import erlang_a, mean_wait, service_level
from contactcenter.sim.habits import HOUR_MS
from tests.sim.centres import FAULTS, SALES
from tests.theory.queues import (
    TALK_MS,
    Interval,
    abandoned,
    busy_queue,
    interval,
    mean_wait_ms,
    run,
    tally_of,
    two_skills,
)

SEEDS = 30  # each queue has its own, for the same seed draws the same callers
TARGET_MS = 20_000
CIW = Path(__file__).resolve().parents[2] / ".venv" / "theory"
MODEL = Path(__file__).with_name("ciw_queues.py")
THEIR_SEEDS = 300  # the other simulator is fast, and one mean of the two may as well be sharp
DIFFERENCE_T = 2.045  # Student's t, 97.5 %, for the fewer seeds of the two


class Endless(NamedTuple):
    """M/M/n: agents, calls an hour, hours."""

    agents: int
    calls_per_hour: int
    hours: int


class Impatient(NamedTuple):
    """M/M/n+M: the same with the mean patience (ms)."""

    agents: int
    calls_per_hour: int
    hours: int
    patience_ms: int


class TwoSkills(NamedTuple):
    """Agents for faults, for sales, for both; calls an hour, half for each; mean patience (ms), 0 for endless."""

    only_faults: int
    only_sales: int
    both: int
    calls_per_hour: int
    hours: int
    patience_ms: int


ENDLESS = (
    Endless(2, 24, 23),
    Endless(5, 80, 23),
    Endless(10, 140, 16),
    Endless(10, 180, 23),
    Endless(30, 540, 8),
    Endless(100, 1_800, 4),
)
IMPATIENT = (
    Impatient(5, 160, 16, 300_000),
    Impatient(10, 180, 12, 60_000),
    Impatient(10, 240, 12, 120_000),
    Impatient(50, 1_000, 4, 180_000),
)
SKILLED = (TwoSkills(3, 3, 4, 170, 16, 0), TwoSkills(2, 2, 2, 150, 16, 120_000))


class Line(NamedTuple):
    """One figure of one queue beside what it ought to be."""

    queue: str
    figure: str
    expected: float
    seen: Interval

    @property
    def holds(self) -> bool:
        """Whether what it ought to be lies in the interval of what it is."""
        return self.seen.low <= self.expected <= self.seen.high


def warm_up_ms(hours: int) -> int:
    """Return how long a queue fills before anybody counts: a quarter of its hours."""
    return hours * HOUR_MS // 4


def seeds_of(number: int) -> range:
    """Return the seeds of the queue with this number in the table: the same seed would draw the same callers."""
    return range(1_000 * number + 1, 1_000 * number + 1 + SEEDS)


def endless(queue: Endless, seed: int) -> tuple[float, float]:
    """Return the mean wait (s) and the service level (%) of one run."""
    tally = tally_of(
        busy_queue(seed, queue.calls_per_hour, 0, queue.hours, queue.agents), warm_up_ms=warm_up_ms(queue.hours)
    )
    return mean_wait_ms(tally) / 1000, 100 * tally.handled_in_time / tally.offered


def impatient(queue: Impatient, seed: int) -> float:
    """Return the share of those who hung up (%) in one run."""
    ran = busy_queue(seed, queue.calls_per_hour, queue.patience_ms, queue.hours, queue.agents)
    return 100 * abandoned(tally_of(ran, warm_up_ms=warm_up_ms(queue.hours)))


def skilled(queue: TwoSkills, seed: int) -> list[tuple[float, float]]:
    """Return the mean wait (s) and the share of the lost (%) of both queues in one run."""
    config = two_skills(queue.only_faults, queue.only_sales, queue.both)
    ran = run(config, seed, queue.calls_per_hour, queue.patience_ms, queue.hours)
    tallies = [tally_of(ran, name, warm_up_ms(queue.hours)) for name in (FAULTS, SALES)]
    return [(mean_wait_ms(tally) / 1000, 100 * abandoned(tally)) for tally in tallies]


def erlang_lines(pool: Pool) -> Iterator[Line]:
    """Yield all figures for which there is a formula."""
    for number, queue in enumerate(ENDLESS):
        load = queue.calls_per_hour * TALK_MS / HOUR_MS
        name = f"M/M/{queue.agents}, {load:g} erlangs"
        waits, levels = zip(*pool.map(partial(endless, queue), seeds_of(number)), strict=True)
        yield Line(name, "mean wait, s", mean_wait(load, queue.agents, TALK_MS) / 1000, interval(list(waits)))
        level = 100 * service_level(load, queue.agents, TALK_MS, TARGET_MS)
        yield Line(name, "within 20 s, %", level, interval(list(levels)))
    for number, each in enumerate(IMPATIENT, len(ENDLESS)):
        load = each.calls_per_hour * TALK_MS / HOUR_MS
        name = f"M/M/{each.agents}+M, {load:g} erlangs, {each.patience_ms // 1000} s"
        ought = erlang_a(each.calls_per_hour / HOUR_MS, TALK_MS, each.patience_ms, each.agents)
        shares = pool.map(partial(impatient, each), seeds_of(number))
        yield Line(name, "abandoned, %", 100 * ought.abandon_probability, interval(shares))


def ciw_runs() -> list[list[dict[str, tuple[float, float]]]]:
    """Return what the other simulator says of the queues with two skills: by queue, seed and class."""
    models = [
        {
            **queue._asdict(),
            "patience_s": queue.patience_ms / 1000,
            "talk_s": TALK_MS / 1000,
            "warm_up_s": warm_up_ms(queue.hours) / 1000,
        }
        for queue in SKILLED
    ]
    done = subprocess.run(
        [sys.executable, "-P", str(MODEL), str(THEIR_SEEDS)],
        input=json.dumps(models),
        env={**os.environ, "PYTHONPATH": str(CIW)},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: list[list[dict[str, tuple[float, float]]]] = json.loads(done.stdout)
    return answer


def skilled_lines(pool: Pool) -> Iterator[Line]:
    """Yield the figures of two skills: the interval is that of the difference, around what ours says."""
    for number, (queue, theirs) in enumerate(zip(SKILLED, ciw_runs(), strict=True), len(ENDLESS) + len(IMPATIENT)):
        ours = pool.map(partial(skilled, queue), seeds_of(number))
        name = f"{queue.only_faults}+{queue.only_sales}+{queue.both} agents, {queue.calls_per_hour}/h"
        for index, line in enumerate(("faults", "sales")):
            waits = [each[index][0] for each in ours], [each[line][0] for each in theirs]
            yield against(f"{name}, {line}", "mean wait, s", *waits)
            if queue.patience_ms:
                lost = [each[index][1] for each in ours], [100 * each[line][1] for each in theirs]
                yield against(f"{name}, {line}", "abandoned, %", *lost)


def against(queue: str, figure: str, ours: list[float], theirs: list[float]) -> Line:
    """Compare two simulators' means: equal if the 95 % interval of their difference holds zero."""
    spread = math.sqrt(statistics.variance(ours) / len(ours) + statistics.variance(theirs) / len(theirs))
    mean, half = statistics.mean(ours), DIFFERENCE_T * spread
    return Line(queue, figure, statistics.mean(theirs), Interval(mean - half, mean, mean + half))


def main() -> None:
    """Print every figure beside what it ought to be; exit with 1 when more are outside than chance explains."""
    lines = []
    with get_context("fork").Pool(os.cpu_count()) as pool:
        for source in (erlang_lines, skilled_lines):
            for line in source(pool):
                lines.append(line)
                told = "" if line.holds else "  outside"
                low, mean, high = line.seen
                typer.echo(
                    f"{line.queue:34} {line.figure:15} {line.expected:8.2f}  [{low:.2f} {mean:.2f} {high:.2f}]{told}"
                )
    outside = sum(not line.holds for line in lines)
    typer.echo(f"{len(lines) - outside} of {len(lines)} lie in their 95 % interval over {SEEDS} seeds")
    if outside > most_by_chance(len(lines)):
        raise typer.Exit(1)


def most_by_chance(count: int) -> int:
    """Return how many of so many 95 % intervals may miss before that is less likely than one in a hundred."""
    missed, likely = 0, 0.95**count
    while likely < 0.99:
        missed += 1
        likely += math.comb(count, missed) * 0.05**missed * 0.95 ** (count - missed)
    return missed


if __name__ == "__main__":
    typer.run(main)
