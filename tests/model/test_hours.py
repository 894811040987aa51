"""Opening hours are half-open intervals."""

from __future__ import annotations

import pytest

from contactcenter.model.hours import closing_at, is_open, open_ms

OFFICE = ((100, 200), (300, 400))


@pytest.mark.parametrize(
    ("at", "expected"), [(99, False), (100, True), (199, True), (200, False), (299, False), (300, True), (400, False)]
)
def test_an_interval_begins_with_its_first_and_ends_before_its_last_instant(at: int, expected: bool) -> None:
    assert is_open(OFFICE, at) is expected


def test_an_empty_calendar_is_always_closed() -> None:
    assert not is_open((), 0)


@pytest.mark.parametrize(
    ("at", "closes"),
    [(99, 99), (100, 220), (199, 220), (200, 220), (219, 220), (220, 220), (250, 250), (300, 420), (500, 500)],
)
def test_closing_comes_a_grace_after_the_end_of_the_hours(at: int, closes: int) -> None:
    assert closing_at(OFFICE, at, 20) == closes


def test_a_pause_within_the_grace_is_none() -> None:
    assert closing_at(OFFICE, 150, 100) == 500
    assert closing_at(OFFICE, 150, 99) == 299


def test_a_calendar_that_never_opens_closes_at_once() -> None:
    assert closing_at((), 7, 20) == 7


@pytest.mark.parametrize(
    ("from_at", "to_at", "spent"),
    [(0, 99, 0), (0, 101, 1), (120, 180, 60), (150, 350, 100), (200, 300, 0), (399, 900, 1), (0, 900, 200), (5, 5, 0)],
)
def test_the_time_within_the_hours_is_what_they_share_with_a_stretch(from_at: int, to_at: int, spent: int) -> None:
    assert open_ms(OFFICE, from_at, to_at) == spent
