"""The wall clock of the desk, in the unit of the whole product."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Clock", "wall_ms"]

Clock = Callable[[], int]


def wall_ms() -> int:
    """Return the time in ms since 1970 (UTC)."""
    return time.time_ns() // 1_000_000
