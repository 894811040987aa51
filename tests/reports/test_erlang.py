"""Erlang's formulas against tables in print, against each other, and at their limits."""

from __future__ import annotations

import math

import pytest

from contactcenter.reports.erlang import erlang_a, erlang_b, erlang_c, mean_wait, service_level


@pytest.mark.parametrize(("load", "agents", "blocked"), [(0.8694, 4, 0.01), (4.4612, 10, 0.01), (13.1815, 20, 0.02)])
def test_b_agrees_with_the_printed_tables(load: float, agents: int, blocked: float) -> None:
    assert erlang_b(load, agents) == pytest.approx(blocked, abs=1e-4)


def test_c_of_one_agent_is_the_load_and_waits_as_m_m_1() -> None:
    assert erlang_c(0.6, 1) == pytest.approx(0.6)
    assert mean_wait(0.6, 1, 180_000) == pytest.approx(0.6 / 0.4 * 180_000)
    assert service_level(0.6, 1, 180, 0) == pytest.approx(0.4)


def test_c_agrees_with_the_sum_over_states() -> None:
    load, agents = 8.5, 10
    tail = load**agents / math.factorial(agents) * agents / (agents - load)
    states = sum(load**k / math.factorial(k) for k in range(agents))
    assert erlang_c(load, agents) == pytest.approx(tail / (states + tail))


def test_an_overloaded_queue_without_patience_grows_for_ever() -> None:
    assert erlang_c(10, 10) == 1.0
    assert mean_wait(10, 10, 180) == math.inf
    assert service_level(10, 10, 180, 20) == 0.0


def test_a_with_endless_patience_is_c() -> None:
    endless = erlang_a(8.5, 1.0, 1e9, 10)
    assert endless.wait_probability == pytest.approx(erlang_c(8.5, 10), rel=1e-5)
    assert endless.mean_wait == pytest.approx(mean_wait(8.5, 10, 1.0), rel=1e-4)


def test_a_with_patience_as_long_as_a_talk_is_the_poisson_queue() -> None:
    """With theta = mu each state's outflow is k·mu, so that the number present is Poisson (M/M/infinity)."""
    load, agents = 5.0, 4
    below = sum(math.exp(-load) * load**k / math.factorial(k) for k in range(agents))
    assert erlang_a(load, 1.0, 1.0, agents).wait_probability == pytest.approx(1 - below)


def test_a_lets_none_get_lost() -> None:
    steady = erlang_a(12.0, 1.0, 0.5, 10)
    assert steady.mean_queue == pytest.approx(12.0 * steady.mean_wait)
    assert steady.abandon_probability == pytest.approx(steady.mean_wait / 0.5)
    assert 0 < steady.abandon_probability < steady.wait_probability < 1
