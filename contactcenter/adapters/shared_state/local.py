"""The state of a desk that shares it with nobody: the same promises, kept in this process."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from contactcenter.adapters.shared_state.limits import LocalLimiter
from contactcenter.adapters.shared_state.ports import Figures, Kept
from contactcenter.runtime.ports import EngineFigures

__all__ = ["ENTRIES_MAX", "LocalCache", "LocalState"]

ENTRIES_MAX = 10_000  # a busy day's callers of a large centre


class LocalCache:
    """A bounded cache: the least recently used goes first."""

    def __init__(self, entries_max: int = ENTRIES_MAX, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin empty."""
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._entries_max = entries_max
        self._clock = clock
        self._era = 0
        self.hits = self.misses = 0

    async def get(self, key: str) -> Kept:
        """Return what is kept under a key."""
        until, value = self._entries.get(key, (0.0, b""))
        mark = self._era.to_bytes(8, "big")
        if self._clock() >= until:
            self._entries.pop(key, None)
            self.misses += 1
            return Kept(None, mark)
        self._entries.move_to_end(key)
        self.hits += 1
        return Kept(value, mark)

    async def put(self, key: str, value: bytes, live_s: float, mark: bytes) -> None:
        """Keep a value, unless everything was forgotten since the mark."""
        if mark != self._era.to_bytes(8, "big"):
            return
        self._entries[key] = (self._clock() + live_s, value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._entries_max:
            self._entries.popitem(last=False)

    async def forget_all(self) -> None:
        """Empty the cache."""
        self._era += 1
        self._entries.clear()


class LocalState:
    """What a desk alone has."""

    def __init__(self) -> None:
        """Begin empty."""
        self.cache = LocalCache()
        self.limiter = LocalLimiter()

    async def run(self) -> None:
        """There is nothing to look after."""
        await asyncio.Event().wait()

    async def tell(self, figures: Figures, live: asyncio.Event) -> None:
        """There is nobody to tell."""
        await asyncio.Event().wait()

    def figures(self) -> EngineFigures:
        """Return how often the cache had what was asked for."""
        return EngineFigures(counters={"cache_hits": self.cache.hits, "cache_misses": self.cache.misses})

    async def close(self) -> None:
        """There is nothing to let go."""
