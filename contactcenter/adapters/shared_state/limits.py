"""Limits on how often something may happen: token buckets by key, bounded in number."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from contactcenter.adapters.shared_state.ports import Turn

__all__ = ["Limit", "LocalLimiter"]

KEYS_MAX = 50_000  # an attacker with a network of addresses must not fill the memory


class Limit:
    """At most `burst` at once and `burst` in `per_s` seconds, for each key."""

    def __init__(self, burst: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with full buckets."""
        self._burst = burst
        self._rate = burst / per_s
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """Return how long `key` has to wait for its next turn, 0 when it may go on; takes nothing."""
        return max(0.0, (1.0 - self._left(key)) / self._rate)

    def take(self, key: str) -> bool:
        """Take a turn, or tell that there is none."""
        left = self._left(key)
        if left < 1.0:
            return False
        self._buckets[key] = (self._clock(), left - 1.0)
        self._buckets.move_to_end(key)
        if len(self._buckets) > KEYS_MAX:
            self._buckets.popitem(last=False)
        return True

    def give_back(self, key: str) -> None:
        """Undo a turn that was taken."""
        self._buckets[key] = (self._clock(), min(float(self._burst), self._left(key) + 1.0))

    def _left(self, key: str) -> float:
        at, left = self._buckets.get(key, (self._clock(), float(self._burst)))
        return min(float(self._burst), left + (self._clock() - at) * self._rate)


class LocalLimiter:
    """The limits of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with full buckets."""
        self._clock = clock
        self._limits: dict[str, Limit] = {}

    async def take(self, *turns: Turn) -> float:
        """Take all turns and return 0, or take none and return how many seconds to wait."""
        wait_s = max(self._limit(turn).wait_s(turn.key) for turn in turns)
        if not wait_s:
            for turn in turns:
                self._limit(turn).take(turn.key)
        return wait_s

    async def give_back(self, *turns: Turn) -> None:
        """Undo turns that were taken."""
        for turn in turns:
            self._limit(turn).give_back(turn.key)

    def _limit(self, turn: Turn) -> Limit:
        bucket = turn.bucket
        limit = self._limits.get(bucket.name)
        return limit or self._limits.setdefault(bucket.name, Limit(bucket.burst, bucket.per_s, self._clock))
