"""Work that nobody waits for, but that is neither lost nor left behind: its tasks end with their owner."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

__all__ = ["Background", "end_if_told"]

log = structlog.get_logger(__name__)


def end_if_told() -> None:
    """Raise CancelledError in a task that was told to end while a library was at work that swallowed the word."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Background:
    """Holds running tasks."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None], name: str = "") -> asyncio.Task[None]:
        """Let `work` run; a failure is logged by name, without its words."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def __len__(self) -> int:
        """Return how many tasks run."""
        return len(self._tasks)

    async def close(self) -> None:
        """End all tasks and wait until they have."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            log.error("background work failed", work=task.get_name(), reason=type(failure).__name__)
