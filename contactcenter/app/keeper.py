"""The keeper: follows the journal at low priority, and writes down from time to time what it has come to.

It never asks the engine and never decides: it applies what is committed, as a successor would. Before a snapshot is
written it is read back and compared, so that none is ever worse than the journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import Final

import structlog

from contactcenter.adapters.journal.batches import BatchReader
from contactcenter.adapters.snapshots import SnapshotFolder
from contactcenter.app.parent import until_told_to_end
from contactcenter.app.places import Places
from contactcenter.app.release import release
from contactcenter.app.stores import journal_reader
from contactcenter.runtime.ports import StoreUnusable
from contactcenter.runtime.snapshot import difference, pack, recovered, unpack
from contactcenter.settings import Settings

__all__ = ["Keeper", "run_keeper"]

log = structlog.get_logger(__name__)

NICENESS: Final = 19  # whatever else wants a core goes first
LOOK_S: Final = 2.0
PAGE: Final = 1_000  # entries applied between two looks at whether to end
ENTRIES_BETWEEN: Final = 20_000  # applied again within a second at the next start
SECONDS_BETWEEN: Final = 600.0
ENTRIES_WORTH_IT: Final = 500  # fewer are applied again faster than a snapshot is read


class Keeper:
    """A centre that follows the journal, and the folder where it writes itself down."""

    def __init__(
        self, journal: BatchReader, folder: SnapshotFolder, release: str, entries_between: int = ENTRIES_BETWEEN
    ) -> None:
        """Begin where the last snapshot ended. Raises StoreUnusable."""
        self._journal, self._folder, self._release = journal, folder, release
        self._entries_between = entries_between
        found = recovered(journal, folder, release)
        self._center, self._at = found.center, found.last_at
        self._kept = found.center.position.sequence - found.entries
        self._kept_at = time.monotonic()

    def follow(self) -> int:
        """Apply what was committed since, at most a page; return how many entries that were. Raises StoreUnusable."""
        entries = self._journal.read(self._center.position.sequence, PAGE)
        for entry in entries:
            self._center.apply(entry)
            self._at = entry.at
        return len(entries)

    def is_due(self) -> bool:
        """Return whether enough has happened since the last snapshot."""
        fresh = self._center.position.sequence - self._kept
        late = time.monotonic() - self._kept_at >= SECONDS_BETWEEN
        return fresh >= self._entries_between or (late and fresh >= ENTRIES_WORTH_IT)

    def write(self) -> None:
        """Write a snapshot that was read back and found to be the same; one that is not is told and not written."""
        self._kept, self._kept_at = self._center.position.sequence, time.monotonic()
        snapshot = pack(self._center, self._at, self._release)
        wrong = difference(self._center.state(), unpack(snapshot, self._release).state())
        if wrong:
            log.error("a snapshot is not what it was taken of", where=wrong.partition(":")[0])
            return
        with contextlib.suppress(OSError):  # a full disk: the journal is what counts, and it will say so
            self._folder.write(snapshot)


async def run_keeper(settings: Settings) -> int:
    """Keep snapshots until told to end."""
    with contextlib.suppress(OSError):  # a unit that says it already may forbid it
        os.nice(NICENESS)
    over = asyncio.Event()
    ending = asyncio.create_task(until_told_to_end(over))
    reader, keeper = journal_reader(settings), None
    while not ending.done():
        try:
            keeper = keeper or Keeper(reader, SnapshotFolder(Places(settings.paths.var).snapshots), release())
            if keeper.follow() < PAGE:
                await asyncio.wait([ending], timeout=LOOK_S)
        except StoreUnusable:
            await asyncio.wait([ending], timeout=LOOK_S)  # none yet, or away: the engine says what is wrong
            continue
        if keeper.is_due():
            keeper.write()
        await asyncio.sleep(0)
    reader.close()
    return 0
