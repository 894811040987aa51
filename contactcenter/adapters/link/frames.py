"""What desk and engine say to each other: length-prefixed msgpack frames, begun by a versioned greeting.

Each frame is four bytes of length, then one tagged message. Sizes are limited on both sides before anything is read;
a frame that is none ends the connection and is never an exception of the reader's caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from contactcenter.model.entry import Entry
from contactcenter.model.events import Event
from contactcenter.model.ids import MessageId, PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.model.upcast import CODEC, pack
from contactcenter.runtime.ports import Address, EngineFigures, Receipt

__all__ = [
    "PROTOCOL",
    "REPLY_BYTES_MAX",
    "REQUEST_BYTES_MAX",
    "AddressAsked",
    "Addressed",
    "Answer",
    "Asked",
    "BadFrame",
    "BoxesOpened",
    "Entries",
    "Failed",
    "FiguresAsked",
    "FiguresTold",
    "FollowAsked",
    "HeadAsked",
    "HeadTold",
    "Hello",
    "OpenAsked",
    "OutboxAsked",
    "OutboxTold",
    "Reply",
    "Request",
    "SealAsked",
    "SealMade",
    "SubmitAsked",
    "Submitted",
    "TurnedAway",
    "Welcome",
    "entry_frames",
    "framed",
    "read_frame",
    "read_reply",
    "read_request",
]

PROTOCOL = 1  # raised with every change of the messages below
REQUEST_BYTES_MAX = 1 << 20  # an event is some hundred bytes, a published configuration some hundred thousand
REPLY_BYTES_MAX = 16 << 20  # an entry holds a configuration twice; this is the largest one tenfold
ENTRIES_BYTES_AIM = 256 << 10  # entries are cut into frames of about this size
LENGTH_BYTES = 4


class BadFrame(Exception):
    """The other side sent something that is no message of this protocol; the connection must end."""


class _Message(msgspec.Struct, frozen=True, tag=True, array_like=True):
    pass


class _Numbered(_Message, frozen=True):
    id: int


class Hello(_Message, frozen=True):
    """The desk's first word."""

    protocol: int
    release: str


class SubmitAsked(_Numbered, frozen=True):
    """An event to hand over."""

    event: Event


class FollowAsked(_Message, frozen=True):
    """Make this connection a feed of the entries after a sequence; nothing else is asked on it from then on."""

    after: int


class AddressAsked(_Numbered, frozen=True):
    """An outside address to turn into the form that events carry."""

    text: str


class SealAsked(_Numbered, frozen=True):
    """A personal text to seal."""

    person: PersonId
    text: str


class OpenAsked(_Numbered, frozen=True):
    """Boxes to open."""

    boxes: list[Sealed]


class OutboxAsked(_Numbered, frozen=True):
    """Which outgoing texts wait?"""


class FiguresAsked(_Numbered, frozen=True):
    """What are the engine's figures?"""


class HeadAsked(_Numbered, frozen=True):
    """Which is the last committed entry?"""


class Welcome(_Message, frozen=True):
    """The engine's answer to a greeting that it understands."""

    protocol: int
    release: str
    head: int


class TurnedAway(_Message, frozen=True):
    """The engine's last word on a connection, and why."""

    reason: str


class Submitted(_Numbered, frozen=True):
    """What became of an event."""

    receipt: Receipt


class Addressed(_Numbered, frozen=True):
    """An address in the form that events carry."""

    address: Address


class SealMade(_Numbered, frozen=True):
    """A sealed text."""

    box: Sealed


class BoxesOpened(_Numbered, frozen=True):
    """The texts of the boxes, None for an erased person's."""

    texts: list[str | None]


class OutboxTold(_Numbered, frozen=True):
    """The outgoing texts that wait for a carrier's word."""

    messages: list[MessageId]


class FiguresTold(_Numbered, frozen=True):
    """The engine's figures."""

    figures: EngineFigures


class HeadTold(_Numbered, frozen=True):
    """The sequence of the last committed entry."""

    head: int


class Failed(_Numbered, frozen=True):
    """The engine could not answer, and why."""

    reason: str


class Entries(_Message, frozen=True):
    """Committed entries that follow each other, packed."""

    codec: int
    blob: bytes


Asked = SubmitAsked | AddressAsked | SealAsked | OpenAsked | OutboxAsked | FiguresAsked | HeadAsked
Request = Hello | FollowAsked | Asked
Answer = Submitted | Addressed | SealMade | BoxesOpened | OutboxTold | FiguresTold | HeadTold | Failed
Reply = Welcome | TurnedAway | Entries | Answer

_ENCODER = msgspec.msgpack.Encoder()
_REQUESTS = msgspec.msgpack.Decoder(Request)
_REPLIES = msgspec.msgpack.Decoder(Reply)


def framed(message: Request | Reply) -> bytes:
    """Return a message with its length in front."""
    body = _ENCODER.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def entry_frames(entries: Sequence[Entry]) -> list[tuple[int, int, bytes]]:
    """Return entries as frames of a bearable size, each with its first and last sequence."""
    blob = pack(entries)
    if len(blob) > ENTRIES_BYTES_AIM and len(entries) > 1:
        middle = len(entries) // 2
        return entry_frames(entries[:middle]) + entry_frames(entries[middle:])
    return [(entries[0].position.sequence, entries[-1].position.sequence, framed(Entries(CODEC, blob)))]


async def read_frame(reader: asyncio.StreamReader, limit: int) -> bytes | None:
    """Return the next frame's body, None at the end of the stream. Raises BadFrame before reading too long a one."""
    try:
        length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
        if length > limit:
            raise BadFrame(f"a frame of {length} bytes, at most {limit} are read")
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return what the desk asks next, None when it is gone. Raises BadFrame."""
    body = await read_frame(reader, REQUEST_BYTES_MAX)
    try:
        return None if body is None else _REQUESTS.decode(body)
    except msgspec.MsgspecError as error:
        raise BadFrame(f"not a request: {error}") from error


async def read_reply(reader: asyncio.StreamReader) -> Reply | None:
    """Return what the engine says next, None when it is gone. Raises BadFrame."""
    body = await read_frame(reader, REPLY_BYTES_MAX)
    try:
        return None if body is None else _REPLIES.decode(body)
    except msgspec.MsgspecError as error:
        raise BadFrame(f"not a reply: {error}") from error
