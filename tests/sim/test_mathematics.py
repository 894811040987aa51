"""The simulated centre against mathematics: with Poisson calls and exponential talks it is Erlang's queue."""

from __future__ import annotations

import heapq

from contactcenter.model.facts import OfferMade, VisitOpened, WorkChanged
from contactcenter.model.words import Work
from contactcenter.reports.erlang import ErlangA, erlang_a, erlang_c, mean_wait
from contactcenter.sim.habits import HOUR_MS
from tests.theory.queues import TALK_MS, abandoned, busy_queue, interval, mean_wait_ms, tally_of

AGENTS = 10
SEEDS = range(8, 16)


def test_without_patience_limits_the_mean_wait_is_erlang_cs() -> None:
    calls_per_hour = 140
    load = calls_per_hour * TALK_MS / HOUR_MS
    waits = []
    for seed in SEEDS:
        waits.append(mean_wait_ms(tally_of(busy_queue(seed, calls_per_hour, patience_ms=0))))
    low, _, high = interval(waits)
    expected = mean_wait(load, AGENTS, TALK_MS)
    assert low <= expected <= high, (low, expected, high)
    assert high - low < expected, "an interval so wide would prove nothing"
    assert 0 < erlang_c(load, AGENTS) < 1


def test_with_patience_the_abandoned_are_erlang_as() -> None:
    calls_per_hour, patience_ms = 240, 120_000
    expected: ErlangA = erlang_a(calls_per_hour / HOUR_MS, TALK_MS, patience_ms, AGENTS)
    shares = []
    for seed in SEEDS:
        shares.append(abandoned(tally_of(busy_queue(seed, calls_per_hour, patience_ms, hours=6))))
    low, _, high = interval(shares)
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
