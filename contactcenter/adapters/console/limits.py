"""Limits on how often something may happen: token buckets by key, bounded in number."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Limit"]

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
