"""Opens the records' database: file rights, pragmas, migrations, and one writer at a time.

SQLite lets one transaction write; a lock here makes the others wait in order instead of failing. What a server wants
that a file does not stands in `postgres`.
"""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import msgspec
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from contactcenter.runtime.ports import StoreAway, StoreUnusable

__all__ = ["MIGRATIONS", "POOL_SIZE", "Database", "RecordsServer", "open_database", "unbroken"]

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_TIMEOUT_MS = 10_000  # the command line may write beside a running desk, briefly
EMPTY_AGAIN_S = 0.2
POOL_SIZE = 4  # each connection is a thread; reads of a few consoles overlap


Given = ParamSpec("Given")
Result = TypeVar("Result")


def unbroken(write: Callable[Given, Coroutine[Any, Any, Result]]) -> Callable[Given, Coroutine[Any, Any, Result]]:
    """Let a method that writes run to its end even when whoever waits for it is cancelled.

    A transaction that is cancelled half-way may keep the database locked until its connection is collected.
    """

    @functools.wraps(write)
    async def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        return await asyncio.shield(asyncio.get_running_loop().create_task(write(*args, **kwargs)))

    return run


class RecordsServer(msgspec.Struct, frozen=True):
    """A database in PostgreSQL; `password` is empty where it asks for none."""

    url: str
    password: str = ""


class Database:
    """The open records of one domain."""

    def __init__(
        self, engine: AsyncEngine, domain: str, is_away: Callable[[BaseException], bool] = lambda error: False
    ) -> None:
        """Serve `domain` from an engine whose tables stand; `is_away` tells errors that say the server is not there."""
        self.domain = domain
        self._engine = engine
        self._is_away = is_away
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for reading. Raises StoreAway, during the block too."""
        with self._told():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose changes are committed together, or not at all; use it in `unbroken` methods.

        Raises StoreAway, during the block too.
        """
        with self._told():
            async with self._writing, self._engine.begin() as connection:
                yield connection

    @unbroken
    async def empty_log(self) -> bool:
        """Empty the write-ahead log into the database, so that what was deleted stands in no file any more.

        Waits for nobody: returns False when somebody who reads, or writes from another process, is in the way.
        A server keeps its own log, which is cut by its own rules.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        async with self._writing, self._engine.connect() as connection:
            at_once = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await at_once.exec_driver_sql("PRAGMA busy_timeout=0")
            try:
                busy = (await at_once.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar()
            except OperationalError:
                busy = 1
            finally:
                await at_once.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        return busy == 0

    async def forget_deleted(self) -> None:
        """Return once what was deleted stands in no file any more."""
        while True:
            if await self.empty_log():
                return
            await asyncio.sleep(EMPTY_AGAIN_S)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if self._is_away(error):
                raise StoreAway("the records' database cannot be reached now") from error
            raise

    async def close(self) -> None:
        """Give all connections back, after what is being written."""
        async with self._writing:
            await self._engine.dispose()


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(connection: Connection) -> None:
    """Bring the tables up to date; engine and desk may start at once, so the second waits and finds nothing to do."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _create_private(path: Path) -> None:
    """Make the file readable by its owner alone; SQLite gives its companions (-wal, -shm) the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


async def open_database(place: Path | RecordsServer, domain: str) -> Database:
    """Open the records in a file or a server, creating and migrating them as needed. Raises StoreUnusable."""
    if isinstance(place, Path):
        return await _open_file(place, domain)
    from contactcenter.adapters.database.postgres import open_server  # an extra: only a site has the driver

    return await open_server(place.url, place.password, domain)


async def _open_file(path: Path, domain: str) -> Database:
    try:
        _create_private(path)
    except OSError as failure:
        raise StoreUnusable(f"{path}: cannot be opened ({failure.strerror})") from failure
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=POOL_SIZE, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    except (DatabaseError, CommandError) as failure:
        await engine.dispose()
        cause = failure.orig if isinstance(failure, DatabaseError) else failure
        raise StoreUnusable(
            f"{path}: cannot be used as records ({cause}). Nothing was changed. Copy the folder away first, then"
            " restore the last backup; the journal is not touched by that."
        ) from failure
    return Database(engine, domain)
