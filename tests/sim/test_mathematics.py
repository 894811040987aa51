"""The simulated centre against mathematics: with Poisson calls and exponential talks it is Erlang's queue."""

from __future__ import annotations

import heapq
import math
import statistics

from contactcenter.model.facts import OfferMade, VisitOpened, WorkChanged
from contactcenter.model.words import VisitOutcome, Work
from contactcenter.reports.erlang import ErlangA, erlang_a, erlang_c, mean_wait
from contactcenter.reports.tally import Tally
from contactcenter.sim.habits import DAY_MS, HOUR_MS, Habits, Shift
from contactcenter.sim.simulate import Simulation
from tests.sim.centres import FAULTS, bare_queue

AGENTS, TALK_MS = 10, 180_000
SEEDS = range(8, 16)
T_95_OF_7 = 2.365  # Student's t, 97.5 % of 7 degrees of freedom: for 8 seeds


def busy_queue(seed: int, calls_per_hour: int, patience_ms: int, hours: int = 12) -> Simulation:
    """Some hours at a bare queue with agents who answer at once and callers who do nothing odd."""
    habits = Habits(
        pass_on_permille=0,
        calls_per_hour=calls_per_hour,
        chats_per_hour=0,
        texts_per_hour=0,
        profile=(1000,) * 48,
        population=10**9,
        patience_ms=patience_ms,
        consult_permille=0,
        known_permille=0,  # whom the look-up knows may wait for the own agent
        leave_unanswered_permille=0,
        talk_ms=TALK_MS,
        talk_sigma=0,
        agent_ends_permille=0,
        hold_permille=0,
        answer_ms=0,
        no_answer_permille=0,
        busy_permille=0,
    )
    shifts = [Shift(0, DAY_MS)] * AGENTS
    simulation = Simulation(bare_queue(AGENTS), hours, seed, habits=habits, shifts=shifts, commit_ms=0, checked=False)
    simulation.run()
    return simulation


def tally_of(simulation: Simulation) -> Tally:
    """What became of the calls."""
    return simulation.intervals.total(simulation.from_at, simulation.until_at)[FAULTS]


def interval(values: list[float]) -> tuple[float, float]:
    """The 95 % interval of the mean of independent runs."""
    middle = statistics.mean(values)
    half = T_95_OF_7 * statistics.stdev(values) / math.sqrt(len(values))
    return middle - half, middle + half


def test_without_patience_limits_the_mean_wait_is_erlang_cs() -> None:
    calls_per_hour = 140
    load = calls_per_hour * TALK_MS / HOUR_MS
    waits = []
    for seed in SEEDS:
        tally = tally_of(busy_queue(seed, calls_per_hour, patience_ms=0))
        waits.append(tally.handled_wait_ms / tally.outcomes[VisitOutcome.HANDLED])
    low, high = interval(waits)
    expected = mean_wait(load, AGENTS, TALK_MS)
    assert low <= expected <= high, (low, expected, high)
    assert high - low < expected, "an interval so wide would prove nothing"
    assert 0 < erlang_c(load, AGENTS) < 1


def test_with_patience_the_abandoned_are_erlang_as() -> None:
    calls_per_hour, patience_ms = 240, 120_000
    expected: ErlangA = erlang_a(calls_per_hour / HOUR_MS, TALK_MS, patience_ms, AGENTS)
    shares = []
    for seed in SEEDS:
        tally = tally_of(busy_queue(seed, calls_per_hour, patience_ms, hours=6))
        gone = tally.outcomes[VisitOutcome.ABANDONED] + tally.outcomes[VisitOutcome.SHORT_ABANDONED]
        shares.append(gone / tally.offered)
    low, high = interval(shares)
    assert low <= expected.abandon_probability <= high, (low, expected.abandon_probability, high)
    assert high - low < 0.1


def test_each_single_wait_is_what_the_first_come_first_served_recursion_says() -> None:
    """Who comes at t is served at max(t, when the next agent is free): Kiefer and Wolfowitz, exactly, call by call."""
    opened: dict[str, int] = {}
    offered: dict[str, int] = {}
    served: dict[str, int] = {}
    for entry in busy_queue(3, 180, patience_ms=0).engine.entries:
        for fact in entry.facts:
            match fact:
                case VisitOpened():
                    opened[fact.contact] = entry.at
                case OfferMade():
                    offered[fact.contact] = entry.at
                case WorkChanged(work=Work.ENDED):
                    served[fact.contact] = entry.at - offered[fact.contact]
    free_at = [0] * AGENTS
    for contact, at in opened.items():
        begins_at = max(at, heapq.heappop(free_at))
        assert offered[contact] == begins_at
        heapq.heappush(free_at, begins_at + served[contact])
    assert len(opened) > 1_500 and sum(offered[contact] > at for contact, at in opened.items()) > 500
