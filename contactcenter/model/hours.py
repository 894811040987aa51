"""Half-open UTC intervals [from_at, to_at) in ms, sorted and apart: which one holds an instant, which one is next."""

from __future__ import annotations

from bisect import bisect_right

__all__ = ["Interval", "interval_after", "interval_at"]

Interval = tuple[int, int]


def interval_at(intervals: tuple[Interval, ...], at: int) -> Interval | None:
    """Return the interval that holds an instant (ms), or None."""
    following = bisect_right(intervals, at, key=_from_at)
    found = intervals[following - 1] if following else None
    return found if found is not None and at < found[1] else None


def interval_after(intervals: tuple[Interval, ...], at: int) -> Interval | None:
    """Return the first interval that begins after an instant (ms), or None."""
    following = bisect_right(intervals, at, key=_from_at)
    return intervals[following] if following < len(intervals) else None


def _from_at(interval: Interval) -> int:
    return interval[0]
