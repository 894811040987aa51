"""What durable truth costs here: entries and facts per second and the time of a commit, alone and through the link.

`python -m bench.journal [--seconds 3] [--folder DIR]` writes into a journal of its own and removes it again; the folder
decides which disk is measured. It asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from contactcenter.adapters.journal.figures import quantile
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.link.client import LinkClient
from contactcenter.adapters.link.server import LinkServer
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model.events import Event, KeyPressed
from contactcenter.model.facts import ChoiceMade, FlowMoved, KeyHeard
from contactcenter.model.ids import ContactId, LegId, MessageId
from contactcenter.model.step import Entry, Position
from contactcenter.runtime.ports import EngineFigures, Receipt

FACTS_PER_ENTRY = 3  # a key press in a menu: heard, chosen, moved on
BATCHES = (1, 10, 100, 1000)


class Bench:
    """A journal that grows, with the link in front of it."""

    def __init__(self, folder: Path, batch: int) -> None:
        """Begin empty."""
        self.journal = SqliteJournal(folder / "journal.sqlite3")
        self.epoch = self.journal.open_epoch()
        self.vault = PersonVault(self.journal, bytes(32))
        self.server = LinkServer(folder / "engine.sock", self, self.journal, self.vault, "bench")
        self.sequence = 0
        self.batch = batch

    def entries(self, many: int) -> list[Entry]:
        """The next entries, all alike."""
        contact, leg = ContactId("C1.1"), LegId("7b6e0a3c")
        facts = (KeyHeard(contact, "1"), ChoiceMade(contact, "menu", "1"), FlowMoved(contact, "faults"))
        first = self.sequence + 1
        self.sequence += many
        return [
            Entry(Position(self.epoch, first + number), 1_700_000_000_000, "bench", KeyPressed(leg, "1"), facts)
            for number in range(many)
        ]

    async def append(self) -> None:
        """Commit one batch."""
        await self.journal.append(self.entries(self.batch))

    async def submit(self, event: Event) -> Receipt:
        """Commit one event that came through the link."""
        (entry,) = self.entries(1)
        await self.journal.append([entry])
        self.server.publish([entry])
        return Receipt(entry.position)

    def outbox(self) -> list[MessageId]:
        """No text waits."""
        return []

    def figures(self) -> EngineFigures:
        """The journal's."""
        return self.journal.figures()


async def repeated(act: Callable[[], Awaitable[object]], seconds: float) -> tuple[list[float], float]:
    """Do something again and again; return how long each took, and all of it, in seconds."""
    taken: list[float] = []
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        start = time.perf_counter()
        await act()
        taken.append(time.perf_counter() - start)
    return sorted(taken), time.perf_counter() - began


def line(name: str, per_second: float, taken: Sequence[float]) -> str:
    """One row of the table."""
    p50, p99 = (1000 * taken[int(share * (len(taken) - 1))] for share in (0.50, 0.99))
    return f"{name:<34}{per_second:>12,.0f}{p50:>10.2f}{p99:>10.2f}{1000 * taken[-1]:>10.2f}"


async def appending(folder: Path, seconds: float) -> None:
    """Measure batches of several sizes, one after the other, as the engine appends them."""
    for batch in BATCHES:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            bench = Bench(Path(place), batch)
            taken, whole = await repeated(bench.append, seconds)
            print(line(f"append, batches of {batch}", len(taken) * batch * FACTS_PER_ENTRY / whole, taken))
            bench.journal.close()


async def loading(folder: Path) -> None:
    """Measure how fast a successor reads what was written."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        bench = Bench(Path(place), 20)
        for _ in range(5_000):
            await bench.append()
        began = time.perf_counter()
        count = sum(len(entry.facts) for entry in bench.journal.load())
        print(f"{'load':<34}{count / (time.perf_counter() - began):>12,.0f}")
        bench.journal.close()


async def linking(folder: Path, seconds: float) -> None:
    """Measure submits through the socket, one at a time and many at once, and a subscriber who catches up."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        bench = Bench(Path(place), 1)
        await bench.server.start()
        async with LinkClient(Path(place) / "engine.sock", "bench") as desk:
            event = KeyPressed(LegId("7b6e0a3c"), "1")
            for together in (1, 100):
                taken, whole = await repeated(partial(submits, desk, event, together), seconds)
                rate = len(taken) * together * FACTS_PER_ENTRY / whole
                print(line(f"submit over the link, {together} at once", rate, taken))
            began = time.perf_counter()
            seen = 0
            async for entry in desk.subscribe(0):
                seen += len(entry.facts)
                if entry.position.sequence == bench.sequence:
                    break
            print(f"{'subscribe over the link':<34}{seen / (time.perf_counter() - began):>12,.0f}")
        p99 = quantile(0.99, bench.journal.figures().histograms["journal_commit_seconds"])
        print(f"commits on the journal's own thread: p99 at most {1000 * p99:.2f} ms")
        await bench.server.close()
        bench.journal.close()


async def submits(desk: LinkClient, event: Event, together: int) -> None:
    """Submit so many events at once and wait for all receipts."""
    await asyncio.gather(*(desk.submit(event) for _ in range(together)))


async def main(seconds: float, folder: Path) -> None:
    """Print the command, then the table."""
    print(f"$ python -m bench.journal {' '.join(sys.argv[1:])}".rstrip())
    print(f"{'':<34}{'facts/s':>12}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}")
    await appending(folder, seconds)
    await loading(folder)
    await linking(folder, seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each line of the table")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="on the disk to measure")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.seconds, chosen.folder))
