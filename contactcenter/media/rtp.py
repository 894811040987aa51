"""RTP packets (RFC 3550 section 5): reading and building the header, and one outgoing stream's numbering.

Bad input is answered with `None`, never raised: whatever a stranger sends to an open port ends up here.
"""

import struct
from typing import Final, NamedTuple

__all__ = [
    "FRAME_MS",
    "FRAME_SAMPLES",
    "HEADER_BYTES",
    "PACKET_BYTES_MAX",
    "SAMPLES_PER_MS",
    "OutgoingStream",
    "RtpPacket",
    "build",
    "is_rtcp",
    "parse",
    "sequence_distance",
    "timestamp_distance",
]

SAMPLES_PER_MS: Final = 8
"""Telephone sound has 8,000 samples a second (RFC 3551 section 4.5.14)."""
FRAME_MS: Final = 20
"""The default packet interval of RFC 3551 section 4.2, and the grid of our ticks."""
FRAME_SAMPLES: Final = FRAME_MS * SAMPLES_PER_MS
HEADER_BYTES: Final = 12
PAUSE_SAMPLES_MIN: Final = 3 * FRAME_SAMPLES
"""A sender that is late by less goes on evenly; only a longer gap is a pause to the listener."""
PACKET_BYTES_MAX: Final = 1500
"""More than one Ethernet frame is never telephone sound."""

_HEADER: Final = struct.Struct("!BBHII")
_EXTENSION: Final = struct.Struct("!HH")
_VERSION_2: Final = 0x80
_RTCP_FIRST: Final = 192
_RTCP_LAST: Final = 223


class RtpPacket(NamedTuple):
    """One received packet; `timestamp` counts samples, `ssrc` names the stream."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def is_rtcp(datagram: bytes) -> bool:
    """Tell whether a datagram on a shared port is RTCP by the rule of RFC 5761 section 4."""
    return len(datagram) >= 2 and _RTCP_FIRST <= datagram[1] <= _RTCP_LAST


def parse(datagram: bytes) -> RtpPacket | None:
    """Read one datagram; anything that is not a whole RTP version 2 packet gives None."""
    if not HEADER_BYTES <= len(datagram) <= PACKET_BYTES_MAX:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(datagram)
    if first == _VERSION_2:
        payload = datagram[HEADER_BYTES:]
    else:
        bounds = _payload_bounds(first, datagram)
        if bounds is None:
            return None
        payload = datagram[bounds[0] : bounds[1]]
    return RtpPacket(second >= 0x80, second & 0x7F, sequence, timestamp, ssrc, payload)


def _payload_bounds(first: int, datagram: bytes) -> tuple[int, int] | None:
    """Find the payload of a packet that has contributing sources, an extension or padding."""
    if first & 0xC0 != _VERSION_2:
        return None
    start, end = HEADER_BYTES + 4 * (first & 0x0F), len(datagram)
    if first & 0x10:
        if start + _EXTENSION.size > end:
            return None
        _, words = _EXTENSION.unpack_from(datagram, start)
        start += _EXTENSION.size + 4 * words
    if first & 0x20:
        padding = datagram[-1]
        if padding == 0:
            return None
        end -= padding
    return (start, end) if start <= end else None


def build(marker: bool, payload_type: int, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> bytes:
    """Write one packet without extension, padding or contributing sources."""
    second = payload_type | 0x80 if marker else payload_type
    return _HEADER.pack(_VERSION_2, second, sequence, timestamp, ssrc) + payload


def sequence_distance(older: int, newer: int) -> int:
    """Say how many packets `newer` lies after `older`, negative if before, across the wrap at 2^16."""
    return ((newer - older + 0x8000) & 0xFFFF) - 0x8000


def timestamp_distance(older: int, newer: int) -> int:
    """Say how many samples `newer` lies after `older`, negative if before, across the wrap at 2^32."""
    return ((newer - older + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


class OutgoingStream:
    """The numbering of everything that is sent to one party, so that it hears one unbroken stream.

    Frames of our own (`frame`) and packets passed on from another party (`forward`) may alternate: each change of
    source goes on where the other stopped, with the pause between them in the timestamp and the marker bit set.
    """

    __slots__ = ("_last_at_ms", "_sequence", "_sequence_shift", "_source", "_timestamp", "_timestamp_shift", "ssrc")

    def __init__(self, ssrc: int, sequence: int, timestamp: int) -> None:
        """Begin with random values from the caller (RFC 3550 section 5.1 wants them unpredictable)."""
        self.ssrc = ssrc
        self._sequence = sequence & 0xFFFF
        self._timestamp = timestamp & 0xFFFF_FFFF
        self._last_at_ms: int | None = None
        self._source: int | None = None
        self._sequence_shift = 0
        self._timestamp_shift = 0

    def frame(self, payload_type: int, payload: bytes, now_ms: int) -> bytes:
        """Number one frame of our own; the first one after a pause or another's packets is marked."""
        pause = self._pause_samples(now_ms)
        marker = self._source is not None or self._last_at_ms is None or pause > PAUSE_SAMPLES_MIN
        self._advance(pause if marker else FRAME_SAMPLES)
        self._source, self._last_at_ms = None, now_ms
        return build(marker, payload_type, self._sequence, self._timestamp, self.ssrc, payload)

    def forward(self, packet: RtpPacket, payload_type: int, payload: bytes, now_ms: int) -> bytes:
        """Number a packet of another party's stream; its losses and reordering stay as they are."""
        marker = packet.marker
        if self._source != packet.ssrc:
            self._join(packet, now_ms)
            marker = True
        sequence = (packet.sequence + self._sequence_shift) & 0xFFFF
        timestamp = (packet.timestamp + self._timestamp_shift) & 0xFFFF_FFFF
        if sequence_distance(self._sequence, sequence) > 0:
            self._sequence = sequence
        if timestamp_distance(self._timestamp, timestamp) > 0:
            self._timestamp = timestamp
        self._last_at_ms = now_ms
        return build(marker, payload_type, sequence, timestamp, self.ssrc, payload)

    def leave_out(self) -> None:
        """Close the ranks over a packet that is not passed on, so that it does not look lost."""
        self._sequence_shift -= 1

    def _join(self, packet: RtpPacket, now_ms: int) -> None:
        self._advance(self._pause_samples(now_ms))
        self._source = packet.ssrc
        self._sequence_shift = self._sequence - packet.sequence
        self._timestamp_shift = self._timestamp - packet.timestamp

    def _advance(self, samples: int) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + samples) & 0xFFFF_FFFF

    def _pause_samples(self, now_ms: int) -> int:
        if self._last_at_ms is None:
            return 0
        return max(FRAME_SAMPLES, (now_ms - self._last_at_ms) * SAMPLES_PER_MS)
