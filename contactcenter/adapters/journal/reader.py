"""Reading the journal: from the start for recovery, from a position for followers, in any thread or other process.

Each row is checked before it is used. Reading never holds the file for longer than one page of rows, so that the
owner can always shorten its log; nothing here writes.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from contactcenter.adapters.journal.batches import PAGE_ROWS, BatchReader, Row
from contactcenter.adapters.journal.schema import FileDamaged, open_reader
from contactcenter.runtime.ports import StoreUnusable

__all__ = ["JournalReader"]

IDLE_CONNECTIONS_MAX = 4  # readers at the same time are few: catching-up desks and a report


class JournalReader(BatchReader):
    """The entries of one domain in the journal file at `path`."""

    def __init__(self, path: Path, domain: str = "main") -> None:
        """Look at the file only when asked; it may still be made."""
        self._path = path
        self._domain = domain
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def head(self) -> int:
        """Return the sequence of the last committed entry, 0 when there is none. Raises StoreUnusable."""
        with self._connection() as connection:
            row = connection.execute("SELECT head FROM lease WHERE domain = ?", (self._domain,)).fetchone()
        return int(row[0]) if row else 0

    def row(self, statement: str, values: tuple[object, ...]) -> tuple[object, ...] | None:
        """Return the first row of a query, for what else is kept in the file. Raises StoreUnusable."""
        with self._connection() as connection:
            found: tuple[object, ...] | None = connection.execute(statement, values).fetchone()
        return found

    def close(self) -> None:
        """Let go of the file; looking again opens it again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _page(self, after: int) -> list[Row]:
        with self._connection() as connection:
            return connection.execute(
                "SELECT first_sequence, last_sequence, codec, crc32, blob FROM batches"
                " WHERE domain = ? AND last_sequence > ? ORDER BY last_sequence LIMIT ?",
                (self._domain, after, PAGE_ROWS),
            ).fetchall()

    def _damaged(self, what: str) -> StoreUnusable:
        return FileDamaged(self._path, what)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or open_reader(self._path)
        try:
            yield connection
        except sqlite3.Error as error:
            connection.close()
            raise FileDamaged(self._path, f"cannot be read ({error})") from error
        with self._lock:
            keep = len(self._idle) < IDLE_CONNECTIONS_MAX
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()
