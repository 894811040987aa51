"""The desk's side of the link: implements `runtime.ports.Link` on the engine's Unix socket.

One connection carries all requests and comes back by itself after a loss; each subscription has one of its own. An
event in flight when the engine went away is reported as LinkLost and never sent again: the caller knows what it means.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from contactcenter.adapters.link.frames import (
    PROTOCOL,
    REQUEST_BYTES_MAX,
    AddressAsked,
    Addressed,
    Answer,
    Asked,
    BadFrame,
    BoxesOpened,
    Entries,
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
    framed,
    read_reply,
)
from contactcenter.model.entry import Entry
from contactcenter.model.events import Event
from contactcenter.model.ids import MessageId, PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.model.upcast import UnknownCodec, Unreadable, lift
from contactcenter.runtime.ports import Address, EngineFigures, LinkLost, Receipt

__all__ = ["LinkClient"]

PATIENCE_S = 2.0  # how long a call waits for a connection: a restart of the engine is felt as a pause, not an error
ANSWER_S = 65.0  # a little more than the engine tries a failing disk before it exits
BACKOFF_FIRST_S = 0.02
BACKOFF_LONGEST_S = 1.0
IN_FLIGHT_MAX = 1_024  # the engine reads no more than that from one desk either

Told = TypeVar("Told", bound=Answer)
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class EngineGone(LinkLost):
    """The connection ended over a request that was sent."""


class LinkClient:
    """The way to the engine behind the socket at `path`."""

    def __init__(self, path: Path, release: str, patience_s: float = PATIENCE_S) -> None:
        """Connect nothing yet; a call waits up to `patience_s` seconds for a connection."""
        self._path = path
        self._release = release
        self._patience_s = patience_s
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._free = asyncio.Semaphore(IN_FLIGHT_MAX)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._last = 0
        self._why = "not connected"
        self._keeper: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether the engine can be reached now."""
        return self._ready.is_set()

    async def start(self) -> None:
        """Begin to connect, and keep connected until closed."""
        self._keeper = asyncio.ensure_future(self._keep())

    async def close(self) -> None:
        """Part from the engine; whatever is in flight is lost."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None

    async def __aenter__(self) -> LinkClient:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close."""
        await self.close()

    # --- ports.Link

    async def submit(self, event: Event) -> Receipt:
        """Hand over an event and wait until it is committed or refused. Raises LinkLost."""
        return (await self._ask(lambda number: SubmitAsked(number, event), Submitted)).receipt

    async def subscribe(self, after: int) -> AsyncGenerator[Entry, None]:
        """Yield committed entries with a sequence greater than `after`, then follow live. Raises LinkLost."""
        reader, writer = await self._connection_within_patience()
        try:
            writer.write(framed(FollowAsked(after)))
            while True:
                match await self._reply(reader):
                    case Entries(codec=codec, blob=blob):
                        for entry in unpacked(codec, blob):
                            yield entry
                    case other:
                        raise LinkLost(f"{type(other).__name__} in a feed")
        finally:
            writer.close()

    async def address(self, text: str) -> Address:
        """Ask for an outside address in the form that events carry. Raises LinkLost."""
        return (await self._question(lambda number: AddressAsked(number, text), Addressed)).address

    async def seal(self, person: PersonId, text: str) -> Sealed:
        """Ask for a personal text to be sealed. Raises LinkLost."""
        return (await self._question(lambda number: SealAsked(number, person, text), SealMade)).box

    async def open(self, boxes: Sequence[Sealed]) -> list[str | None]:
        """Ask for boxes to be opened; None for an erased person's. Raises LinkLost."""
        return (await self._question(lambda number: OpenAsked(number, list(boxes)), BoxesOpened)).texts

    async def outbox(self) -> list[MessageId]:
        """Ask for the outgoing texts that wait for a carrier's word. Raises LinkLost."""
        return (await self._question(OutboxAsked, OutboxTold)).messages

    async def figures(self) -> EngineFigures:
        """Ask for the engine's own figures. Raises LinkLost."""
        return (await self._question(FiguresAsked, FiguresTold)).figures

    async def head(self) -> int:
        """Ask for the sequence of the last committed entry. Raises LinkLost."""
        return (await self._question(HeadAsked, HeadTold)).head

    # --- requests

    async def _question(self, request: Callable[[int], Asked], told: type[Told]) -> Told:
        """Ask what may be asked twice: once more when the engine went away over it."""
        try:
            return await self._ask(request, told)
        except EngineGone:
            return await self._ask(request, told)

    async def _ask(self, request: Callable[[int], Asked], told: type[Told]) -> Told:
        async with self._free:
            writer = await self._writer_within_patience()
            self._last += 1
            frame = framed(request(self._last))
            if len(frame) > REQUEST_BYTES_MAX:
                raise LinkLost(f"a request of {len(frame)} bytes, at most {REQUEST_BYTES_MAX} are read")
            answer = await self._answered(self._last, frame, writer)
        if isinstance(answer, told):
            return answer
        raise LinkLost(answer.reason if isinstance(answer, Failed) else f"{type(answer).__name__} for an answer")

    async def _answered(self, number: int, frame: bytes, writer: asyncio.StreamWriter) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            writer.write(frame)
            return await asyncio.wait_for(future, ANSWER_S)
        except TimeoutError as error:
            raise LinkLost(f"no answer within {ANSWER_S:.0f} s") from error
        finally:
            del self._waiting[number]

    async def _writer_within_patience(self) -> asyncio.StreamWriter:
        if self._writer is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ready.wait(), self._patience_s)
        if self._writer is None:
            raise LinkLost(self._why)
        return self._writer

    # --- the connection

    async def _keep(self) -> None:
        """Hold the connection for requests, again and again, ever more patiently while there is none."""
        pause = BACKOFF_FIRST_S
        while True:
            try:
                reader, writer = await self._connection()
                pause = BACKOFF_FIRST_S
                await self._hold(reader, writer)
            except LinkLost as error:
                self._why = str(error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, BACKOFF_LONGEST_S)

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._ready.set()
        try:
            while True:
                reply = await self._reply(reader)
                if isinstance(reply, Answer):
                    future = self._waiting.get(reply.id)
                    if future and not future.done():
                        future.set_result(reply)
        finally:
            self._writer = None
            self._ready.clear()
            writer.close()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(EngineGone("the engine went away before it answered"))

    async def _connection_within_patience(self) -> Streams:
        give_up = asyncio.get_running_loop().time() + self._patience_s
        pause = BACKOFF_FIRST_S
        while True:
            try:
                return await self._connection()
            except LinkLost:
                if asyncio.get_running_loop().time() + pause > give_up:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, BACKOFF_LONGEST_S)

    async def _connection(self) -> Streams:
        """Connect and greet. Raises LinkLost."""
        try:
            reader, writer = await asyncio.open_unix_connection(os.fspath(self._path), limit=REQUEST_BYTES_MAX)
        except OSError as error:
            raise LinkLost(f"{self._path}: no engine listens here ({error.strerror or error})") from error
        greeted = False
        try:
            writer.write(framed(Hello(PROTOCOL, self._release)))
            welcome = await asyncio.wait_for(self._reply(reader), self._patience_s)
            release = welcome.release if isinstance(welcome, Welcome) else "unknown"
            if release != self._release:
                raise LinkLost(f"the engine is of release {release}, this desk of {self._release}: restart both")
            greeted = True
            return reader, writer
        except TimeoutError as error:
            raise LinkLost(f"{self._path}: the engine does not answer") from error
        finally:
            if not greeted:
                writer.close()

    async def _reply(self, reader: asyncio.StreamReader) -> object:
        try:
            reply = await read_reply(reader)
        except BadFrame as error:
            raise LinkLost(str(error)) from error
        if reply is None:
            raise LinkLost("the engine went away")
        if isinstance(reply, TurnedAway):
            raise LinkLost(f"the engine ended the connection: {reply.reason}")
        return reply


def unpacked(codec: int, blob: bytes) -> list[Entry]:
    """Return the entries of a frame. Raises LinkLost for bytes that only another release can have sent."""
    try:
        return lift(blob, codec)
    except (UnknownCodec, Unreadable) as error:
        raise LinkLost(f"entries that cannot be read: {error}") from error
