"""The journal of one domain in one SQLite file: write-ahead log, full synchronisation, one row per batch.

One owner at a time: a lock file refuses a second engine with a clear message, and the epoch in the lease row refuses
it in the append itself. Old entries are never deleted here: that wants a verified snapshot to cover them.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from contactcenter.adapters.journal.batch import Batch
from contactcenter.adapters.journal.figures import CommitFigures
from contactcenter.adapters.journal.key_rows import fingerprint, is_erased, key_at, key_of, write_keys
from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.journal.schema import BUSY_MS, FILE_MODE, open_writer
from contactcenter.adapters.journal.writer import Work, Writer, answer_to
from contactcenter.model.entry import Entry
from contactcenter.model.ids import PersonId
from contactcenter.runtime.ports import EngineFigures, JournalFull, KeyChanges, KeyRider, KeyRow, StoreUnusable

__all__ = ["GIVE_UP_S", "SqliteJournal"]

GIVE_UP_S = 60.0  # how long a failing disk is tried before the engine exits (docs: the journal)


class SqliteJournal:
    """The journal as its owner holds it, from the first use to `close`; `JournalReader` is for all others."""

    def __init__(self, path: Path, domain: str = "main", give_up_s: float = GIVE_UP_S) -> None:
        """Touch nothing yet; a failing disk will be tried for `give_up_s` seconds per commit."""
        self._path = path
        self._domain = domain
        self._give_up_s = give_up_s
        self._reader = JournalReader(path, domain)
        self._figures = CommitFigures()
        self._writer: Writer | None = None
        self._lock: int | None = None
        self._epoch = 0
        self._wal_owed = True  # a crash may have left a destroyed key in the log
        self._closed = False

    # --- owner

    def open_epoch(self) -> int:
        """Claim ownership and return the new epoch. Raises StoreUnusable when another engine lives, or for damage."""
        self._owned()
        with contextlib.closing(open_writer(self._path)) as connection:
            self._epoch = self._claim(connection)
        return self._epoch

    async def append(self, entries: Sequence[Entry]) -> None:
        """Commit a batch as one row together with all new keys. Raises JournalFull when it never will be."""
        if not entries:
            return
        batch = Batch.of(self._domain, self._epoch, entries)
        await self._do(lambda done: Work(batch.append_to, done, self._after_commit, batch, entries))

    async def settle(self) -> None:
        """Return once everything handed over until now, new keys included, is durable. Raises JournalFull."""
        await self._do(lambda done: Work(_nothing, done, self._after_commit))

    def join_commits(self, rider: KeyRider) -> None:
        """Let `rider` write along with every commit."""
        self._owned().join_commits(rider)

    def erase(self, done: Callable[[], None]) -> None:
        """Commit what the riders forgot and leave no trace of it in file or log; `done` is called by the writer."""

        def shorten(connection: sqlite3.Connection) -> None:
            self._wal_owed = True
            self._after_commit(connection)

        self._owned().put(Work(_nothing, lambda error: None if error else done(), shorten))

    def close(self) -> None:
        """Write what was handed over, then let the file go; safe to call twice."""
        self._closed = True
        if self._writer:
            self._writer.close()
            self._writer = None
        self._reader.close()
        self._unlock()

    # --- everybody

    def load(self, after: int = 0) -> Iterator[Entry]:
        """Yield the entries in order. Raises StoreUnusable for a second owner or, after what is intact, for damage."""
        self._owned()  # nobody may append between this and the claim of an epoch
        return self._reader.load(after)

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries whose sequence is greater than `after`; may be called from any thread."""
        return self._reader.read(after, limit)

    def head(self) -> int:
        """Return the sequence of the last committed entry."""
        return self._reader.head()

    def is_reachable(self) -> bool:
        """Tell that the store is there: a file is, and a disk that fails is heard of by those who append."""
        return True

    def key_of(self, person: PersonId) -> KeyRow | None:
        """Return a person's row; like the next three, may be called from any thread."""
        return key_of(self._reader, self._domain, person)

    def key_at(self, lookup: bytes) -> KeyRow | None:
        """Return the row of the person with an address."""
        return key_at(self._reader, self._domain, lookup)

    def is_erased(self, person: PersonId) -> bool:
        """Tell whether a person was erased."""
        return is_erased(self._reader, self._domain, person)

    def fingerprint(self) -> bytes | None:
        """Return which secret wraps the keys."""
        return fingerprint(self._reader, self._domain)

    def figures(self) -> EngineFigures:
        """Return how long commits take, how much was written, and what waits."""
        figures = self._figures.figures()
        figures.gauges["journal_epoch"] = self._epoch
        figures.gauges["journal_waiting"] = self._writer.waiting() if self._writer else 0
        figures.gauges["journal_wal_owed"] = int(self._wal_owed)
        with contextlib.suppress(OSError):
            figures.gauges["journal_file_bytes"] = self._path.stat().st_size
        return figures

    # --- inside

    async def _do(self, work: Callable[[Callable[[BaseException | None], None]], Work]) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._owned().put(work(answer_to(future)))
        await future

    def _owned(self) -> Writer:
        if self._closed:
            raise JournalFull(f"{self._path}: the journal is closed")
        if self._writer is None:
            self._lock = self._locked()
            try:
                self._writer = Writer(lambda: open_writer(self._path), self._give_up_s, self._figures, self._write_keys)
            except StoreUnusable:
                self._unlock()
                raise
        return self._writer

    def _write_keys(self, connection: sqlite3.Connection, changes: KeyChanges) -> None:
        write_keys(connection, self._domain, changes)

    def _claim(self, connection: sqlite3.Connection) -> int:
        try:
            row = connection.execute(
                "INSERT INTO lease VALUES (?, 1, 0, ?)"
                " ON CONFLICT (domain) DO UPDATE SET epoch = epoch + 1, holder = excluded.holder RETURNING epoch",
                (self._domain, f"process {os.getpid()}"),
            ).fetchone()
        except sqlite3.Error as error:
            raise StoreUnusable(f"{self._path}: cannot be claimed: {error}") from error
        return int(row[0])

    def _after_commit(self, connection: sqlite3.Connection) -> None:
        """Empty the log when a deletion owes it; a reader in the middle of a page puts it off to the next commit."""
        if not self._wal_owed:
            return
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA busy_timeout=0")  # the next commit is not to wait for a reader
            self._wal_owed = bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")

    def _locked(self) -> int:
        name = self._path.with_suffix(".lock")
        try:
            name.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(name, os.O_RDWR | os.O_CREAT, FILE_MODE)
        except OSError as error:
            raise StoreUnusable(f"{name}: cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(lock, 20).decode(errors="replace").strip() or "unknown"
            os.close(lock)
            raise StoreUnusable(
                f"{self._path}: another engine works on this journal (process {holder}); stop it first"
            ) from error
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        return lock

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _nothing(connection: sqlite3.Connection) -> None:
    """Write nothing: only the riders do."""
