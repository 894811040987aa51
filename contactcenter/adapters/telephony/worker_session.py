"""One session of a media worker: one UDP port, one party. What comes in goes to the peer or the room, the
recordings and the key receiver; what goes out comes from those or a player.

It decides nothing, and believes nothing that does not come from the locked address.
"""

from __future__ import annotations

import secrets
import socket
from collections import Counter
from typing import TYPE_CHECKING, Final, Protocol

from contactcenter.media.g711 import Law, translate
from contactcenter.media.latch import Address, Latch, Learning
from contactcenter.media.rtp import OutgoingStream, RtpPacket, is_rtcp, parse
from contactcenter.media.telephone_event import Key, KeyReceiver

if TYPE_CHECKING:
    from contactcenter.adapters.telephony.worker_bridges import Room
    from contactcenter.adapters.telephony.worker_recording import Tap
    from contactcenter.adapters.telephony.worker_sounds import Player
    from contactcenter.adapters.telephony.worker_wire import Remote

PACKETS_PER_SECOND_MAX: Final = 300
"""Sound in 5 ms packets, and keys between them; more is a flood, and dropping it costs less than passing it on."""
RECEIVE_BYTES: Final = 2048
_LEARNING: Final = {"off": Learning.OFF, "same_host": Learning.SAME_HOST, "any_host": Learning.ANY_HOST}


class Listener(Protocol):
    """Who hears what happens in a session."""

    def first_packet(self, session: Session) -> None:
        """The other end was heard for the first time."""

    def press_open(self, session: Session) -> None:
        """A press has begun whose end may get lost."""

    def key_pressed(self, session: Session, key: Key) -> None:
        """A key was pressed."""


class Session:
    """One port and its party. Times are milliseconds of the worker's clock."""

    __slots__ = (
        "_budget",
        "_counts",
        "_key_ssrc",
        "_keys",
        "_latch",
        "_listener",
        "_receives",
        "_sends",
        "_ssrc",
        "descriptor",
        "heard",
        "heard_at_ms",
        "key_type",
        "law",
        "name",
        "out",
        "peer",
        "player",
        "port",
        "room",
        "socket",
        "taps",
        "target",
        "timeout_told",
    )

    def __init__(self, name: str, port: socket.socket, law: Law, listener: Listener, counts: Counter[str]) -> None:
        self.name = name
        self.socket = port
        self.descriptor = port.fileno()
        self.port: int = port.getsockname()[1]
        self.law = law
        self.key_type: int | None = None
        self.peer: Session | None = None
        self.room: Room | None = None
        self.player: Player | None = None
        self.taps: tuple[Tap, ...] = ()
        self.target: Address | None = None
        self.heard = False
        self.heard_at_ms = 0
        self.timeout_told = False
        self.out = OutgoingStream(secrets.randbits(32), secrets.randbits(15), secrets.randbits(31))
        self._listener = listener
        self._counts = counts
        self._latch: Latch | None = None
        self._keys = KeyReceiver()
        self._key_ssrc: int | None = None
        self._ssrc: int | None = None
        self._sends = self._receives = False
        self._budget = PACKETS_PER_SECOND_MAX

    def name_remote(self, remote: Remote, now_ms: int) -> None:
        """Take what signalling says of the other end; the same address again does not open the lock."""
        self.law = Law(remote.codec)
        self.key_type = remote.key_type
        self._sends = remote.direction in ("sendrecv", "sendonly")
        self._receives = remote.direction in ("sendrecv", "recvonly")
        self.heard_at_ms, self.timeout_told = now_ms, False
        named = (remote.ip, remote.port)
        if self._latch is None or self._latch.named != named:
            self._latch = Latch(named, _LEARNING[remote.learn])
            self.target = named
            self._ssrc = None

    def is_silent_since(self, before_ms: int) -> bool:
        """Tell whether sound is expected and none came since a moment."""
        return self._receives and self.heard_at_ms <= before_ms

    def refill(self) -> None:
        """Allow the packets of another second."""
        self._budget = PACKETS_PER_SECOND_MAX

    def receive(self, now_ms: int) -> None:
        """Take one datagram from the port and pass on what is in it."""
        try:
            datagram, source = self.socket.recvfrom(RECEIVE_BYTES)
        except OSError:
            self._counts["receive_error"] += 1
            return
        packet = parse(datagram)
        if packet is None or is_rtcp(datagram):
            self._counts["rtcp" if packet is not None else "dropped_malformed"] += 1
        elif self._latch is None or not self._latch.admits(source[:2], packet):
            self._counts["dropped_source"] += 1
        elif self._budget <= 0:
            self._counts["dropped_flood"] += 1
        else:
            self._accept(packet, now_ms)

    def _accept(self, packet: RtpPacket, now_ms: int) -> None:
        self._budget -= 1
        self._counts["received"] += 1
        self.heard_at_ms, self.timeout_told = now_ms, False
        if packet.ssrc != self._ssrc:
            self._begin_stream(packet.ssrc)
        if not self._receives:
            self._counts["dropped_direction"] += 1
        elif packet.payload_type == self.law.value and packet.payload:
            self._pass_sound(packet, now_ms)
        elif packet.payload_type == self.key_type:
            self._pass_key(packet, now_ms)
        else:
            self._counts["dropped_type"] += 1

    def _begin_stream(self, ssrc: int) -> None:
        """Follow a stream that is new, from the address that the lock fell on."""
        self._ssrc = ssrc
        if self._latch is not None:
            self.target = self._latch.target
        if not self.heard:
            self.heard = True
            self._listener.first_packet(self)

    def _pass_sound(self, packet: RtpPacket, now_ms: int) -> None:
        peer = self.peer
        if peer is not None and peer.player is None:
            payload = packet.payload if peer.law is self.law else translate(packet.payload, self.law, peer.law)
            peer.send(peer.out.forward(packet, peer.law.value, payload, now_ms))
        if self.room is not None:
            self.room.hear(self, packet, now_ms)
        for tap in self.taps:
            tap.hear(packet, self.law, now_ms)

    def _pass_key(self, packet: RtpPacket, now_ms: int) -> None:
        peer = self.peer
        if peer is not None and peer.player is None:
            if peer.key_type is None:
                peer.out.leave_out()
            else:
                peer.send(peer.out.forward(packet, peer.key_type, packet.payload, now_ms))
        if packet.ssrc != self._key_ssrc:
            self._keys, self._key_ssrc = KeyReceiver(), packet.ssrc
        for key in self._keys.receive(packet.payload, packet.timestamp, now_ms):
            self._listener.key_pressed(self, key)
        if self._keys.deadline() is not None:
            self._listener.press_open(self)

    def expire_press(self, now_ms: int) -> bool:
        """End a press whose end was lost; tells whether none is open any more."""
        for key in self._keys.expire(now_ms):
            self._listener.key_pressed(self, key)
        return self._keys.deadline() is None

    def play(self, frame: bytes, now_ms: int) -> None:
        """Send one frame of a player."""
        self.send(self.out.frame(self.law.value, frame, now_ms))

    def send(self, packet: bytes) -> None:
        """Send one packet, if there is an address and signalling allows it; the network may lose it."""
        if self.target is None or not self._sends:
            return
        try:
            self.socket.sendto(packet, self.target)
        except OSError:
            self._counts["send_error"] += 1
        else:
            self._counts["sent"] += 1

    def close(self) -> None:
        """Give the port back and forget everyone else."""
        self.socket.close()
        self.part()
        self.player = None
        self.taps = ()

    def part(self) -> None:
        """End the bridge, on both sides."""
        peer, self.peer = self.peer, None
        if peer is not None and peer.peer is self:
            peer.peer = None
