"""Half-open UTC intervals [from_at, to_at) in ms, sorted and apart: which one holds an instant, which one is next.

Opening hours are such; zones and holidays were compiled away outside.
"""

from __future__ import annotations

from bisect import bisect_right

__all__ = ["Interval", "closing_at", "interval_after", "interval_at", "is_open", "open_ms"]

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


def is_open(intervals: tuple[Interval, ...], at: int) -> bool:
    """Return whether an instant (ms) lies in one of the intervals."""
    return interval_at(intervals, at) is not None


def open_ms(intervals: tuple[Interval, ...], from_at: int, to_at: int) -> int:
    """Return how much of [from_at, to_at) lies in the intervals (ms)."""
    number = max(0, bisect_right(intervals, from_at, key=_from_at) - 1)
    spent = 0
    while number < len(intervals) and intervals[number][0] < to_at:
        begin_at, end_at = intervals[number]
        spent += max(0, min(end_at, to_at) - max(begin_at, from_at))
        number += 1
    return spent


def closing_at(intervals: tuple[Interval, ...], at: int, grace_ms: int) -> int:
    """Return when (ms) who waits at an instant is served no more: so long after the hours end.

    A pause that is no longer than the grace is none. Who comes when all is closed already is not served at all.
    """
    following = bisect_right(intervals, at, key=_from_at)
    if following == 0:
        return at
    ends_at = intervals[following - 1][1] + grace_ms
    while following < len(intervals) and intervals[following][0] <= ends_at:
        ends_at = intervals[following][1] + grace_ms
        following += 1
    return max(at, ends_at)


def _from_at(interval: Interval) -> int:
    return interval[0]
