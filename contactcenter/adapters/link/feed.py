"""One desk's feed of committed entries: live while it keeps up, from the journal while it does not.

What waits for a desk is bounded; what does not fit is dropped here and read from the journal again, so that a slow
desk costs the engine neither memory nor time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from contactcenter.adapters.link.frames import entry_frames
from contactcenter.model.entry import Entry

__all__ = ["Feed", "FeedFrame"]

WAITING_BYTES_MAX = 1 << 20  # several seconds of a busy centre
PAGE_ENTRIES = 256  # decoded in one go, ~1 ms

FeedFrame = tuple[int, int, bytes]


class Feed:
    """The entries after a sequence, without end."""

    def __init__(self, after: int, read: Callable[[int, int], Awaitable[list[Entry]]], head: int) -> None:
        """Follow on from `after`; `read` is the journal's, `head` what was published last."""
        self._after = after
        self._head = head
        self._read = read
        self._waiting: deque[FeedFrame] = deque()
        self._waiting_bytes = 0
        self._news = asyncio.Event()
        self.pages = 0

    def offer(self, frames: list[FeedFrame]) -> None:
        """Take what was just published, or drop all that waits when it is too much. Never waits."""
        for frame in frames:
            self._waiting.append(frame)
            self._waiting_bytes += len(frame[2])
            self._head = frame[1]
        if self._waiting_bytes > WAITING_BYTES_MAX:
            self._waiting.clear()
            self._waiting_bytes = 0
        self._news.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield frame after frame in order, each entry once."""
        while True:
            self._news.clear()
            live = self._next_live()
            if live:
                yield live
            elif self._after < self._head:
                for frame in await self._page():
                    yield frame
            else:
                await self._news.wait()

    def _next_live(self) -> bytes | None:
        while self._waiting and self._waiting[0][0] <= self._after + 1:
            first, last, frame = self._waiting[0]
            if first <= self._after < last:
                return None  # half of it was read from the journal; the rest is read there too
            self._waiting.popleft()
            self._waiting_bytes -= len(frame)
            if first == self._after + 1:
                self._after = last
                return frame
        return None

    async def _page(self) -> list[bytes]:
        self.pages += 1
        entries = await self._read(self._after, PAGE_ENTRIES)
        if entries:
            self._after = entries[-1].position.sequence
        return [frame for _, _, frame in entry_frames(entries)] if entries else []
