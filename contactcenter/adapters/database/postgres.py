"""The records in PostgreSQL: a schema of their own beside the journal's, seen by the connections of one domain alone.

The tables and statements are those of the file; here stands only how a server is opened and when it counts as away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from contactcenter.adapters.database.store import MIGRATIONS, POOL_SIZE, Database
from contactcenter.runtime.ports import StoreAway, StoreUnusable

__all__ = ["open_server"]

MIGRATION_LOCK = 0x63_63_72_31  # "ccr1": engine, desk and commands may start at once
CONNECT_S = 5.0
SCHEMA = "records"
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
)


@dataclass(frozen=True, slots=True)
class _Server:
    url: str
    password: str
    domain: str

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        return f"PostgreSQL at {parts.hostname or 'this machine'}:{parts.port or 5432}{parts.path}"

    def settings(self) -> dict[str, str]:
        return {
            "application_name": "contactcenter records",
            "search_path": SCHEMA,
            "synchronous_commit": "on",
            "contactcenter.domain": self.domain,
        }

    async def prepare(self) -> None:
        """Make the schema, for the tables that the migrations make go there."""
        connection = await asyncpg.connect(self.url, password=self.password or None, timeout=CONNECT_S)
        try:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
                await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        finally:
            await connection.close()


def is_away(error: BaseException) -> bool:
    """Tell whether an error says that the server cannot be reached now, rather than that we did something wrong."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(getattr(error.orig, "__cause__", None), AWAY)
    return isinstance(error, AWAY)


async def open_server(url: str, password: str, domain: str) -> Database:
    """Open the records of a domain in a database, migrating them as needed. Raises StoreAway, StoreUnusable."""
    server = _Server(url, password, domain)
    address = make_url(url).set(drivername="postgresql+asyncpg", password=password or None)
    given: dict[str, Any] = {"server_settings": server.settings(), "timeout": CONNECT_S}
    engine = create_async_engine(
        address, pool_size=POOL_SIZE, pool_pre_ping=True, hide_parameters=True, connect_args=given
    )
    try:
        await server.prepare()
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    except Exception as error:
        await engine.dispose()
        if is_away(error):
            raise StoreAway(f"{server}: cannot be reached ({type(error).__name__})") from error
        raise StoreUnusable(f"{server}: cannot hold the records: {error}") from error
    return Database(engine, domain, is_away)


def _migrate(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
