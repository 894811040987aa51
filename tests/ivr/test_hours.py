"""Opening hours are half-open intervals."""

from __future__ import annotations

import pytest

from contactcenter.ivr.hours import is_open
from contactcenter.model.config import CalendarConfig

OFFICE = CalendarConfig("office", ((100, 200), (300, 400)))


@pytest.mark.parametrize(
    ("at", "expected"), [(99, False), (100, True), (199, True), (200, False), (299, False), (300, True), (400, False)]
)
def test_an_interval_begins_with_its_first_and_ends_before_its_last_instant(at: int, expected: bool) -> None:
    assert is_open(OFFICE, at) is expected


def test_an_empty_calendar_is_always_closed() -> None:
    assert not is_open(CalendarConfig("never", ()), 0)
