"""The customer table behind a cache: one number gives one customer, at once the second time.

Entries live for a minute, that a number is nobody's for less; an import, a change or an erasure empties the cache.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Select, and_, bindparam, delete, select

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, unbroken
from contactcenter.adapters.database.upserts import Rows
from contactcenter.adapters.numbers import e164
from contactcenter.adapters.shared_state.local import LocalCache
from contactcenter.adapters.shared_state.ports import Cache
from contactcenter.model.ids import AgentId, CustomerId

__all__ = ["Customer", "CustomerPhone", "Customers"]

KNOWN_S = 60.0
UNKNOWN_S = 15.0  # somebody may be just about to enter who that is


class CustomerPhone(msgspec.Struct, frozen=True):
    """One number of a customer; an invalid one finds nobody any more but stays readable."""

    number: str
    label: str = ""
    valid: bool = True


class Customer(msgspec.Struct, frozen=True, kw_only=True, rename={"customer_class": "class"}):
    """What an agent sees of a customer."""

    id: CustomerId
    name: str = ""
    names: tuple[str, ...] = ()
    phones: tuple[CustomerPhone, ...] = ()
    email: str = ""
    address: str = ""
    customer_class: str = ""
    vip: int = 0
    language: str = ""
    own_agent: AgentId | None = None
    attributes: dict[str, str] = {}
    notes: str = ""


class Customers:
    """The customers of one domain."""

    def __init__(self, database: Database, region: str, cache: Cache | None = None) -> None:
        """Look up in `database`, behind `cache`; numbers without a country code are read as in `region`."""
        self._database = database
        self._region = region
        self._cache = cache or LocalCache()

    def normal(self, number: str) -> str | None:
        """Return a number's E.164 form, or None."""
        return e164(number, self._region)

    async def by_number(self, number: str) -> Customer | None:
        """Return the customer with this valid number, in whatever way it is written."""
        normal = self.normal(number)
        if normal is None:
            return None
        return await self._cached(f"n{normal}", BY_NUMBER, normal)

    async def get(self, customer: CustomerId) -> Customer | None:
        """Return a customer by id."""
        return await self._cached(f"i{customer}", BY_ID, customer)

    @unbroken
    async def save(self, customers: Iterable[Customer], at: int) -> None:
        """Insert or replace customers and their numbers in one transaction; a number moves to its newest customer."""
        rows, theirs = Rows(self._database.domain), []
        for customer in customers:
            columns = msgspec.structs.asdict(customer)
            phones, key = columns.pop("phones"), columns.pop("id")
            theirs.append({"of_domain": self._database.domain, "of_customer": key})
            rows.put(tables.customers, key, **columns, changed_at=at)
            for phone in phones:
                values = {"customer": key, "label": phone.label, "valid": phone.valid}
                rows.put(tables.customer_phones, phone.number, **values)
        async with self._database.write() as connection:
            if theirs:
                await connection.execute(NUMBERS_OF, theirs)
            await rows.write(connection)
        await self.forget()

    @unbroken
    async def take_stock(self) -> None:
        """Let a server count what it holds: by itself it does so minutes later, and plans as for nothing till then."""
        async with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                await connection.exec_driver_sql("ANALYZE customers, customer_phones")

    @unbroken
    async def delete(self, customer: CustomerId) -> bool:
        """Delete a customer with all numbers; tell whether there was one."""
        customers = tables.customers
        statement = delete(customers).where(customers.c.domain == self._database.domain, customers.c.id == customer)
        async with self._database.write() as connection:
            gone = await connection.execute(statement)
        await self.forget()
        return bool(gone.rowcount)

    async def forget(self) -> None:
        """Empty the cache, for all who share it."""
        await self._cache.forget_all()

    async def _cached(self, key: str, statement: Select[Any], wanted: str) -> Customer | None:
        kept = await self._cache.get(key)
        if kept.value is not None:
            with contextlib.suppress(msgspec.DecodeError):  # another release may have kept it in another shape
                return msgspec.msgpack.decode(kept.value, type=Customer | None)
        found = await self._read(statement, wanted)
        live_s = KNOWN_S if found is not None else UNKNOWN_S
        await self._cache.put(key, msgspec.msgpack.encode(found), live_s, kept.mark)
        return found

    async def _read(self, statement: Select[Any], wanted: str) -> Customer | None:
        async with self._database.read() as connection:
            given = {"domain": self._database.domain, "wanted": wanted}
            rows = (await connection.execute(statement, given)).mappings().all()
        if not rows:
            return None
        known = {name: rows[0][name] for name in COLUMNS if rows[0][name] is not None}
        phones = [CustomerPhone(row["number"], row["label"], row["valid"]) for row in rows if row["number"] is not None]
        # Sorted here: asked to sort, SQLite walks all numbers of the domain in their order, not a customer's few.
        phones.sort(key=lambda phone: phone.number)
        return Customer(**known | {"names": tuple(known.get("names", ())), "phones": tuple(phones)})


def _one_customer(which: Any) -> Select[Any]:
    """Return the statement for the customer that is `which`, one row per number: made once, asked once a look-up."""
    customers, phones = tables.customers, tables.customer_phones
    theirs = and_(phones.c.domain == customers.c.domain, phones.c.customer == customers.c.id)
    columns = [customers.c[name] for name in COLUMNS]
    wanted = select(*columns, phones.c.number, phones.c.label, phones.c.valid)
    return wanted.select_from(customers.outerjoin(phones, theirs)).where(
        customers.c.domain == bindparam("domain"), which
    )


def _with_number() -> Any:
    """Return what holds for the customer with a number, which at most one has.

    Asked as `IN`, PostgreSQL joins all customers with all numbers first, as long as it has no statistics.
    """
    phones = tables.customer_phones
    mine = select(phones.c.customer).where(
        phones.c.domain == bindparam("domain"), phones.c.number == bindparam("wanted"), phones.c.valid
    )
    return tables.customers.c.id == mine.scalar_subquery()


def _numbers_of() -> Any:
    """Return what deletes one customer's numbers.

    Asked with a list of customers, PostgreSQL walks all numbers until it has statistics: a first import would crawl.
    """
    phones = tables.customer_phones
    return delete(phones).where(
        phones.c.domain == bindparam("of_domain"), phones.c.customer == bindparam("of_customer")
    )


COLUMNS = tuple(name for name in Customer.__struct_fields__ if name != "phones")
BY_NUMBER = _one_customer(_with_number())
BY_ID = _one_customer(tables.customers.c.id == bindparam("wanted"))
NUMBERS_OF = _numbers_of()
