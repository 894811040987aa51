"""The records in PostgreSQL alone: the wall around a domain, several who start at once, and a server that goes away."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, func, insert, select, text

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.postgres import open_server
from contactcenter.runtime.ports import StoreAway, StoreUnusable
from tests.real.postgres import PASSWORD, PostgresServer

USER = {"name": "anna", "password": "x", "role": "admin"}


async def test_a_connection_that_names_no_domain_or_another_sees_and_changes_nothing(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    main, other = await open_server(url, PASSWORD, "main"), await open_server(url, PASSWORD, "other")
    async with main.write() as connection:
        await connection.execute(insert(tables.users).values(domain="main", **USER))
    async with other.write() as connection:
        assert (await connection.execute(select(func.count()).select_from(tables.users))).scalar() == 0
        assert (await connection.execute(delete(tables.users))).rowcount == 0
    async with main.write() as connection:
        assert (await connection.execute(select(func.count()).select_from(tables.users))).scalar() == 1
        await connection.execute(text("SET contactcenter.domain = DEFAULT"))
        await connection.execute(text("SET contactcenter.domain = ''"))
        assert (await connection.execute(select(func.count()).select_from(tables.users))).scalar() == 0
    await main.close()
    await other.close()


async def test_every_table_stands_behind_the_wall(postgres: PostgresServer) -> None:
    database = await open_server(postgres.new_database(), PASSWORD, "main")
    walls = text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relforcerowsecurity AND relrowsecurity")
    async with database.read() as connection:
        behind = set((await connection.execute(walls)).scalars())
    assert behind == set(tables.metadata.tables)
    await database.close()


async def test_several_who_start_at_once_migrate_once(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    for each in await asyncio.gather(*(open_server(url, PASSWORD, "main") for _ in range(4))):
        await each.close()


async def test_a_server_that_was_killed_is_away_and_later_there_again(mortal_postgres: PostgresServer) -> None:
    database = await open_server(mortal_postgres.new_database(), PASSWORD, "main")
    mortal_postgres.kill()
    with pytest.raises(StoreAway):
        async with database.write() as connection:
            await connection.execute(insert(tables.users).values(domain="main", **USER))
    with pytest.raises(StoreAway):
        async with database.read() as connection:
            await connection.execute(select(tables.users))
    await asyncio.to_thread(mortal_postgres.start)
    async with database.write() as connection:
        await connection.execute(insert(tables.users).values(domain="main", **USER))
    await database.close()


async def test_a_server_that_refuses_us_is_said_so_without_the_password(postgres: PostgresServer) -> None:
    with pytest.raises(StoreUnusable, match="cannot hold the records") as caught:
        await open_server(postgres.new_database(), "a wrong one", "main")
    assert "a wrong one" not in str(caught.value)
    with pytest.raises(StoreAway):
        await open_server("postgresql://contactcenter@127.0.0.1:1/nothing", PASSWORD, "main")
