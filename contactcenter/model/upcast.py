"""How entries become bytes and how bytes of any release become today's entries.

The one place that knows older shapes: each lift takes the plain values of one codec to the next. A lift must never be
changed once released, and never decide anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from contactcenter.model.entry import Entry

__all__ = ["CODEC", "LIFTS", "Lift", "UnknownCodec", "Unreadable", "lift", "pack"]

CODEC = 1  # raised by one with every change of events, facts or entries that old bytes do not fit

Lift = Callable[[object], object]

LIFTS: Mapping[int, Lift] = {}  # codec -> what takes a batch of that codec, as plain values, to the next codec

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Entry])


class UnknownCodec(Exception):
    """The bytes were written by a newer release, or by one too old for the lifts that are left."""


class Unreadable(Exception):
    """The bytes are not a batch of the codec they claim."""


def pack(entries: Sequence[Entry]) -> bytes:
    """Return a batch as bytes of today's codec."""
    return _ENCODER.encode(list(entries))


def lift(blob: bytes, codec: int = CODEC, lifts: Mapping[int, Lift] = LIFTS, today: int = CODEC) -> list[Entry]:
    """Return the entries of a batch that was written with `codec`. Raises UnknownCodec and Unreadable."""
    missing = [step for step in range(codec, today) if step not in lifts]
    if codec > today or missing:
        raise UnknownCodec(f"codec {codec} cannot be read: this release writes {today} and lifts {sorted(lifts)}")
    try:
        if codec == today:
            return _DECODER.decode(blob)
        plain: object = msgspec.msgpack.decode(blob)
        for step in range(codec, today):
            plain = lifts[step](plain)
        return msgspec.convert(plain, list[Entry])
    except msgspec.MsgspecError as error:
        raise Unreadable(str(error)) from error
