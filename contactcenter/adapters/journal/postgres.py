"""The journal of one domain in PostgreSQL: one row per batch, on the disk before it is acknowledged.

One owner at a time: an advisory lock refuses a second engine with a clear message, and the epoch in the lease row
refuses it in the append itself. Old entries are never deleted here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence

import asyncpg
import msgspec

from contactcenter.adapters.journal.batch import Batch
from contactcenter.adapters.journal.figures import CommitFigures
from contactcenter.adapters.journal.postgres_reader import LoopThread, PostgresReader
from contactcenter.adapters.journal.postgres_schema import Server
from contactcenter.adapters.journal.postgres_writer import PostgresWriter, Work
from contactcenter.adapters.journal.sqlite import GIVE_UP_S
from contactcenter.adapters.journal.writer import answer_to
from contactcenter.model.entry import Entry
from contactcenter.model.ids import PersonId
from contactcenter.runtime.ports import EngineFigures, JournalFull, KeyRider, KeyRow, StoreUnusable

__all__ = ["PostgresJournal"]

CLOSE_S = 30.0  # for what was handed over; a server that is away is not waited for
ROW = "SELECT person, lookup, address_key, wrapped FROM person_keys WHERE domain = $1"


class PostgresJournal:
    """The journal as its owner holds it, from the first use to `close`; `PostgresReader` is for all others."""

    def __init__(self, url: str, password: str = "", domain: str = "main", give_up_s: float = GIVE_UP_S) -> None:
        """Touch nothing yet; a server that is away will be tried for `give_up_s` seconds per commit."""
        self._server = Server(url, password, domain)
        self._figures = CommitFigures()
        self._thread = LoopThread("journal")
        self._reader = PostgresReader(self._server, self._thread)
        self._writer = PostgresWriter(self._server, give_up_s, self._figures)
        self._running: list[asyncio.Task[None]] = []
        self._closed = False

    # --- owner

    def open_epoch(self) -> int:
        """Claim ownership and return the new epoch. Raises StoreUnusable when another engine lives, StoreAway."""
        self._own()
        try:
            holder = f"process {os.getpid()} at {socket.gethostname()}"
            return self._thread.call(self._writer.claim(holder))
        except asyncpg.PostgresError as error:
            raise StoreUnusable(f"{self._server}: cannot be claimed: {error}") from error

    async def append(self, entries: Sequence[Entry]) -> None:
        """Commit a batch as one row together with all new keys. Raises JournalFull when it never will be."""
        if not entries:
            return
        self._check_open()
        batch = Batch.of(self._server.domain, self._writer.epoch, entries)
        await self._do(lambda done: Work(done, batch, entries))

    async def settle(self) -> None:
        """Return once everything handed over until now, new keys included, is durable. Raises JournalFull."""
        await self._do(Work)

    def join_commits(self, rider: KeyRider) -> None:
        """Let `rider` write along with every commit."""
        self._writer.riders.append(rider)

    def erase(self, done: Callable[[], None]) -> None:
        """Commit what the riders forgot, then call `done` on the journal's thread."""
        self._put(Work(lambda error: None if error else done()))

    def close(self) -> None:
        """Write what was handed over, then let the server go; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(StoreUnusable):
            self._thread.call(self._end(), CLOSE_S)
        self._reader.close()
        self._thread.close()

    # --- everybody

    def load(self, after: int = 0) -> Iterator[Entry]:
        """Yield the entries in order. Raises StoreUnusable for a second owner or, after what is intact, for damage."""
        self._own()  # nobody may append between this and the claim of an epoch
        return self._reader.load(after)

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries whose sequence is greater than `after`; may be called from any thread."""
        return self._reader.read(after, limit)

    def head(self) -> int:
        """Return the sequence of the last committed entry."""
        return self._reader.head()

    def is_reachable(self) -> bool:
        """Tell whether the server is there, as far as is known: without it nothing new can be promised."""
        return self._writer.is_connected()

    def key_of(self, person: PersonId) -> KeyRow | None:
        """Return a person's row; like the next three, may be called from any thread."""
        return self._key(f"{ROW} AND person = $2", person)

    def key_at(self, lookup: bytes) -> KeyRow | None:
        """Return the row of the person with an address."""
        return self._key(f"{ROW} AND lookup = $2", lookup)

    def is_erased(self, person: PersonId) -> bool:
        """Tell whether a person was erased."""
        known = "SELECT 1 FROM erased_persons WHERE domain = $1 AND person = $2"
        return self._reader.value(known, self._server.domain, person) is not None

    def fingerprint(self) -> bytes | None:
        """Return which secret wraps the keys."""
        found = self._reader.value("SELECT fingerprint FROM vault_secrets WHERE domain = $1", self._server.domain)
        return msgspec.convert(found, bytes | None)

    def figures(self) -> EngineFigures:
        """Return how long commits take, how much was written, what waits, and whether the server is there."""
        figures = self._figures.figures()
        figures.gauges["journal_epoch"] = self._writer.epoch
        figures.gauges["journal_waiting"] = self._writer.waiting()
        figures.gauges["journal_reachable"] = int(self.is_reachable())
        return figures

    # --- inside

    def _key(self, query: str, value: PersonId | bytes) -> KeyRow | None:
        found = self._reader.rows(query, self._server.domain, value)
        return msgspec.convert(found[0], KeyRow) if found else None

    async def _do(self, work: Callable[[Callable[[BaseException | None], None]], Work]) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(work(answer_to(future)))
        await future

    def _put(self, work: Work) -> None:
        self._check_open()
        self._thread.loop.call_soon_threadsafe(self._writer.put, work)

    def _check_open(self) -> None:
        if self._closed:
            raise JournalFull(f"{self._server}: the journal is closed")

    def _own(self) -> None:
        self._check_open()
        if not self._running:
            self._thread.call(self._begin())

    async def _begin(self) -> None:
        await self._writer.own()
        loop = asyncio.get_running_loop()
        self._running = [loop.create_task(self._writer.run()), loop.create_task(self._writer.stay_connected())]

    async def _end(self) -> None:
        if not self._running:
            return
        run, stay = self._running
        stay.cancel()
        self._writer.end()
        await asyncio.wait([run])
