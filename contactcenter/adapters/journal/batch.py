"""One batch of entries on its way into the file: packed, summed, and appended only where it belongs.

The append is a comparison and an exchange on the lease row: another owner's epoch or a hole in the sequence changes
nothing and is refused for good.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from contactcenter.model.entry import Entry
from contactcenter.model.upcast import CODEC, pack
from contactcenter.runtime.ports import JournalFull

__all__ = ["BATCH_BYTES_MAX", "Batch", "Refused"]

BATCH_BYTES_MAX = 64 << 20  # a thousand times the batches of a loaded centre; far below SQLite's own limit of 1 GB


class Refused(JournalFull):
    """This batch can never be appended, however often it is tried."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Packed entries with the place they claim."""

    domain: str
    epoch: int
    first: int
    last: int
    at: int
    engine: str
    crc32: int
    blob: bytes

    @classmethod
    def of(cls, domain: str, epoch: int, entries: Sequence[Entry]) -> Batch:
        """Pack entries that must follow each other within one epoch. Raises Refused."""
        first, last = entries[0].position.sequence, entries[-1].position.sequence
        for number, entry in enumerate(entries, first):
            if (entry.position.epoch, entry.position.sequence) != (epoch, number):
                raise Refused(f"entry {entry.position} in a batch that wants epoch {epoch}, sequence {number}")
        blob = pack(entries)
        if len(blob) > BATCH_BYTES_MAX:
            raise Refused(f"a batch of {len(blob)} bytes, at most {BATCH_BYTES_MAX} are written")
        return cls(domain, epoch, first, last, entries[-1].at, entries[-1].version, zlib.crc32(blob), blob)

    def append_to(self, connection: sqlite3.Connection) -> None:
        """Write the batch within the open transaction. Raises Refused when the place is not ours to write."""
        taken = connection.execute(
            "UPDATE lease SET head = ? WHERE domain = ? AND epoch = ? AND head = ?",
            (self.last, self.domain, self.epoch, self.first - 1),
        )
        if not taken.rowcount:
            self._explain(connection)
            return
        connection.execute(
            "INSERT INTO batches (domain, last_sequence, first_sequence, epoch, at, engine, codec, crc32, blob)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.domain, self.last, self.first, self.epoch, self.at, self.engine, CODEC, self.crc32, self.blob),
        )

    def _explain(self, connection: sqlite3.Connection) -> None:
        """Return when an earlier try did commit although it reported an error; else say why we are refused."""
        row = connection.execute("SELECT epoch, head FROM lease WHERE domain = ?", (self.domain,)).fetchone()
        ours = connection.execute(
            "SELECT 1 FROM batches WHERE domain = ? AND last_sequence = ? AND first_sequence = ? AND crc32 = ?",
            (self.domain, self.last, self.first, self.crc32),
        ).fetchone()
        self.explain(row or (0, 0), bool(ours))

    def explain(self, lease: tuple[int, int], stands: bool) -> None:
        """Say why the place is not ours, by the epoch and head of the lease; nothing when the batch `stands` already.

        Raises Refused.
        """
        epoch, head = lease
        if epoch != self.epoch:
            raise Refused(f"epoch {epoch} owns the journal now; this engine (epoch {self.epoch}) must stop")
        if not stands:
            raise Refused(f"entries {self.first} to {self.last} do not follow entry {head}")
