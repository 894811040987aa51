"""Whose packets a port listens to: the address that signalling named, or the one address learnt in its place.

This is the wall against RTP bleed and injection (CVE-2017-14099, CVE-2025-53399): strangers are heard never, and a
learnt address is locked after five packets and stays so until signalling names another.
"""

from enum import Enum, auto
from typing import Final

from contactcenter.media.rtp import RtpPacket, sequence_distance

__all__ = ["LEARN_PACKETS", "Address", "Latch", "Learning"]

LEARN_PACKETS: Final = 5
"""The learning window: so many packets in a row from one stranger, then the lock falls."""
STEP_MAX: Final = 3
"""A genuine stream loses a packet or two; random numbers do not look like it."""

Address = tuple[str, int]
"""IP address and port."""


class Learning(Enum):
    """Which addresses beside the named one may be learnt."""

    OFF = auto()
    SAME_HOST = auto()
    """Another port of the named host: a phone behind a port-changing router."""
    ANY_HOST = auto()
    """Any address: a phone that names a private address in its SDP."""


class Latch:
    """The lock of one port."""

    __slots__ = ("_candidate", "_last", "_learning", "_seen", "locked", "named")

    def __init__(self, named: Address, learning: Learning) -> None:
        self.named = named
        self.locked: Address | None = None
        self._learning = learning
        self._candidate: Address | None = None
        self._last: RtpPacket | None = None
        self._seen = 0

    @property
    def target(self) -> Address:
        """Where to send: the locked address (symmetric RTP, RFC 4961), the named one before."""
        return self.locked or self.named

    def admits(self, source: Address, packet: RtpPacket) -> bool:
        """Say whether a packet may be heard; the packets of the learning window itself are not."""
        if self.locked is not None:
            return source == self.locked
        if source == self.named:
            self.locked = source
            return True
        return self._learn(source, packet)

    def _learn(self, source: Address, packet: RtpPacket) -> bool:
        if self._learning is Learning.OFF:
            return False
        if self._learning is Learning.SAME_HOST and source[0] != self.named[0]:
            return False
        self._seen = self._seen + 1 if self._follows(source, packet) else 1
        self._candidate, self._last = source, packet
        if self._seen < LEARN_PACKETS:
            return False
        self.locked = source
        return True

    def _follows(self, source: Address, packet: RtpPacket) -> bool:
        last = self._last
        if last is None or source != self._candidate or packet.ssrc != last.ssrc:
            return False
        return 1 <= sequence_distance(last.sequence, packet.sequence) <= STEP_MAX
