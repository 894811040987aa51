"""What durable truth costs: facts a second and the time of a commit, in a file and on a server, alone and in a crowd.

`python -m bench.journal [--store both] [--quick] [--folder DIR]` writes into journals of its own and removes them
again; the folder decides which disk is measured. It asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.measure import HEADER, Measured, for_seconds, measured, median_of
from bench.servers import Postgres, own_postgres
from contactcenter.adapters.journal.figures import quantile
from contactcenter.adapters.journal.postgres import PostgresJournal
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.link.client import LinkClient
from contactcenter.adapters.link.server import LinkServer
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import Event, KeyPressed
from contactcenter.model.facts import ChoiceMade, FlowMoved, KeyHeard
from contactcenter.model.ids import ContactId, LegId, MessageId
from contactcenter.runtime.ports import EngineFigures, Receipt

__all__ = ["Plan", "Store", "main", "measure"]

STORES = ("sqlite", "postgresql")
FACTS_PER_ENTRY = 3  # a key press in a menu: heard, chosen, moved on
BATCHES = (1, 10, 100, 1000)  # entries handed over together, as the engine does with what came during a commit
SUBMITTERS = (8, 64)  # each hands an entry over and waits: the writer makes groups of them
LINKED = (1, 100)
LOAD_BATCH = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each line is measured, how many batches are loaded again, and how many runs the medians are of."""

    seconds: float = 2.0
    loaded: int = 1_000
    runs: int = 3


@dataclass(slots=True)
class Store:
    """Where journals are made, each for a domain of its own."""

    name: str
    server: Postgres | None = None
    made: int = field(default=0)

    @property
    def pid(self) -> int | None:
        """The process whose CPU time counts beside ours."""
        return self.server.process if self.server is not None else None

    def journal(self, folder: Path) -> SqliteJournal | PostgresJournal:
        """Return an empty journal."""
        self.made += 1
        if self.server is None:
            return SqliteJournal(folder / "journal.sqlite3")
        return PostgresJournal(self.server.url, self.server.password, f"bench{self.made}")


class Bench:
    """A journal that grows, with the link in front of it."""

    def __init__(self, journal: SqliteJournal | PostgresJournal, folder: Path) -> None:
        """Begin empty."""
        self.journal = journal
        self.epoch = self.journal.open_epoch()
        self.vault = PersonVault(self.journal, bytes(32))
        self.server = LinkServer(folder / "engine.sock", self, self.journal, self.vault, "bench")
        self.sequence = 0

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

    async def append(self, batch: int) -> None:
        """Commit one batch."""
        await self.journal.append(self.entries(batch))

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

    async def read_all(self) -> None:
        """Read the whole journal, as a successor does."""
        assert sum(1 for _ in self.journal.load()) == self.sequence

    async def follow_all(self, desk: LinkClient) -> None:
        """Subscribe to the whole journal, as a desk does that starts."""
        async for entry in desk.subscribe(0):
            if entry.position.sequence == self.sequence:
                return


Lines = dict[str, Measured]


async def one_run(store: Store, plan: Plan, folder: Path) -> Lines:
    """Measure all lines of the table once for a store."""
    lines: Lines = {}
    shapes = [(batch, 1) for batch in BATCHES] + [(1, many) for many in SUBMITTERS]
    for batch, together in shapes:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            bench = Bench(store.journal(Path(place)), Path(place))
            acts = for_seconds(partial(bench.append, batch), plan.seconds)
            run = await measured(acts, together, batch * FACTS_PER_ENTRY, store.pid)
            lines[f"append, batches of {batch}, {together} at once"] = run
            bench.journal.close()
    return lines | await reading(store, plan, folder) | await linking(store, plan, folder)


async def reading(store: Store, plan: Plan, folder: Path) -> Lines:
    """Measure how fast a successor reads what was written."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        bench = Bench(store.journal(Path(place)), Path(place))
        for _ in range(plan.loaded):
            await bench.append(LOAD_BATCH)
        run = await measured([bench.read_all], 1, bench.sequence * FACTS_PER_ENTRY, store.pid)
        bench.journal.close()
        return {"load (recovery), batches of 20": run}


async def linking(store: Store, plan: Plan, folder: Path) -> Lines:
    """Measure submits through the socket, one at a time and many at once, and a subscriber who catches up."""
    lines: Lines = {}
    with tempfile.TemporaryDirectory(dir=folder) as place:
        bench = Bench(store.journal(Path(place)), Path(place))
        await bench.server.start()
        async with LinkClient(Path(place) / "engine.sock", "bench") as desk:
            submit = partial(desk.submit, KeyPressed(LegId("7b6e0a3c"), "1"))
            for together in LINKED:
                acts = for_seconds(submit, plan.seconds)
                run = await measured(acts, together, FACTS_PER_ENTRY, store.pid)
                lines[f"submit over the link, {together} at once"] = run
            facts = bench.sequence * FACTS_PER_ENTRY
            lines["subscribe over the link"] = await measured([partial(bench.follow_all, desk)], 1, facts, store.pid)
        p99 = quantile(0.99, bench.journal.figures().histograms["journal_commit_seconds"])
        print(f"{store.name}: the journal's own figure for commits under submits: p99 at most {1_000 * p99:.2f} ms")
        await bench.server.close()
        bench.journal.close()
    return lines


async def measure(stores: Sequence[Store], plan: Plan, folder: Path) -> None:
    """Take turns between the stores, so that they share the machine's good and bad moments, and print the medians."""
    runs: dict[str, dict[str, list[Measured]]] = {}
    for _ in range(plan.runs):
        for store in stores:
            for line, run in (await one_run(store, plan, folder)).items():
                runs.setdefault(line, {}).setdefault(store.name, []).append(run)
    first = stores[0].name
    print(f"{HEADER}   per fact, a commit's latency; ratios to {first}")
    for line, by_store in runs.items():
        medians = {name: median_of(them) for name, them in by_store.items()}
        for name, figures in medians.items():
            print(figures.line(f"{line}"), f" {name}{ratios(figures, medians[first])}")


def _server(name: str, folder: Path, life: ExitStack) -> Postgres | None:
    if name == "sqlite":
        return None
    server = life.enter_context(own_postgres(folder))
    print(server.version)
    return server


def ratios(figures: Measured, base: Measured) -> str:
    """Say how a store compares with the first one, both measured in turns."""
    if figures is base:
        return ""
    cpu = (figures.own_us + figures.server_us) / (base.own_us + base.server_us) if base.own_us else 0.0
    return f": facts/s x {figures.per_second / base.per_second:.2f}, CPU x {cpu:.1f}"


def main() -> None:
    """Print the command, then the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each line of the table, three times")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="on the disk to measure")
    parser.add_argument("--quick", action="store_true", help="one run of 0.3 s a line")
    chosen = parser.parse_args()
    plan = Plan(0.3, 100, 1) if chosen.quick else Plan(chosen.seconds)
    print(f"$ python -m bench.journal {' '.join(sys.argv[1:])}".rstrip())
    with ExitStack() as life:
        names = STORES if chosen.store == "both" else (chosen.store,)
        stores = [Store(name, _server(name, chosen.folder, life)) for name in names]
        asyncio.run(measure(stores, plan, chosen.folder))


if __name__ == "__main__":
    main()
