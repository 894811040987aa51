"""The engine's side of the link: a private Unix socket on which desks submit, subscribe and ask.

Nothing that a desk does or leaves undone may delay the engine: publishing never waits, slow desks read the journal,
and what is in flight per desk is bounded. Only committed entries are ever published.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from contactcenter.adapters.link.feed import Feed
from contactcenter.adapters.link.frames import (
    PROTOCOL,
    AddressAsked,
    Addressed,
    Answer,
    Asked,
    BadFrame,
    BoxesOpened,
    Failed,
    FiguresAsked,
    FiguresTold,
    FollowAsked,
    HeadAsked,
    HeadTold,
    Hello,
    OpenAsked,
    OutboxAsked,
    OutboxTold,
    SealAsked,
    SealMade,
    SubmitAsked,
    Submitted,
    TurnedAway,
    Welcome,
    entry_frames,
    framed,
    read_request,
)
from contactcenter.model.entry import Entry
from contactcenter.model.events import Event
from contactcenter.model.ids import MessageId
from contactcenter.runtime.ports import EngineFigures, JournalFull, Receipt, StoreUnusable, Vault

__all__ = ["DurableVault", "EngineSide", "LinkServer", "ReadableJournal"]

DESKS_MAX = 64  # connections: a desk holds two or three, and there are few desks
IN_FLIGHT_MAX = 1_024  # submits per connection that wait for their commit; beyond that the desk is not read
READERS = 2  # threads for desks that catch up; more would only fight for the interpreter
HELLO_S = 5.0
PATH_BYTES_MAX = 107  # sun_path of Linux, with its final zero


class EngineSide(Protocol):
    """What the link asks of the engine."""

    def submit(self, event: Event) -> Awaitable[Receipt]:
        """Hand over an event; the answer comes after its commit."""

    def outbox(self) -> list[MessageId]:
        """Return the outgoing texts that wait for a carrier's word."""

    def figures(self) -> EngineFigures:
        """Return the engine's own figures."""


class ReadableJournal(Protocol):
    """What the link asks of the journal."""

    def head(self) -> int:
        """Return the sequence of the last committed entry."""

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return committed entries after a sequence; called from the link's threads."""


class DurableVault(Vault, Protocol):
    """A vault that can make its new keys durable at once."""

    async def settle(self) -> None:
        """Return once every key given out until now is durable."""


class LinkServer:
    """Serves desks on one socket; `publish` tells them what was committed."""

    def __init__(
        self, path: Path, engine: EngineSide, journal: ReadableJournal, vault: DurableVault, release: str
    ) -> None:
        """Serve nothing yet; `release` is told to desks and must be theirs too."""
        self._path = path
        self._engine = engine
        self._journal = journal
        self._vault = vault
        self._release = release
        self._head = 0
        self._feeds: list[Feed] = []
        self._desks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._counts = dict.fromkeys(("link_requests_total", "link_bad_frames_total", "link_pages_total"), 0)

    async def start(self) -> None:
        """Begin to listen on a socket for this user alone. Raises StoreUnusable when it cannot be made."""
        self._head = self._journal.head()
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="link")
        self._server = await asyncio.start_unix_server(self._serve, sock=listening(self._path))

    async def close(self) -> None:
        """Stop listening and end all connections."""
        if self._server is None or self._pool is None:
            return
        self._server.close()
        for writer in self._desks.values():
            writer.transport.abort()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._desks, *self._running, return_exceptions=True)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._server = None
        self._path.unlink(missing_ok=True)

    def publish(self, entries: Sequence[Entry]) -> None:
        """Tell all subscribers of entries that were just committed, in order. Never waits."""
        if not entries:
            return
        self._head = entries[-1].position.sequence
        if self._feeds:
            frames = entry_frames(entries)
            for feed in self._feeds:
                feed.offer(frames)

    def figures(self) -> EngineFigures:
        """Return what desks ask and how many there are."""
        return EngineFigures(
            gauges={"link_desks": len(self._desks), "link_feeds": len(self._feeds), "link_head": self._head},
            counters=dict(self._counts),
        )

    # --- one connection

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._desks[task] = writer
        try:
            await self._converse(reader, writer)
        except BadFrame as error:
            self._counts["link_bad_frames_total"] += 1
            writer.write(framed(TurnedAway(str(error))))
        except (ConnectionError, TimeoutError):
            pass
        except StoreUnusable as error:
            writer.write(framed(TurnedAway(str(error))))
        finally:
            del self._desks[task]
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = await asyncio.wait_for(read_request(reader), HELLO_S)
        if not isinstance(hello, Hello):
            raise BadFrame("a greeting comes first")
        if hello.protocol != PROTOCOL:
            raise BadFrame(f"protocol {hello.protocol} (release {hello.release}): this engine speaks {PROTOCOL}")
        if len(self._desks) > DESKS_MAX:
            raise BadFrame(f"{DESKS_MAX} connections are open already")
        if writer.is_closing():
            return  # gone before it was greeted
        writer.write(framed(Welcome(PROTOCOL, self._release, self._head)))
        free = asyncio.Semaphore(IN_FLIGHT_MAX)
        while (request := await read_request(reader)) is not None:
            if isinstance(request, Hello):
                raise BadFrame("a second greeting")
            if isinstance(request, FollowAsked):
                await self._feed(request.after, reader, writer)
                return
            await free.acquire()
            await writer.drain()  # a desk that does not read its answers is not read either
            self._begin(request, writer, free.release)

    async def _feed(self, after: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if after > self._head:
            raise BadFrame(f"entries after {after} were asked for, but the journal ends at {self._head}")
        feed = Feed(after, self._read, self._head)
        self._feeds.append(feed)
        gone = asyncio.ensure_future(reader.read(1))
        sending = asyncio.ensure_future(send(feed, writer))
        try:
            await asyncio.wait((gone, sending), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            self._feeds.remove(feed)
            self._counts["link_pages_total"] += feed.pages
            for task in (gone, sending):
                task.cancel()
            await asyncio.gather(gone, sending, return_exceptions=True)

    async def _read(self, after: int, limit: int) -> list[Entry]:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._journal.read, after, limit)

    # --- one request

    def _begin(self, asked: Asked, writer: asyncio.StreamWriter, done: Callable[[], None]) -> None:
        """Answer a request when its answer is ready, even if the desk leaves meanwhile: it was handed over."""
        self._counts["link_requests_total"] += 1
        task = asyncio.ensure_future(self._reply(asked, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: done())

    async def _reply(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        try:
            reply = await self._answer(asked)
        except (JournalFull, StoreUnusable) as error:
            reply = Failed(asked.id, str(error))
        except Exception as error:  # a mistake of ours: the desk must not wait for ever, and it must be seen here
            reply = Failed(asked.id, f"the engine failed: {type(error).__name__}")
            asyncio.get_running_loop().call_exception_handler({"message": "a request failed", "exception": error})
        if not writer.is_closing():
            writer.write(framed(reply))

    async def _answer(self, asked: Asked) -> Answer:
        match asked:
            case SubmitAsked():
                return Submitted(asked.id, await self._engine.submit(asked.event))
            case AddressAsked():
                address = self._vault.address(asked.text)
                await self._vault.settle()  # the desk may keep it before any entry does
                return Addressed(asked.id, address)
            case SealAsked():
                box = self._vault.seal(asked.person, asked.text)
                await self._vault.settle()
                return SealMade(asked.id, box)
            case OpenAsked():
                return BoxesOpened(asked.id, [self._vault.open(box) for box in asked.boxes])
            case OutboxAsked():
                return OutboxTold(asked.id, self._engine.outbox())
            case FiguresAsked():
                return FiguresTold(asked.id, self._engine.figures())
            case HeadAsked():
                return HeadTold(asked.id, self._head)


async def send(feed: Feed, writer: asyncio.StreamWriter) -> None:
    """Write a feed at the pace of its reader."""
    async for frame in feed.frames():
        if writer.is_closing():
            return  # a desk that was killed; uvloop would take the write for a mistake of ours
        writer.write(frame)
        await writer.drain()


def listening(path: Path) -> socket.socket:
    """Return a listening socket for this user alone, in a folder for this user alone. Raises StoreUnusable."""
    if len(os.fsencode(path)) > PATH_BYTES_MAX:
        raise StoreUnusable(f"{path}: too long for a socket's name ({PATH_BYTES_MAX} bytes); choose a shorter folder")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o077)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()  # left by a crash: the journal's lock says that no other engine lives
        listener.bind(os.fspath(path))
        path.chmod(0o600)
    except OSError as error:
        listener.close()
        raise StoreUnusable(f"{path}: cannot listen here: {error.strerror}") from error
    finally:
        os.umask(mask)
    listener.setblocking(False)
    return listener
