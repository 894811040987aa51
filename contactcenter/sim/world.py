"""Virtual time: a clock that jumps from act to act, ordered by (time, order of planning)."""

from __future__ import annotations

import heapq
from collections.abc import Callable

__all__ = ["World"]


class World:
    """What is planned, and what time it is (ms)."""

    __slots__ = ("_order", "_planned", "now")

    def __init__(self, start_at: int) -> None:
        """Begin at `start_at` with nothing planned."""
        self.now = start_at
        self._planned: list[tuple[int, int, Callable[[], None]]] = []
        self._order = 0

    def at(self, at: int, act: Callable[[], None]) -> None:
        """Plan an act; what is planned for the past happens now."""
        self._order += 1
        heapq.heappush(self._planned, (max(at, self.now), self._order, act))

    def after(self, delay_ms: int, act: Callable[[], None]) -> None:
        """Plan an act `delay_ms` from now."""
        self.at(self.now + delay_ms, act)

    def next_at(self) -> int | None:
        """Return when the next act is planned, or None."""
        return self._planned[0][0] if self._planned else None

    def act(self) -> None:
        """Jump to the next act and do it."""
        at, _, act = heapq.heappop(self._planned)
        self.now = at
        act()
