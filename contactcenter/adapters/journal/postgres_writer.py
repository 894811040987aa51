"""What the owner writes into PostgreSQL: whatever waits is one transaction, in order, tried again while it may pass.

One connection holds the domain by an advisory lock for as long as it lives; a lost one is opened anew. It must never
report success before the commit has returned, and never write for an epoch that is not the lease's.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import asyncpg

from contactcenter.adapters.journal.batch import Batch, Refused
from contactcenter.adapters.journal.figures import CommitFigures
from contactcenter.adapters.journal.postgres_schema import MAY_PASS, Server, migrate
from contactcenter.model.entry import Entry
from contactcenter.model.upcast import CODEC
from contactcenter.runtime.ports import JournalFull, KeyChanges, KeyRider, StoreAway, StoreUnusable

__all__ = ["OwnedElsewhere", "PostgresWriter", "Work"]

GROUP_MAX = 64  # pieces of work per transaction: bounds how long the first of them waits for the last
RETRY_FIRST_S = 0.02
RETRY_LONGEST_S = 1.0
LOOK_S = 0.5  # how soon a server that is back is found
OWNER_PATIENCE_S = 3.0  # the server may still be ending the session of an owner that has just been killed

HOLD = "SELECT pg_try_advisory_lock(hashtext('contactcenter journal'), hashtext($1))"


class OwnedElsewhere(StoreUnusable):
    """Another engine works on this domain."""


@dataclass(slots=True)
class Work:
    """What is to be durable, and who waits for it. Work without a batch writes only what the riders have."""

    done: Callable[[BaseException | None], None]
    batch: Batch | None = None
    entries: Sequence[Entry] = ()


class PostgresWriter:
    """Runs on the journal's loop alone; `put` may be called from any thread by way of that loop."""

    def __init__(self, server: Server, give_up_s: float, figures: CommitFigures) -> None:
        """Connect only when told to; a commit is tried for at most `give_up_s` seconds."""
        self._server = server
        self._give_up_s = give_up_s
        self._figures = figures
        self._connection: asyncpg.Connection | None = None
        self._opening = asyncio.Lock()
        self._inbox: asyncio.Queue[Work | None] = asyncio.Queue()
        self._stopping = asyncio.Event()
        self._failure: JournalFull | None = None
        self.riders: list[KeyRider] = []
        self.epoch = 0

    # --- the connection

    async def own(self) -> None:
        """Take the domain, the tables made or migrated as needed. Raises OwnedElsewhere, StoreAway, StoreUnusable."""
        give_up = time.monotonic() + OWNER_PATIENCE_S
        while True:
            try:
                await self._connected()
                return
            except OwnedElsewhere:
                if time.monotonic() > give_up:
                    raise
                await asyncio.sleep(RETRY_FIRST_S)

    async def claim(self, holder: str) -> int:
        """Open a new epoch for this owner and return it. Raises StoreUnusable."""
        connection = await self._connected()
        self.epoch = int(
            await connection.fetchval(
                "INSERT INTO lease VALUES ($1, 1, 0, $2) ON CONFLICT (domain)"
                " DO UPDATE SET epoch = lease.epoch + 1, holder = excluded.holder RETURNING epoch",
                self._server.domain,
                holder,
            )
        )
        return self.epoch

    def is_connected(self) -> bool:
        """Tell whether the server can be written to, as far as is known."""
        return self._connection is not None and not self._connection.is_closed()

    async def stay_connected(self) -> None:
        """Find a server that was lost as soon as it is back, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            if not self.is_connected():
                with contextlib.suppress(StoreUnusable):
                    await self._connected()

    async def _connected(self) -> asyncpg.Connection:
        async with self._opening:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._open()
            return self._connection

    async def _open(self) -> asyncpg.Connection:
        connection = await self._server.connect()
        try:
            if not await connection.fetchval(HOLD, self._server.domain):
                raise OwnedElsewhere(f"{self._server}: {await self._owner(connection)}; stop it first")
            await migrate(connection, self._server)
        except BaseException as error:
            connection.terminate()
            if isinstance(error, MAY_PASS):
                raise StoreAway(f"{self._server}: was lost ({type(error).__name__})") from error
            if isinstance(error, asyncpg.PostgresError):
                raise StoreUnusable(f"{self._server}: cannot hold a journal: {error}") from error
            raise
        return connection

    async def _owner(self, connection: asyncpg.Connection) -> str:
        known = None
        with contextlib.suppress(asyncpg.PostgresError):
            known = await connection.fetchrow("SELECT holder, epoch FROM lease WHERE domain = $1", self._server.domain)
        if known is None:
            return "another engine works on this journal"
        if self.epoch and known["epoch"] != self.epoch:
            raise Refused(f"epoch {known['epoch']} owns the journal now; this engine (epoch {self.epoch}) must stop")
        return f"another engine works on this journal ({known['holder']})"

    # --- work

    def put(self, work: Work) -> None:
        """Hand over work; its `done` is called once it is committed or never will be."""
        self._inbox.put_nowait(work)

    def waiting(self) -> int:
        """Return how many pieces of work have not been taken yet."""
        return self._inbox.qsize()

    async def run(self) -> None:
        """Commit what is handed over until told to end."""
        while not (self._stopping.is_set() and self._inbox.empty()):
            group = await self._group()
            error = self._failure or await self._commit(group)
            if isinstance(error, JournalFull):
                self._failure = error
            for work in group:
                work.done(error)
        if self._connection is not None:
            with contextlib.suppress(*MAY_PASS):
                await self._connection.close(timeout=RETRY_LONGEST_S)

    def end(self) -> None:
        """Let `run` end after what was handed over; a server that is away is not waited for."""
        self._stopping.set()
        self._inbox.put_nowait(None)

    async def _group(self) -> list[Work]:
        taken = [await self._inbox.get()]
        while len(taken) < GROUP_MAX and not self._inbox.empty():
            taken.append(self._inbox.get_nowait())
        return [work for work in taken if work is not None]

    async def _commit(self, group: Sequence[Work]) -> JournalFull | None:
        """Commit a group, trying again while it may pass; return why it never will be."""
        if not group:
            return None
        began = time.perf_counter()
        pause = RETRY_FIRST_S
        while True:
            try:
                await self._transact(await self._connected(), group)
                break
            except Refused as error:
                return error
            except (StoreAway, OwnedElsewhere, *MAY_PASS) as error:
                self._leave()
                if time.perf_counter() - began + pause > self._give_up_s or await self._told_to_end(pause):
                    return JournalFull(f"the journal's database fails: {error or type(error).__name__}")
                self._figures.retries += 1
                pause = min(2 * pause, RETRY_LONGEST_S)
            except Exception as error:  # a waiter must hear of our own mistakes too, or the engine stands still
                self._leave()
                return JournalFull(f"the journal cannot be written: {type(error).__name__}: {error}")
        self._figures.committed(time.perf_counter() - began)
        for work in group:
            if work.batch:
                self._figures.written(work.batch.last - work.batch.first + 1, len(work.batch.blob))
        return None

    async def _told_to_end(self, within_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), within_s)
        return self._stopping.is_set()

    async def _transact(self, connection: asyncpg.Connection, group: Sequence[Work]) -> None:
        entries = [entry for work in group for entry in work.entries]
        kept = []
        async with connection.transaction():
            for work in group:
                if work.batch is not None:
                    await _append(connection, work.batch)
            for rider in self.riders:
                changes, call = rider.board(entries)
                await _write_keys(connection, self._server.domain, changes)
                kept.append(call)
        for call in kept:
            call()

    def _leave(self) -> None:
        """Take a fresh connection next time: whether the old one is of use cannot be known."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


async def _append(connection: asyncpg.Connection, batch: Batch) -> None:
    """Write a batch where it belongs: the lease row must name its epoch and the entry before its first."""
    place = (batch.domain, batch.last, batch.first, batch.epoch)
    taken = await connection.fetchval(
        "WITH ours AS (UPDATE lease SET head = $2 WHERE domain = $1 AND epoch = $4 AND head = $3 - 1 RETURNING 1)"
        " INSERT INTO batches (domain, last_sequence, first_sequence, epoch, at, engine, codec, crc32, blob)"
        " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM ours RETURNING 1",
        *place,
        batch.at,
        batch.engine,
        CODEC,
        batch.crc32,
        batch.blob,
    )
    if taken:
        return
    lease = await connection.fetchrow("SELECT epoch, head FROM lease WHERE domain = $1", batch.domain)
    stands = await connection.fetchval(
        "SELECT 1 FROM batches WHERE domain = $1 AND last_sequence = $2 AND first_sequence = $3 AND crc32 = $4",
        *place[:3],
        batch.crc32,
    )
    batch.explain((lease["epoch"], lease["head"]) if lease else (0, 0), bool(stands))


async def _write_keys(connection: asyncpg.Connection, domain: str, changes: KeyChanges) -> None:
    """Forget and admit persons within the open transaction."""
    if changes.forgotten:
        gone = list(changes.forgotten)
        await connection.execute("DELETE FROM person_keys WHERE domain = $1 AND person = ANY($2::text[])", domain, gone)
        await connection.execute(
            "INSERT INTO erased_persons SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING", domain, gone
        )
    if changes.fresh:
        await connection.executemany(
            "INSERT INTO person_keys VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [(domain, row.person, row.lookup, row.address_key, row.wrapped) for row in changes.fresh],
        )
        await connection.execute(
            "INSERT INTO vault_secrets VALUES ($1, $2) ON CONFLICT DO NOTHING", domain, changes.fingerprint
        )
