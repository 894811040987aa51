"""Simulated days of the real centre: every invariant holds, one seed is one trace, a day takes seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contactcenter.center import Center
from contactcenter.model.facts import ContactEnded, OfferEnded, VisitOpened
from contactcenter.model.words import Channel, ContactOutcome, Withdrawal
from contactcenter.reports.intervals import IntervalFigures
from contactcenter.reports.live import LiveFigures
from contactcenter.reports.tally import OUTCOMES
from contactcenter.runtime.replay import verify
from contactcenter.settings import load
from contactcenter.sim.engine import VERSION
from contactcenter.sim.habits import HOUR_MS, FaultRates, Habits
from contactcenter.sim.simulate import START_AT, Simulation, SimulationReport, simulate
from tests.sim.centres import helped_centre, hotline, odd_centre, team
from tests.source import ROOT

MORNING_AT = START_AT + 7 * HOUR_MS
NOON_AT = START_AT + 12 * HOUR_MS
STORM = FaultRates(
    late_permille=30,
    doubled_permille=30,
    slow_commit_permille=100,
    lost_lines=20,
    lost_consoles=20,
    lost_phones=20,
    reconfigurations=4,
    restarts=6,
)
RUSH = Habits(
    calls_per_hour=100, chats_per_hour=40, texts_per_hour=25, population=200, forced_per_shift=12, extend_permille=200
)


def seeds_in(name: str) -> list[int]:
    """The seeds of a file here that once failed; a line is a seed and what it showed."""
    lines = Path(__file__).with_name(name).read_text().splitlines()
    return [int(line.split()[0]) for line in lines if line.strip() and not line.startswith("#")]


def sound(report: SimulationReport) -> None:
    """Assert that no oracle objected, and that there was something to object to."""
    assert not report.violations, "\n".join(map(str, report.violations[:10]))
    assert report.identity_holds and report.checked > report.entries > report.contacts > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_invariant_holds_all_day(seed: int) -> None:
    report = simulate(hotline(), 24, seed)
    sound(report)
    assert report.contacts > 500
    assert {queue.id: queue.handled > 100 for queue in report.queues} == {"faults": True, "sales": True}


@pytest.mark.parametrize("seed", [*range(3, 7), *seeds_in("seeds.txt")])
def test_every_invariant_holds_though_events_are_late_and_doubled_and_the_engine_dies(seed: int) -> None:
    simulation = Simulation(hotline(), 3, seed, habits=RUSH, faults=STORM, start_at=MORNING_AT)
    report = simulation.run()
    sound(report)
    assert report.restarts == STORM.restarts and report.lost > 0
    verdict = verify(simulation.engine, Center, VERSION)
    assert verdict.difference is None, "who only applied facts at each restart decides as one who decided all along"
    assert verdict.decided == report.entries


@pytest.mark.parametrize("seed", [4, 12, 26, 38, 39])
def test_every_invariant_holds_in_odd_centres_too(seed: int) -> None:
    """Agents without console, phone or capacity, queues of three places, no wrap-up: as the seed draws them."""
    sound(Simulation(odd_centre(seed), 3, seed, habits=RUSH, faults=STORM, start_at=MORNING_AT).run())


@pytest.mark.parametrize("seed", [51, 52])
def test_every_invariant_holds_where_all_telephones_ring_at_once(seed: int) -> None:
    simulation = Simulation(team(), 3, seed, habits=Habits(population=200), faults=STORM, start_at=NOON_AT)
    sound(simulation.run())
    ends = [fact for entry in simulation.engine.entries for fact in entry.facts if isinstance(fact, OfferEnded)]
    assert sum(fact.cause is Withdrawal.RACE_LOST for fact in ends) > 20


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_invariant_holds_where_queues_help_each_other(seed: int) -> None:
    """Recipes of all acts and a reserve, as the seed draws them, on a morning that is too much for five agents."""
    report = Simulation(helped_centre(seed), 2, seed, habits=RUSH, faults=STORM, start_at=MORNING_AT).run()
    sound(report)
    assert sum(queue.overflowed + queue.closed for queue in report.queues) > 20


def test_the_shipped_example_has_a_sound_day() -> None:
    config = load(ROOT / "config", {}, at=START_AT).center
    report = simulate(config, 24, 7)
    sound(report)
    assert [queue.id for queue in report.queues] == [queue.id for queue in config.queues]
    assert all(queue.handled > 20 for queue in report.queues if queue.id != "complaints"), "those have office hours"


def test_all_channels_are_served() -> None:
    simulation = Simulation(hotline(), 24, 5)
    simulation.run()
    opened = [fact for entry in simulation.engine.entries for fact in entry.facts if isinstance(fact, VisitOpened)]
    assert {fact.channel for fact in opened} == set(Channel)


def test_live_and_historic_figures_of_a_simulated_day_agree() -> None:
    simulation = Simulation(hotline(), 24, 11)
    report = simulation.run()
    totals = simulation.intervals.total(report.from_at, report.until_at)
    for queue in report.queues:
        total = totals[queue.id]
        assert queue.offered == total.offered
        assert {outcome: getattr(queue, outcome.value) for outcome in OUTCOMES} == total.outcomes
        assert (queue.asa_ms, queue.abandon_rate) == (total.asa_ms(), total.abandon_rate())
        assert queue.waiting == total.offered - total.ended, "the day began with nobody waiting"


def test_figures_are_folds_so_that_entries_alone_give_them_again() -> None:
    simulation = Simulation(hotline(), 24, 12)
    report = simulation.run()
    live, intervals = LiveFigures(report.from_at), IntervalFigures()
    for entry in simulation.engine.entries:
        for fact in entry.facts:
            if entry.at < report.until_at:
                live.apply(fact, entry.at)
            intervals.apply(fact, entry.at)
    assert live.queues(report.until_at) == report.queues
    assert [row.agent for row in report.agents] == sorted(row.agent for row in report.agents)


def test_the_same_seed_gives_the_same_trace_and_another_one_does_not() -> None:
    first, again, other = (
        Simulation(hotline(), 2, seed, faults=STORM, start_at=MORNING_AT).run() for seed in (7, 7, 8)
    )
    assert first == again
    assert first.sha256 != other.sha256


def test_a_watched_day_is_the_same_as_an_unwatched_one() -> None:
    watched = Simulation(hotline(), 2, 7, start_at=MORNING_AT).run()
    unwatched = Simulation(hotline(), 2, 7, start_at=MORNING_AT, checked=False).run()
    assert watched.sha256 == unwatched.sha256 and unwatched.checked == 0


SCRIPT = """
from contactcenter.sim.simulate import simulate
from tests.sim.centres import hotline, odd_centre
print(simulate(hotline(), 12, 7).sha256)
"""


def test_the_hash_does_not_depend_on_pythons_own() -> None:
    hashes = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "4711")
    ]
    assert hashes[0] == hashes[1] and len(hashes[0].strip()) == 64


def test_calls_that_a_dying_engine_held_fail_by_name_and_texts_do_not() -> None:
    quiet = FaultRates(restarts=12)
    simulation = Simulation(hotline(), 4, 21, faults=quiet, start_at=MORNING_AT)
    sound(simulation.run())
    ends = [fact for entry in simulation.engine.entries for fact in entry.facts if isinstance(fact, ContactEnded)]
    outcomes = {fact.outcome for fact in ends if fact.channel is Channel.VOICE}
    assert ContactOutcome.FAILED_NODE in outcomes and ContactOutcome.HANDLED in outcomes
    assert ContactOutcome.FAILED_NODE not in {fact.outcome for fact in ends if fact.channel is not Channel.VOICE}
