"""The estimate of a wait against what it promises: no guess from little, whole numbers, four of five waits within."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.model.estimate import GAP_MS_MAX, SAMPLES_MAX, SAMPLES_MIN, STALE_MS, Pace

GAPS = st.lists(st.integers(0, GAP_MS_MAX), min_size=SAMPLES_MIN, max_size=SAMPLES_MAX)
TRIALS = 3_000


def test_from_few_samples_nothing_is_said() -> None:
    assert Pace(gaps=[60_000] * (SAMPLES_MIN - 1)).estimate(1, 0) is None
    assert Pace(gaps=[60_000] * SAMPLES_MIN).estimate(1, 0) is not None


def test_from_a_line_that_stands_still_nothing_is_said() -> None:
    pace = Pace(gaps=[60_000] * SAMPLES_MIN, served_at=1_000)
    assert pace.estimate(1, 1_000 + STALE_MS) is not None
    assert pace.estimate(1, 1_001 + STALE_MS) is None


@given(GAPS, st.integers(1, 500))
def test_more_places_never_wait_less(gaps: list[int], places: int) -> None:
    pace = Pace(gaps=gaps)
    here, behind = pace.estimate(places, 0), pace.estimate(places + 1, 0)
    assert here is not None and behind is not None
    assert 0 <= here.low_ms <= here.expected_ms <= here.high_ms
    assert here.expected_ms <= behind.expected_ms and here.low_ms <= behind.low_ms and here.high_ms <= behind.high_ms


@given(GAPS, st.integers(1, 500), st.integers(0, STALE_MS))
def test_time_alone_changes_nothing(gaps: list[int], places: int, later_ms: int) -> None:
    assert Pace(gaps=gaps).estimate(places, 0) == Pace(gaps=gaps).estimate(places, later_ms)


@pytest.mark.parametrize("places", [1, 3, 8, 20])
def test_four_of_five_waits_lie_within_where_agents_come_free_by_chance(places: int) -> None:
    chance, within = random.Random(places), 0
    for _ in range(TRIALS):
        gaps = [int(chance.expovariate(1 / 60_000)) for _ in range(SAMPLES_MAX)]
        wait = Pace(gaps=gaps).estimate(places, 0)
        assert wait is not None
        came = sum(chance.expovariate(1 / 60_000) for _ in range(places))
        within += wait.low_ms <= came <= wait.high_ms
    assert 0.77 < within / TRIALS < 0.83


def test_a_gap_begins_with_the_last_one_served_or_the_first_to_wait() -> None:
    pace = Pace()
    pace.join(1_000)
    pace.join(5_000)
    pace.leave(11_000, served=True)
    pace.leave(14_000, served=True)
    pace.join(90_000)
    pace.leave(92_000, served=True)
    assert pace.gaps == [10_000, 3_000, 2_000]


def test_who_gives_up_is_no_gap_and_only_the_newest_count() -> None:
    pace = Pace()
    pace.join(0)
    pace.leave(1_000, served=False)
    assert pace.gaps == [] and pace.queued == 0
    for number in range(SAMPLES_MAX + 3):
        pace.join(number)
        pace.leave(number + number, served=True)
    assert pace.gaps == list(range(3, SAMPLES_MAX + 3))
