"""Many small lives going on beside each other, bounded in number; and how often and how long, by chance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import structlog

__all__ = ["Crowd", "arrivals", "between"]

MINUTE_S = 60.0
GAPS = (0.3, 1.7)  # of the mean: whoever looks on should not wait for the next one for long

log = structlog.get_logger(__name__)

Life = Coroutine[Any, Any, None]


def between(chance: Random, bounds_s: tuple[float, float]) -> float:
    """Return a span between two bounds, in seconds."""
    return chance.uniform(*bounds_s)


class Crowd:
    """Lives that end by themselves; when there are `limit` of them, nobody else is let in."""

    def __init__(self, name: str, limit: int) -> None:
        """Begin empty."""
        self._name = name
        self._limit = limit
        self._lives: set[asyncio.Task[None]] = set()

    def admit(self, life: Life) -> None:
        """Let a life go on beside the others, or never begin."""
        if len(self._lives) >= self._limit:
            life.close()
            return
        task = asyncio.get_running_loop().create_task(life, name=self._name)
        self._lives.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """End all lives."""
        for task in self._lives:
            task.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._lives.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a simulated life broke off", crowd=self._name, exc_info=error)


async def arrivals(crowd: Crowd, per_min: float, chance: Random, begin: Callable[[], Life]) -> None:
    """Let lives begin for ever: the first one at once, then so many a minute, without long lulls."""
    while True:
        crowd.admit(begin())
        await asyncio.sleep(between(chance, GAPS) * MINUTE_S / per_min)
