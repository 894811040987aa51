"""Which entries still have to be told: the newest from memory, older ones read again from the journal.

The position of the last entry that a broker confirmed is kept in a file, so that a restart tells what was missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from itertools import islice
from pathlib import Path

import structlog

from contactcenter.model.entry import Entry
from contactcenter.runtime.ports import LinkLost

__all__ = ["Backlog", "Entries", "entries_after"]

RECENT_MAX = 2_000  # entries kept in memory for a broker that is slow for a moment
TOGETHER_MAX = 20  # entries told at once; as many messages as MQTT clients usually have in flight
AGAIN_S = 0.5  # the journal could not be read: its engine is away

Entries = Callable[[int], AsyncIterator[Entry]]

log = structlog.get_logger(__name__)


async def entries_after(entries: Entries, after: int, limit: int) -> list[Entry]:
    """Return up to `limit` entries whose sequence is greater than `after`. Raises LinkLost."""
    found: list[Entry] = []
    source = entries(after)
    async with aclosing(source):  # type: ignore[type-var]
        async for entry in source:
            found.append(entry)
            if len(found) >= limit:
                break
    return found


class Backlog:
    """The entries after the last one that was told."""

    def __init__(self, file: Path, entries: Entries) -> None:
        """Remember the position in `file`; read what memory no longer holds through `entries`."""
        self._file = file
        self._entries = entries
        self._recent: deque[Entry] = deque(maxlen=RECENT_MAX)
        self._news = asyncio.Event()
        self._head = 0
        self._kept = -1
        self.position = 0

    def note(self, entry: Entry) -> None:
        """Take a new entry into account; the oldest is dropped from memory when there are too many."""
        self._recent.append(entry)
        self._head = entry.position.sequence
        self._news.set()

    def begin(self) -> None:
        """Go on after the remembered position; the first time, and for another journal, after the newest entry."""
        kept = self._remembered()
        if kept is None or kept > self._head:
            log.info("the bus begins with the next entry", position=self._head, remembered=kept)
            kept = self._head
        self.position = kept

    def behind(self) -> int:
        """Return how many entries have not been told yet."""
        return max(0, self._head - self.position)

    async def next(self) -> list[Entry]:
        """Wait for entries that have to be told and return some of them, in order."""
        while True:
            if found := self._from_memory():
                return found
            if self._head > self.position:
                with contextlib.suppress(LinkLost):
                    if found := await entries_after(self._entries, self.position, TOGETHER_MAX * 10):
                        return found
                await asyncio.sleep(AGAIN_S)
                continue
            self._news.clear()
            await self._news.wait()

    def confirm(self, sequence: int) -> None:
        """Say that the facts of an entry, and of all before it, have reached the broker."""
        self.position = sequence

    async def keep(self) -> None:
        """Write the position to its file if it moved; a file that cannot be written costs only repeats."""
        position = self.position
        if position == self._kept:
            return
        try:
            await asyncio.to_thread(self._write, position)
            self._kept = position
        except OSError as failure:
            log.error("the bus position is not kept", reason=failure.strerror)

    def _from_memory(self) -> list[Entry]:
        while self._recent and self._recent[0].position.sequence <= self.position:
            self._recent.popleft()
        if self._recent and self._recent[0].position.sequence == self.position + 1:
            return list(islice(self._recent, TOGETHER_MAX))
        return []

    def _remembered(self) -> int | None:
        try:
            return int(self._file.read_text())
        except (OSError, ValueError):
            return None

    def _write(self, position: int) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_text(str(position))
        os.replace(beside, self._file)
