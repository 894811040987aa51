"""Keys as RTP events (RFC 4733): one key per press however the packets arrive, and the packets of a key we press.

A press is told once: at its first end packet, or when the next press or a silence shows that every end packet was
lost. Packets that come late or twice change nothing.
"""

import struct
from typing import Final, NamedTuple

from contactcenter.media.rtp import FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS, timestamp_distance

__all__ = ["END_PACKETS", "KEYS", "LOST_END_MS", "EventPacket", "Key", "KeyReceiver", "press"]

KEYS: Final = "0123456789*#ABCD"
"""Event codes 0 to 15 (RFC 4733 section 3.2); flash and the rest are not keys."""
END_PACKETS: Final = 3
"""The last packet is sent three times (RFC 4733 section 2.5.1.4)."""
LOST_END_MS: Final = 200
"""A press without a packet for so long is over: ten lost in a row, the end packets among them."""
DURATION_MAX: Final = 0xFFFF
"""A longer press goes on in a new segment (RFC 4733 section 2.5.1.3)."""
PRESS_MS_MAX: Final = DURATION_MAX // SAMPLES_PER_MS // FRAME_MS * FRAME_MS
_PAYLOAD: Final = struct.Struct("!BBH")
_END_BIT: Final = 0x80
_VOLUME: Final = 10


class Key(NamedTuple):
    """One press of a key, told once."""

    digit: str
    duration_ms: int


class _Press(NamedTuple):
    digit: str
    timestamp: int
    samples: int
    before: int
    """Samples of earlier segments of the same long press."""

    def told(self) -> Key:
        return Key(self.digit, (self.before + self.samples) // SAMPLES_PER_MS)


class KeyReceiver:
    """The receiving side of one party's stream; begin a new one when its SSRC changes."""

    __slots__ = ("_last_at_ms", "_open", "_told_timestamp")

    def __init__(self) -> None:
        self._open: _Press | None = None
        self._told_timestamp: int | None = None
        self._last_at_ms = 0

    def receive(self, payload: bytes, timestamp: int, now_ms: int) -> tuple[Key, ...]:
        """Take one event packet; gives the presses that it ends, none for late, doubled and broken ones."""
        if len(payload) < _PAYLOAD.size or payload[0] >= len(KEYS) or self._is_old(timestamp):
            return ()
        event, flags, samples = _PAYLOAD.unpack_from(payload)
        self._last_at_ms = now_ms
        current, told = self._turn_to(KEYS[event], timestamp, samples)
        return told + self._tell(current) if flags & _END_BIT else told

    def deadline(self) -> int | None:
        """Say when the open press, if any, must be taken for over."""
        return None if self._open is None else self._last_at_ms + LOST_END_MS

    def expire(self, now_ms: int) -> tuple[Key, ...]:
        """End the open press if its deadline has passed."""
        current = self._open
        if current is None or now_ms < self._last_at_ms + LOST_END_MS:
            return ()
        return self._tell(current)

    def _is_old(self, timestamp: int) -> bool:
        if self._told_timestamp is not None and timestamp_distance(self._told_timestamp, timestamp) <= 0:
            return True
        return self._open is not None and timestamp_distance(self._open.timestamp, timestamp) < 0

    def _turn_to(self, digit: str, timestamp: int, samples: int) -> tuple[_Press, tuple[Key, ...]]:
        """Make the press at `timestamp` the open one; tells another that was open before it."""
        told: tuple[Key, ...] = ()
        current, before = self._open, 0
        if current is not None and current.timestamp == timestamp:
            samples, before = max(samples, current.samples), current.before
        elif current is not None and current.digit == digit and self._is_segment(current, timestamp):
            before = current.before + DURATION_MAX
        elif current is not None:
            told = self._tell(current)
        self._open = _Press(digit, timestamp, samples, before)
        return self._open, told

    @staticmethod
    def _is_segment(current: _Press, timestamp: int) -> bool:
        return timestamp_distance(current.timestamp, timestamp) == DURATION_MAX

    def _tell(self, current: _Press) -> tuple[Key, ...]:
        self._open, self._told_timestamp = None, current.timestamp
        return (current.told(),)


class EventPacket(NamedTuple):
    """One packet of a press that we send; all carry the timestamp of its start (RFC 4733 section 2.5.1.1)."""

    marker: bool
    payload: bytes


def press(digit: str, duration_ms: int) -> list[EventPacket]:
    """Make the packets of one press, to be sent one every 20 ms; raises ValueError for what is no key."""
    event = KEYS.index(digit)
    frames = max(2, min(duration_ms, PRESS_MS_MAX) // FRAME_MS)
    packets = [
        EventPacket(frame == 1, _PAYLOAD.pack(event, _VOLUME, frame * FRAME_SAMPLES)) for frame in range(1, frames)
    ]
    end = EventPacket(False, _PAYLOAD.pack(event, _END_BIT | _VOLUME, frames * FRAME_SAMPLES))
    return packets + [end] * END_PACKETS
