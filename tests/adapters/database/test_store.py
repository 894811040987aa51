"""The records' database as a file: its rights, its pragmas, and migrations that lead to exactly the tables we use."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select, text

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, open_database
from contactcenter.adapters.database.upserts import insert_once


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, tables.metadata))


async def test_the_migrations_lead_to_the_tables_we_use(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_key_begins_with_the_domain(database: Database) -> None:
    assert {
        table.name for table in tables.metadata.tables.values() if table.primary_key.columns[0].name != "domain"
    } == set()
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(names) == set(tables.metadata.tables) | {"alembic_version"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_only_the_owner_may_read_the_files(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(insert(tables.users).values(domain="main", name="a", password="x", role="admin"))
    files = sorted((tmp_path / "desk").iterdir())
    assert [file.name for file in files] == ["records.db", "records.db-shm", "records.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_deleted_content_is_overwritten_and_writes_reach_the_disk(database: Database) -> None:
    async with database.read() as connection:
        settings = [(await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in PRAGMAS]
    assert settings == [1, "wal", 2, 1]


PRAGMAS = ("secure_delete", "journal_mode", "synchronous", "foreign_keys")


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    row = {"domain": "main", "name": "a", "password": "x", "role": "admin"}
    try:
        async with database.write() as connection:
            await connection.execute(insert(tables.users).values(row))
            raise RuntimeError
    except RuntimeError:
        pass
    async with database.read() as connection:
        assert (await connection.execute(select(tables.users))).all() == []


async def test_opening_again_keeps_what_was_written(tmp_path: Path) -> None:
    for _ in range(2):
        opened = await open_database(tmp_path / "records.db", "main")
        async with opened.write() as connection:
            await connection.execute(
                insert_once(connection, tables.applied),
                {"domain": "main", "writer": "records", "epoch": 1, "sequence": 7},
            )
        await opened.close()


async def test_two_who_start_at_once_migrate_once(tmp_path: Path) -> None:
    opened = await asyncio.gather(*(open_database(tmp_path / "records.db", "main") for _ in range(4)))
    for each in opened:
        async with each.write() as connection:
            await connection.execute(
                insert(tables.users).values(domain="main", name=str(id(each)), password="", role="")
            )
        await each.close()
