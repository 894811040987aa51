"""Reading the journal in PostgreSQL, in any thread or process, beside a living owner or without one.

asyncpg lives in a thread with an event loop of its own, so that those who ask need none. A server that is away is said
so at once instead of being waited for; nothing here writes.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncpg
import msgspec

from contactcenter.adapters.journal.batches import PAGE_ROWS, BatchReader, Row
from contactcenter.adapters.journal.postgres_schema import MAY_PASS, Server, check_version
from contactcenter.runtime.ports import StoreAway, StoreUnusable

__all__ = ["LoopThread", "PostgresReader"]

ANSWER_S = 15.0  # more than connecting and one statement may take together
LEAVE_S = 1.0
ASK_AGAIN_S = 0.5  # after a failed connection others are refused without trying, for an engine's loop may wait for them

Answer = TypeVar("Answer")


class LoopThread:
    """A thread that runs an event loop for those who have none."""

    def __init__(self, name: str) -> None:
        """Start the thread."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, Answer], within_s: float | None = ANSWER_S) -> Answer:
        """Run a coroutine there and wait for its answer. Raises StoreAway when there is none in time."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(within_s)
        except concurrent.futures.TimeoutError as error:
            future.cancel()
            raise StoreAway("the database does not answer") from error

    def close(self) -> None:
        """End the thread; what runs there is cancelled."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()

    def _run(self) -> None:
        with contextlib.closing(self.loop):
            self.loop.run_forever()
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            if left:
                self.loop.run_until_complete(asyncio.wait(left))
            self.loop.run_until_complete(asyncio.sleep(0))  # what was just let go closes its socket


class PostgresReader(BatchReader):
    """The entries of one domain; it works on a thread that is given, or on one of its own."""

    def __init__(self, server: Server, thread: LoopThread | None = None) -> None:
        """Connect only when asked."""
        self._server = server
        self._own = thread is None
        self._thread = thread or LoopThread("journal reader")
        self._connection: asyncpg.Connection | None = None
        self._one_at_a_time = asyncio.Lock()
        self._away_until = 0.0
        self._closed = False

    def head(self) -> int:
        """Return the sequence of the last committed entry, 0 when there is none. Raises StoreUnusable."""
        found = self.value("SELECT head FROM lease WHERE domain = $1", self._server.domain)
        return msgspec.convert(found or 0, int)

    def value(self, statement: str, *values: object) -> object:
        """Return the first column of the first row of a query, or None. Raises StoreUnusable."""
        found = self.rows(statement, *values)
        return found[0][0] if found else None

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds. Raises StoreUnusable."""
        return self._thread.call(self._fetch(statement, values))

    def close(self) -> None:
        """Let go of the server; nothing can be read any more."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(StoreUnusable):
            self._thread.call(self._leave())
        if self._own:
            self._thread.close()

    def _page(self, after: int) -> list[Row]:
        return self.rows(
            "SELECT first_sequence, last_sequence, codec, crc32, blob FROM batches"
            " WHERE domain = $1 AND last_sequence > $2 ORDER BY last_sequence LIMIT $3",
            self._server.domain,
            after,
            PAGE_ROWS,
        )

    def _damaged(self, what: str) -> StoreUnusable:
        return StoreUnusable(
            f"{self._server}: {what}. Nothing was changed. Dump the database away first, then restore the last backup; "
            "entries before that place are intact."
        )

    async def _fetch(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        async with self._one_at_a_time:
            try:
                return await self._ask(statement, values)
            except MAY_PASS:  # a connection that slept through a restart of the server says so only now
                await self._drop()
            try:
                return await self._ask(statement, values)
            except MAY_PASS as error:
                await self._drop()
                raise StoreAway(f"{self._server}: cannot be reached ({type(error).__name__})") from error

    async def _ask(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        connection = self._connection or await self._connect()
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        except asyncpg.PostgresError as error:
            if isinstance(error, MAY_PASS):
                raise
            raise self._damaged(f"cannot be read ({error})") from error

    async def _connect(self) -> asyncpg.Connection:
        if time.monotonic() < self._away_until:
            raise StoreAway(f"{self._server}: cannot be reached")
        try:
            connection = await self._server.connect()
        except StoreAway:
            self._away_until = time.monotonic() + ASK_AGAIN_S
            raise
        try:
            if not await check_version(connection, self._server):
                raise StoreUnusable(f"{self._server}: there is no journal here")
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection
        return connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _leave(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(*MAY_PASS):
                await self._connection.close(timeout=LEAVE_S)
