"""How long a successor takes to know what a crowd waits for: `python -m bench.recovery [--store both] [--quick]`.

A journal is written in which as many contacts wait as asked for. Then it is read from its start, and then by a snapshot
with the last entries after it, as an engine does that starts. Medians of three; nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from msgspec.structs import replace

from bench.acd_floor import Floor, Size
from bench.servers import own_postgres
from contactcenter.adapters.journal.postgres import PostgresJournal
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.snapshots import SnapshotFolder
from contactcenter.center import Center
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import Event
from contactcenter.model.step import Step
from contactcenter.runtime.ports import Shelf
from contactcenter.runtime.snapshot import NO_SHELF, Recovered, pack, recovered

__all__ = ["main", "measure"]

RELEASE = "bench"
TAIL = 20_000  # entries after the snapshot: as many as the keeper lets come together
BATCH = 200
SIZE = Size(agents=1_000, waiting=100_000, skills=50)


class WrittenFloor(Floor):
    """A floor whose every decision is kept as an entry."""

    def __init__(self, size: Size) -> None:
        """Fill it."""
        self.entries: list[Entry] = []
        super().__init__(size)

    def decide(self, event: Event, now: int) -> Step:
        """Decide, and keep it."""
        step = super().decide(event, now)
        if step.rejected is None:
            self.entries.append(Entry(self.center.position, now, RELEASE, event, tuple(step.facts)))
        return step


async def measure(
    journal: SqliteJournal | PostgresJournal, floor: WrittenFloor, folder: Path, runs: int, name: str
) -> None:
    """Print how long both ways take."""
    epoch = journal.open_epoch()
    entries = [replace(entry, position=Position(epoch, entry.position.sequence)) for entry in floor.entries]
    for first in range(0, len(entries), BATCH):
        await journal.append(entries[first : first + BATCH])
    _report(f"{name}: all {len(entries):,} entries", runs, lambda: recovered(journal, NO_SHELF, RELEASE))
    shelf = _snapshot_before(entries, folder)
    _report(f"{name}: snapshot and the last entries", runs, lambda: _by(journal, shelf))


def _by(journal: SqliteJournal | PostgresJournal, shelf: Shelf) -> Recovered:
    return recovered(journal, shelf, RELEASE)


def _snapshot_before(entries: list[Entry], folder: Path) -> SnapshotFolder:
    """Write a snapshot as the keeper would have, some entries ago."""
    center, before = Center(), entries[: -min(TAIL, len(entries) // 2)]
    for entry in before:
        center.apply(entry)
    begun = time.process_time()
    snapshot = pack(center, before[-1].at, RELEASE)
    shelf = SnapshotFolder(folder / "snapshots")
    shelf.write(snapshot)
    size_mb = len(snapshot.body) / 1e6
    print(f"the snapshot: {size_mb:.0f} MB, made in {time.process_time() - begun:.2f} s of CPU", flush=True)
    return shelf


def _report(name: str, runs: int, act: Callable[[], Recovered]) -> None:
    walls, costs, found = [], [], None
    for _ in range(runs):
        found = None
        wall, cost = time.perf_counter(), time.process_time()
        found = act()
        walls.append(time.perf_counter() - wall)
        costs.append(time.process_time() - cost)
    assert found is not None, "at least one run"
    waiting = len(found.center.routing.floor.contacts)
    print(
        f"{name:<48} {statistics.median(costs):>8.2f} s of CPU {statistics.median(walls):>8.2f} s by the wall,"
        f" {found.entries:,} entries read, {waiting:,} contacts",
        flush=True,
    )


async def _measure_all(stores: tuple[str, ...], size: Size, runs: int) -> None:
    floor = WrittenFloor(size)
    floor.fill()
    with ExitStack() as life:
        for store in stores:
            folder = Path(life.enter_context(tempfile.TemporaryDirectory()))
            server = life.enter_context(own_postgres(Path(tempfile.gettempdir()))) if store == "postgresql" else None
            journal = PostgresJournal(server.url, server.password) if server else SqliteJournal(folder / "journal.db")
            await measure(journal, floor, folder, runs, store)
            journal.close()


def main() -> None:
    """Print the command, how busy the machine is, and both ways for each store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--store", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--waiting", type=int, default=SIZE.waiting)
    parser.add_argument("--quick", action="store_true", help="a tenth of the waiting, one run")
    chosen = parser.parse_args()
    stores = ("sqlite", "postgresql") if chosen.store == "both" else (chosen.store,)
    waiting, runs = (chosen.waiting // 10, 1) if chosen.quick else (chosen.waiting, 3)
    print(f"$ python -m bench.recovery {' '.join(sys.argv[1:])}".rstrip())
    print(f"processes that want a core: {os.getloadavg()[0]:.1f}", flush=True)
    asyncio.run(_measure_all(stores, SIZE._replace(waiting=waiting), runs))


if __name__ == "__main__":
    main()
