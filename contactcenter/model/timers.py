"""Deadlines as state: named alarms ordered by (deadline, order of setting).

Set and cleared only while facts are applied, so that a replayed state has the same alarms. A name is a tuple whose
first word is the part that owns it.
"""

from __future__ import annotations

import heapq

__all__ = ["Timers"]

Name = tuple[str, ...]
SPARE = 1_024  # stale entries that are always suffered; beyond them the heap may be twice what is set


class Timers:
    """A heap of named deadlines with lazy removal; setting a name again moves it."""

    __slots__ = ("_heap", "_live", "_order")

    def __init__(self) -> None:
        """Begin with no alarm set."""
        self._heap: list[tuple[int, int, Name]] = []
        self._live: dict[Name, tuple[int, int]] = {}
        self._order = 0

    def set(self, name: Name, at: int) -> None:
        """Let `name` be due at `at` (ms), in place of any earlier deadline of that name."""
        self._order += 1
        self._live[name] = (at, self._order)
        heapq.heappush(self._heap, (at, self._order, name))
        if len(self._heap) > 2 * len(self._live) + SPARE:
            self._forget_stale()

    def clear(self, name: Name) -> None:
        """Forget `name`; unknown names are fine."""
        self._live.pop(name, None)

    def deadline(self) -> int | None:
        """Return when the next alarm is due (ms), or None."""
        while self._heap:
            at, order, name = self._heap[0]
            if self._live.get(name) == (at, order):
                return at
            heapq.heappop(self._heap)
        return None

    def pop_due(self, now: int) -> Name | None:
        """Take the earliest alarm that is due at `now`, or None."""
        at = self.deadline()
        if at is None or at > now:
            return None
        name = heapq.heappop(self._heap)[2]
        del self._live[name]
        return name

    def _forget_stale(self) -> None:
        """Drop what was moved or cleared: an alarm set a day ahead with each text would stay for that day."""
        self._heap = [(at, order, name) for name, (at, order) in self._live.items()]
        heapq.heapify(self._heap)

    def __len__(self) -> int:
        """Return how many alarms are set."""
        return len(self._live)
