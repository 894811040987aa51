"""Commands on the customer table: import a file with a progress bar, erase a person for good."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import contactcenter
from contactcenter.adapters.customers.commands import UnknownCustomer, count_lines, erase_customer, import_customers
from contactcenter.adapters.customers.csv_file import BadFile, BadRow
from contactcenter.adapters.customers.directory import Customers
from contactcenter.adapters.database.store import open_database
from contactcenter.adapters.link.client import LinkClient
from contactcenter.app.places import Places
from contactcenter.app.stores import DOMAIN, records_of
from contactcenter.model.ids import CustomerId
from contactcenter.runtime.ports import LinkLost
from contactcenter.settings import Settings

__all__ = ["erase", "import_file"]

OTHER_ROWS_BAD, MISUSE = 1, 2
COMPLAINTS_MAX = 200  # lines shown; a file of another kind would fill the screen


async def import_file(settings: Settings, file: Path, out: Console, err: Console) -> int:
    """Import a CSV file; return 0, 1 when rows were left out, 2 when the file cannot be read."""
    database = await open_database(records_of(settings), DOMAIN)
    complaints: list[BadRow] = []
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=err, transient=True) as progress:
            task = progress.add_task("", total=max(count_lines(file) - 1, 0) or None)
            customers = Customers(database, settings.default_region)
            done = await import_customers(customers, file, complaints.append, lambda rows: progress.advance(task, rows))
    except BadFile as problem:
        err.print(f"error: {problem}", markup=False, soft_wrap=True)
        return MISUSE
    finally:
        await database.close()
    for bad in complaints[:COMPLAINTS_MAX]:
        err.print(f"{file}:{bad.line}: {bad.column}: {bad.reason}", markup=False, soft_wrap=True)
    if len(complaints) > COMPLAINTS_MAX:
        err.print(f"… and {len(complaints) - COMPLAINTS_MAX} more")
    out.print(f"{done.customers} customers imported, {done.bad_rows} rows left out")
    return OTHER_ROWS_BAD if done.bad_rows else 0


async def erase(settings: Settings, customer: str, out: Console, err: Console) -> int:
    """Destroy what is kept of a customer; the engine must run, for it keeps the keys."""
    places = Places(settings.paths.var)
    database = await open_database(records_of(settings), DOMAIN)
    try:
        async with LinkClient(places.socket, contactcenter.__version__) as link:
            customers = Customers(database, settings.default_region)
            persons = await erase_customer(database, customers, link, CustomerId(customer))
    except UnknownCustomer:
        err.print(f"error: there is no customer {customer!r}", markup=False)
        return MISUSE
    except LinkLost:
        err.print("error: the centre does not run; start it with: contactcenter serve", markup=False)
        return MISUSE
    finally:
        await database.close()
    out.print(f"customer {customer} is erased: {persons} keys destroyed")
    return 0
