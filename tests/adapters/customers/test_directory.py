"""The customer table: found by any spelling of a number, replaced whole, cached, and erased for good."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from contactcenter.adapters.customers.commands import Imported, count_lines, export_customers, import_customers
from contactcenter.adapters.customers.csv_file import BadRow
from contactcenter.adapters.customers.directory import Customer, CustomerPhone, Customers
from contactcenter.adapters.database.store import Database, RecordsServer, open_database
from contactcenter.model.ids import CustomerId
from tests.real.postgres import PASSWORD, PostgresServer


@pytest.fixture
def customers(database: Database) -> Customers:
    return Customers(database, "CN")


def customer(number: int, *phones: str, **fields: str) -> Customer:
    return Customer(id=CustomerId(f"K{number}"), phones=tuple(CustomerPhone(phone) for phone in phones), **fields)  # type: ignore[arg-type]


@contextmanager
def statements(asked: list[tuple[str, Any]]) -> Iterator[None]:
    """Note each statement that a database is asked, with its parameters."""

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_customer_is_found_by_any_spelling(customers: Customers) -> None:
    li = customer(1, "+861095598000", "+8613800138000", name="李伟", customer_class="A")
    await customers.save([li], 1)
    for written in ("+8613800138000", "138 0013 8000", "010-95598000"):
        assert await customers.by_number(written) == li
    assert await customers.get(CustomerId("K1")) == li
    for unknown in ("+8613900139000", "", "nobody", "12"):
        assert await customers.by_number(unknown) is None


async def test_an_import_replaces_a_customer_with_all_numbers(customers: Customers) -> None:
    await customers.save([customer(1, "+8613800138000", "+8613800138001")], 1)
    assert await customers.by_number("+8613800138001") is not None
    await customers.save([customer(1, "+8613800138000"), customer(2, "+8613800138001")], 2)
    found = await customers.by_number("+8613800138001")
    assert found is not None and found.id == "K2"
    await customers.save([customer(3, "+8613800138000")], 3)
    found = await customers.by_number("+8613800138000")
    assert found is not None and found.id == "K3"
    first = await customers.get(CustomerId("K1"))
    assert first is not None and first.phones == ()


async def test_an_invalid_number_finds_nobody_but_is_shown(customers: Customers) -> None:
    old = Customer(id=CustomerId("K1"), phones=(CustomerPhone("+8613800138000", "old", valid=False),))
    await customers.save([old], 1)
    assert await customers.by_number("+8613800138000") is None
    assert await customers.get(CustomerId("K1")) == old


async def test_a_deleted_customer_is_gone_with_all_numbers(customers: Customers) -> None:
    await customers.save([customer(1, "+8613800138000")], 1)
    assert await customers.by_number("+8613800138000") is not None
    assert await customers.delete(CustomerId("K1"))
    assert await customers.by_number("+8613800138000") is None
    assert not await customers.delete(CustomerId("K1"))


async def test_a_file_is_imported_with_progress_and_complaints(
    customers: Customers, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "customers.csv"
    rows = [f"K{n},name {n},138{n:08d}" for n in range(1_200)]
    path.write_text("\n".join(["id,name,phone", *rows[:700], "bad,row,12", *rows[700:]]) + "\n")
    complaints: list[BadRow] = []
    steps: list[int] = []
    done = await import_customers(customers, path, complaints.append, steps.append)
    assert (done, steps) == (Imported(1_200, 1), [500, 500, 200])
    assert complaints == [BadRow(702, "phones", "is no telephone number")]
    assert count_lines(path) == 1_202 and count_lines(tmp_path / "missing") == 0
    found = await customers.by_number("13800000700")
    assert found is not None and found.name == "name 700"
    assert len(await export_customers(database, customers)) == 1_200


async def test_a_look_up_is_one_question_that_goes_by_keys_alone(tmp_path: Path) -> None:
    """One that walks all numbers of a domain is as quick with one customer; with a million it stops the desk."""
    asked: list[tuple[str, Any]] = []
    database = await open_database(tmp_path / "records.db", "main")
    customers = Customers(database, "CN")
    await customers.save([customer(1, "+8613800138001")], 1)
    try:
        with statements(asked):
            assert await customers.by_number("+8613800138001") == await customers.get(CustomerId("K1")) is not None
    finally:
        await database.close()
    assert len(asked) == 2
    with closing(sqlite3.connect(tmp_path / "records.db")) as connection:
        for statement, parameters in asked:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            reads = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
            assert reads and all(re.search(r"\(domain=\? AND \w+=\?\)", read) for read in reads), plan


async def test_a_server_goes_by_keys_right_after_the_first_import(postgres: PostgresServer, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("\n".join(["id,phone", *(f"K{n},138{n:08d}" for n in range(1_200))]))
    database = await open_database(RecordsServer(postgres.new_database(), PASSWORD), "main")
    customers = Customers(database, "CN")
    asked: list[tuple[str, Any]] = []
    try:
        assert await import_customers(customers, path, print) == Imported(1_200, 0)
        with statements(asked):
            assert await customers.by_number("13800000700") is not None
            assert await customers.get(CustomerId("K7")) is not None
        async with database.read() as connection:
            for statement, parameters in asked:
                plan = (await connection.exec_driver_sql(f"EXPLAIN ANALYZE {statement}", parameters)).scalars().all()
                assert any("Index Cond" in step for step in plan), plan
                assert not any("Rows Removed" in step for step in plan), plan
    finally:
        await database.close()
