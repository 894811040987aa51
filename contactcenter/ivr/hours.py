"""Whether a calendar is open at an instant. Zones and holidays were compiled away outside; UTC ms are left."""

from __future__ import annotations

from bisect import bisect_right

from contactcenter.model.config import CalendarConfig

__all__ = ["is_open"]


def is_open(calendar: CalendarConfig, at: int) -> bool:
    """Say whether `at` (ms) lies in one of the calendar's half-open intervals."""
    following = bisect_right(calendar.open, at, key=_from_at)
    return following > 0 and at < calendar.open[following - 1][1]


def _from_at(interval: tuple[int, int]) -> int:
    return interval[0]
