"""The centre's clock: wall time at start, advanced by the monotonic clock, never backwards across a restart.

Steps of the wall clock do not touch it; they are noticed so that displays and calendars may follow.
"""

from __future__ import annotations

import time

__all__ = ["STEP_NOTICED_MS", "CenterClock"]

STEP_NOTICED_MS = 2_000  # smaller corrections are the daily work of time servers


class CenterClock:
    """Integer milliseconds since 1970 (UTC), rising with the monotonic clock."""

    def __init__(self, not_before_ms: int = 0) -> None:
        """Begin at the wall clock's time, or at `not_before_ms` (the last journaled time) if that is later."""
        wall_ms = time.time_ns() // 1_000_000
        self._base_ms = max(wall_ms, not_before_ms) - time.monotonic_ns() // 1_000_000
        self._offset_ms = wall_ms - max(wall_ms, not_before_ms)

    def now(self) -> int:
        """Return the centre's time (ms)."""
        return self._base_ms + time.monotonic_ns() // 1_000_000

    def step(self) -> int:
        """Return by how much (ms) the wall clock has stepped since it was last asked, 0 for small corrections."""
        offset_ms = time.time_ns() // 1_000_000 - self.now()
        step_ms = offset_ms - self._offset_ms
        if abs(step_ms) < STEP_NOTICED_MS:
            return 0
        self._offset_ms = offset_ms
        return step_ms
