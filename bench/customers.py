"""What it costs to keep a million customers and to know a caller by number: `python -m bench.customers [--quick]`.

Imports made-up customers through the import that people use, into records of the bench's own in a file and on a server,
and asks for some of them by number: cold, warm and cached, one at a time and many at once. It asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.measure import HEADER, Act, Measured, measured, median_of
from bench.servers import Redis, own_postgres, own_redis
from contactcenter.adapters.customers.commands import import_customers
from contactcenter.adapters.customers.csv_file import BadRow
from contactcenter.adapters.customers.directory import Customers
from contactcenter.adapters.database.store import Database, RecordsServer, open_database
from tests.adapters.shared_state.desks import options_of, running, until

__all__ = ["Plan", "Store", "main", "measure"]

STORES = ("sqlite", "postgresql")
TOGETHER = (1, 32)  # the desk looks up at most so many at once
REGION = "CN"
SEED = 7
MANY = 1_000_000
TITLES = ("id", "name", "phones", "email", "address", "class", "vip", "language", "notes")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many customers, how many of them each run asks for, and how many runs the medians are of."""

    customers: int = MANY
    asked: int = 2_000
    runs: int = 3


@dataclass(frozen=True, slots=True)
class Store:
    """Where the records are, and the process that keeps them if it is not ours."""

    name: str
    place: Path | RecordsServer
    server: int | None


def number_of(customer: int) -> str:
    """Return the mobile number of a made-up customer."""
    return f"+86139{customer:08d}"


def write_customers(path: Path, customers: int) -> None:
    """Write the file to be imported; every fourth customer has a second number."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(TITLES)
        for number in range(customers):
            phones = number_of(number) + (f"; 021{20_000_000 + number}" if number % 4 == 0 else "")
            address = f"{number % 900 + 1} Long Road, Floor {number % 30}"
            mail = f"customer{number}@mail.example"
            rows.writerow([f"K{number:07d}", f"Customer {number}", phones, mail, address, "home", number % 3, "en", ""])


async def fill(store: Store, file: Path, customers: int) -> Measured:
    """Import the file and show how far it is; each customer is a unit of work."""
    columns = (TextColumn(f"importing into {store.name}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    database = await open_database(store.place, "main")
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=customers)
            advance: Callable[[int], None] = partial(progress.advance, task)
            act = partial(import_customers, Customers(database, REGION), file, _refuse, advance)
            return await measured([act], units=customers, server=store.server)
    finally:
        await database.close()


def _refuse(row: BadRow) -> None:
    raise ValueError(f"line {row.line}: {row.column}: {row.reason}")


def look_ups(customers: Customers, numbers: Sequence[str]) -> Iterator[Act]:
    """Yield one look-up for each number, which must find somebody."""
    return (partial(_look_up, customers, number) for number in numbers)


async def _look_up(customers: Customers, number: str) -> None:
    if await customers.by_number(number) is None:
        raise LookupError("a customer is missing")


async def look_up_all(store: Store, numbers: Sequence[str], together: int) -> dict[str, Measured]:
    """Ask for customers whom nobody has asked for since they were written; then again, past the cache; then from it."""
    run = partial(measured, together=together, server=store.server)
    async with opened(store) as database:
        cold = await run(look_ups(Customers(database, REGION), numbers))
        customers = Customers(database, REGION)
        warm = await run(look_ups(customers, numbers))
        return {"cold": cold, "warm": warm, "cached in process": await run(look_ups(customers, numbers))}


async def look_up_in_redis(store: Store, numbers: Sequence[str], together: int, redis: Redis) -> Measured:
    """Ask for customers who stand in a cache that several desks share."""
    async with opened(store) as database, running(options_of(redis.program)) as state:
        await until(lambda: state.server.reachable, "Redis is there")
        customers = Customers(database, REGION, state.cache)
        await measured(look_ups(customers, numbers), together)
        return await measured(look_ups(customers, numbers), together, server=redis.process)


@asynccontextmanager
async def opened(store: Store) -> AsyncIterator[Database]:
    """Give the records, opened anew."""
    database = await open_database(store.place, "main")
    try:
        yield database
    finally:
        await database.close()


async def measure(stores: Sequence[Store], redis: Redis, plan: Plan, folder: Path) -> None:
    """Fill each store once, then take turns between them, so that they share the machine's good and bad moments."""
    file = folder / "customers.csv"
    write_customers(file, plan.customers)
    print(HEADER, flush=True)
    for store in stores:
        print((await fill(store, file, plan.customers)).line(f"{store.name}: import, customers"), flush=True)
    runs: dict[str, list[Measured]] = {}
    wanted = len(TOGETHER) * plan.runs * plan.asked
    numbers = map(number_of, random.Random(SEED).sample(range(plan.customers), wanted))
    for _ in range(plan.runs):
        for together in TOGETHER:
            asked = [next(numbers) for _ in range(plan.asked)]
            shared = await look_up_in_redis(stores[0], asked, together, redis)
            runs.setdefault(f"any: cached in Redis, {together} at once", []).append(shared)
            for store in stores:
                for name, run in (await look_up_all(store, asked, together)).items():
                    runs.setdefault(f"{store.name}: {name}, {together} at once", []).append(run)
    for name in sorted(runs):
        print(median_of(runs[name]).line(name))


def _store(name: str, place: Path, life: ExitStack) -> Store:
    if name == "sqlite":
        return Store(name, place / "records.db", None)
    server = life.enter_context(own_postgres(place.parent))  # its user may not pass through ours
    print(server.version)
    return Store(name, RecordsServer(server.url, server.password), server.process)


def main() -> None:
    """Print the command, then the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--customers", type=int, default=MANY)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="on the disk to measure")
    parser.add_argument("--quick", action="store_true", help="20,000 customers, one run: half a minute")
    chosen = parser.parse_args()
    plan = Plan(20_000, 300, 1) if chosen.quick else Plan(chosen.customers)
    print(f"$ python -m bench.customers {' '.join(sys.argv[1:])}".rstrip())
    with ExitStack() as life:
        place = Path(life.enter_context(tempfile.TemporaryDirectory(prefix="cc-bench-", dir=chosen.folder)))
        redis = life.enter_context(own_redis(chosen.folder))
        print(redis.version)
        names = STORES if chosen.store == "both" else (chosen.store,)
        asyncio.run(measure([_store(name, place, life) for name in names], redis, plan, place))


if __name__ == "__main__":
    main()
