"""Follows the committed entries from the first to the newest and beyond, and shows each to the listeners in order.

The live folds are built anew at every start; the records go on from where they are. When the engine goes away the
follower waits for it and goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import structlog

from contactcenter.adapters.database.records import RecordsAhead, RecordsWriter
from contactcenter.model.entry import Entry
from contactcenter.runtime.ports import Link, LinkLost

__all__ = ["Follower", "Listener"]

BATCH_MAX = 500  # entries in one transaction of the records
BACKLOG_MAX = 20_000  # entries that wait in memory for a slow disk before following pauses
GATHER_S = 0.2  # nobody waits for the records, and a transaction costs the same for one entry as for a hundred
RETRY_S = (0.1, 0.2, 0.5, 1.0, 2.0)

Listener = Callable[[Entry], None]

log = structlog.get_logger(__name__)


class Follower:
    """One subscription for the whole desk; a fault in one listener does not blind the others."""

    def __init__(self, link: Link, records: RecordsWriter, on_live: Callable[[], None]) -> None:
        """Show entries of `link` to `listeners` and hand them to the records; call `on_live` at each catching up."""
        self._link = link
        self._records = records
        self.listeners: list[Listener] = []
        self._on_live = on_live
        self._backlog: asyncio.Queue[Entry] = asyncio.Queue(BACKLOG_MAX)
        self._moved = asyncio.Condition()
        self.sequence = 0
        self.connected = False
        self.live = asyncio.Event()
        self._was_live = False

    async def run(self) -> None:
        """Follow until cancelled. Raises RecordsAhead when the records belong to another journal."""
        await self._records.load()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write_records())
            tasks.create_task(self._follow())

    def was_live(self) -> bool:
        """Tell whether the folds have ever caught up: until then they lack what is going on, rather than lag behind."""
        return self._was_live

    async def reach(self, sequence: int, within_s: float) -> bool:
        """Wait until the entry `sequence` was shown to the listeners; tell whether it was in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._moved:
                await self._moved.wait_for(lambda: self.sequence >= sequence)
        return self.sequence >= sequence

    async def written(self, sequence: int) -> None:
        """Wait until the records hold the entry `sequence`."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._records.applied.sequence >= sequence)

    async def entries(self, after: int) -> AsyncIterator[Entry]:
        """Yield the entries from `after` to the newest now, then end. Raises LinkLost."""
        head = await self._link.head()
        if head <= after:
            return
        async for entry in self._link.subscribe(after):
            yield entry
            if entry.position.sequence >= head:
                return

    def records_behind(self) -> int:
        """Return how many entries the records still lack."""
        return max(0, self.sequence - self._records.applied.sequence)

    async def _follow(self) -> None:
        tries = 0
        while True:
            try:
                head = await self._link.head()
                if head < self._records.applied.sequence:
                    raise RecordsAhead(f"the records hold entry {self._records.applied.sequence}, the journal {head}")
                self.connected, tries = True, 0
                self._caught_up(head)
                async for entry in self._link.subscribe(self.sequence):
                    await self._take(entry, head)
            except LinkLost:
                self.connected = False
                self.live.clear()
            await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1

    async def _take(self, entry: Entry, head: int) -> None:
        for listener in self.listeners:
            try:
                listener(entry)
            except Exception:
                log.exception("listener failed", position=entry.position.sequence)
        async with self._moved:
            self.sequence = entry.position.sequence
            self._moved.notify_all()
        self._caught_up(head)
        if self.sequence > self._records.applied.sequence:
            await self._backlog.put(entry)

    def _caught_up(self, head: int) -> None:
        if self.sequence >= head and not self.live.is_set():
            self.live.set()
            self._was_live = True
            self._on_live()

    async def _write_records(self) -> None:
        tries = 0
        batch: list[Entry] = []
        while True:
            if not batch:
                batch.append(await self._backlog.get())
                await asyncio.sleep(GATHER_S)
            while len(batch) < BATCH_MAX and not self._backlog.empty():
                batch.append(self._backlog.get_nowait())
            try:
                await self._records.write(batch)
            except Exception as failure:
                log.error("records not written", reason=type(failure).__name__, first=batch[0].position.sequence)
                await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1
            else:
                tries = 0
                batch = []
                async with self._moved:
                    self._moved.notify_all()
