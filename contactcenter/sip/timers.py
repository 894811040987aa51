"""A heap of deadlines in monotonic milliseconds. It knows nothing of what the deadlines are for.

An entry cannot be withdrawn: its owner recognises a stale one when it comes out, which costs less than a search.
"""

import heapq
from typing import Generic, TypeVar

__all__ = ["TimerHeap"]

T = TypeVar("T")


class TimerHeap(Generic[T]):
    """Items by due time; equal times come out in the order they went in."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, T]] = []
        self._serial = 0

    def __len__(self) -> int:
        return len(self._heap)

    def schedule(self, at: int, item: T) -> None:
        """Let the item come out at `at`; O(log n)."""
        self._serial += 1
        heapq.heappush(self._heap, (at, self._serial, item))

    def deadline(self) -> int | None:
        """Return when the next item is due, None if there is none."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: int) -> tuple[int, T] | None:
        """Take the next item that is due, with its time; None if nothing is. O(log n)."""
        if not self._heap or self._heap[0][0] > now:
            return None
        at, _, item = heapq.heappop(self._heap)
        return at, item
