"""What `contactcenter customers …` does: import a file, export all, erase one for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from sqlalchemy import select

from contactcenter.adapters.customers.csv_file import BadRow, read_customers, write_customers
from contactcenter.adapters.customers.directory import Customer, Customers
from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database
from contactcenter.adapters.wall import wall_ms
from contactcenter.model.events import ErasureAsked
from contactcenter.model.ids import CustomerId, PersonId
from contactcenter.runtime.ports import Link

__all__ = ["Imported", "UnknownCustomer", "erase_customer", "export_customers", "import_customers"]

BATCH = 500  # customers in one transaction: a desk that runs beside it waits a few ms


class UnknownCustomer(Exception):
    """There is nothing to erase."""


class Imported(msgspec.Struct):
    """What came of an import."""

    customers: int = 0
    bad_rows: int = 0


async def import_customers(
    customers: Customers,
    path: Path,
    complain: Callable[[BadRow], None],
    advance: Callable[[int], None] = lambda rows: None,
) -> Imported:
    """Insert or replace all customers of a CSV file.

    `complain` hears of each bad row, `advance` of every few hundred rows. Raises BadFile.
    """
    done = Imported()
    batch: list[Customer] = []
    for row in read_customers(path, customers.normal):
        if isinstance(row, BadRow):
            done.bad_rows += 1
            complain(row)
        else:
            batch.append(row)
        if len(batch) == BATCH:
            await _save(customers, batch, done, advance)
    await _save(customers, batch, done, advance)
    await customers.take_stock()
    return done


async def _save(customers: Customers, batch: list[Customer], done: Imported, advance: Callable[[int], None]) -> None:
    await customers.save(batch, wall_ms())
    done.customers += len(batch)
    advance(len(batch))
    batch.clear()


def count_lines(path: Path) -> int:
    """Return about how many rows a file has, for a progress bar; 0 when it cannot be read."""
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0


async def export_customers(database: Database, customers: Customers) -> list[str]:
    """Return the lines of a CSV file with all customers."""
    table = tables.customers
    statement = select(table.c.id).where(table.c.domain == database.domain).order_by(table.c.id)
    async with database.read() as connection:
        ids = (await connection.execute(statement)).scalars().all()
    found = [await customers.get(CustomerId(customer)) for customer in ids]
    return list(write_customers(_existing(found)))


def _existing(found: list[Customer | None]) -> Iterator[Customer]:
    return (customer for customer in found if customer is not None)


async def erase_customer(database: Database, customers: Customers, link: Link, customer: CustomerId) -> int:
    """Erase a customer for good and return how many persons' keys are asked to be destroyed. Raises LinkLost.

    The persons are those whose contacts were the customer's, and those behind the customer's numbers. Their bodies and
    boxes go when the centre's word comes back over the feed; the customer's own row goes last, so that an erasure that
    broke off can be asked for again. Raises UnknownCustomer when there is neither a row nor a contact.
    """
    persons = await _persons(database, customer)
    known = await customers.get(customer)
    if known is None and not persons:
        raise UnknownCustomer
    for phone in known.phones if known is not None else ():
        persons.setdefault((await link.address(phone.number)).person)
    for person in persons:
        await link.submit(ErasureAsked(person))
    await customers.delete(customer)
    await database.forget_deleted()
    return len(persons)


async def _persons(database: Database, customer: CustomerId) -> dict[PersonId, None]:
    contacts = tables.contacts
    statement = select(contacts.c.person).where(
        contacts.c.domain == database.domain, contacts.c.customer == customer, contacts.c.person.is_not(None)
    )
    async with database.read() as connection:
        return dict.fromkeys(PersonId(person) for person in (await connection.execute(statement)).scalars())
