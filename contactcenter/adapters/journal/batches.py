"""Batches on their way out of a store: each is checked before it is used, and a hole is never passed over.

How the rows are fetched is the store's business; what an intact journal is stands here once for all stores.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator

from contactcenter.model.entry import Entry
from contactcenter.model.upcast import UnknownCodec, Unreadable, lift
from contactcenter.runtime.ports import StoreUnusable

__all__ = ["PAGE_ROWS", "BatchReader", "Row"]

PAGE_ROWS = 64  # rows taken at once; a few hundred kilobytes on a busy day

Row = tuple[int, int, int, int, bytes]
"""First sequence, last sequence, codec, CRC-32, the packed entries."""


class BatchReader(ABC):
    """The entries of one domain in one store."""

    @abstractmethod
    def head(self) -> int:
        """Return the sequence of the last committed entry, 0 when there is none. Raises StoreUnusable."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the store."""

    @abstractmethod
    def _page(self, after: int) -> list[Row]:
        """Return the next rows that end after a sequence, in order, at most PAGE_ROWS."""

    @abstractmethod
    def _damaged(self, what: str) -> StoreUnusable:
        """Return the error that says what is wrong with this store."""

    def load(self, after: int = 0) -> Iterator[Entry]:
        """Yield all entries after a sequence, in order.

        Raises StoreUnusable for a hole or a damaged batch, after what is intact.
        """
        head, last = self.head(), after
        for entries in self._batches(after):
            first = entries[0].position.sequence
            if first > last + 1:
                raise self._damaged(f"entries {last + 1} to {first - 1} are missing")
            yield from entries[last + 1 - first :]
            last = entries[-1].position.sequence
        if last < head:  # more may have been committed meanwhile, never less
            raise self._damaged(f"entries {last + 1} to {head} are missing")

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` committed entries whose sequence is greater than `after`. Raises StoreUnusable."""
        found: list[Entry] = []
        for entries in self._batches(after):
            found += [entry for entry in entries if entry.position.sequence > after]
            if len(found) >= limit:
                break
        return found[:limit]

    def _batches(self, after: int) -> Iterator[list[Entry]]:
        while rows := self._page(after):
            for row in rows:
                yield self._unpacked(row)
            after = rows[-1][1]

    def _unpacked(self, row: Row) -> list[Entry]:
        first, last, codec, crc32, blob = row
        place = f"entries {first} to {last}"
        if zlib.crc32(blob) != crc32:
            raise self._damaged(f"{place} are damaged (their checksum does not match)")
        try:
            entries = lift(blob, codec)
        except UnknownCodec as error:
            raise StoreUnusable(f"{place}: {error}") from error
        except Unreadable as error:
            raise self._damaged(f"{place} cannot be read ({error})") from error
        if [entry.position.sequence for entry in entries] != list(range(first, last + 1)):
            raise self._damaged(f"{place} hold other numbers than they say")
        return entries
