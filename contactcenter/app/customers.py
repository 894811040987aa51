"""Commands on the customer table: import a file with a progress bar, erase a person for good."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import contactcenter
from contactcenter.adapters.customers.commands import UnknownCustomer, count_lines, erase_customer, import_customers
from contactcenter.adapters.customers.csv_file import BadFile, BadRow
from contactcenter.adapters.customers.directory import Customers
from contactcenter.adapters.database.store import Database, open_database
from contactcenter.adapters.link.client import LinkClient
from contactcenter.app.places import Places
from contactcenter.app.shared import shared_cache
from contactcenter.app.stores import DOMAIN, records_of
from contactcenter.model.ids import CustomerId
from contactcenter.runtime.ports import LinkLost
from contactcenter.settings import Settings

__all__ = ["erase", "import_file"]

OTHER_ROWS_BAD, MISUSE = 1, 2
COMPLAINTS_MAX = 200  # lines shown; a file of another kind would fill the screen


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, Customers]]:
    """Open the customer table behind the running desk's cache, so that the desk sees at once what is changed."""
    async with shared_cache(settings) as cache:
        database = await open_database(records_of(settings), DOMAIN)
        try:
            yield database, Customers(database, settings.default_region, cache)
        finally:
            await database.close()


async def import_file(settings: Settings, file: Path, out: Console, err: Console) -> int:
    """Import a CSV file; return 0, 1 when rows were left out, 2 when the file cannot be read."""
    complaints: list[BadRow] = []
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        async with _opened(settings) as (_, customers):
            with Progress(*columns, console=err, transient=True) as progress:
                task = progress.add_task("", total=max(count_lines(file) - 1, 0) or None)

                def advance(rows: int) -> None:
                    progress.advance(task, rows)

                done = await import_customers(customers, file, complaints.append, advance)
    except BadFile as problem:
        err.print(f"error: {problem}", markup=False, soft_wrap=True)
        return MISUSE
    for bad in complaints[:COMPLAINTS_MAX]:
        err.print(f"{file}:{bad.line}: {bad.column}: {bad.reason}", markup=False, soft_wrap=True)
    if len(complaints) > COMPLAINTS_MAX:
        err.print(f"… and {len(complaints) - COMPLAINTS_MAX} more")
    out.print(f"{done.customers} customers imported, {done.bad_rows} rows left out")
    return OTHER_ROWS_BAD if done.bad_rows else 0


async def erase(settings: Settings, customer: str, out: Console, err: Console) -> int:
    """Destroy what is kept of a customer; the engine must run, for it keeps the keys."""
    try:
        async with (
            LinkClient(Places(settings.paths.var).socket, contactcenter.__version__) as link,
            _opened(settings) as (database, customers),
        ):
            persons = await erase_customer(database, customers, link, CustomerId(customer))
    except UnknownCustomer:
        err.print(f"error: there is no customer {customer!r}", markup=False)
        return MISUSE
    except LinkLost:
        err.print("error: the centre does not run; start it with: contactcenter serve", markup=False)
        return MISUSE
    out.print(f"customer {customer} is erased: {persons} keys destroyed")
    return 0
