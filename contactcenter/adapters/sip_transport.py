"""The asyncio shell around a SIP endpoint: one UDP socket, one timer, and the endpoint's outputs carried away.

It gives the endpoint time and datagrams and takes datagrams and events from it; it decides nothing, but it knows how
long datagrams wait for us. Nothing that arrives can end it, and the kernel's complaints about a single datagram are
counted, not raised.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
import sys
import time
from collections.abc import Callable

from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import Event
from contactcenter.sip.grammar import Address

__all__ = ["Lateness", "SipTransport", "bind_socket", "reachable_host"]

# A burst of a thousand INVITEs waits in the kernel while the loop does something else.
RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024
DATAGRAM_BYTES_MAX = 65_535
# Datagrams taken in one turn of the loop, so that timers and the journal get theirs.
TAKEN_AT_ONCE = 16
# Half of T1 (RFC 3261 §17.1.1.1) on the way in leaves the other half for the answer; beyond it everybody repeats.
LATE_MS = 200
# Shorter than this is a hiccup, and no reason to turn anybody away.
LATE_FOR_MS = 200
# linux/socket.h: the kernel's time of arrival comes with each datagram; Python has no name for it before 3.14.
SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("@ll")
# TEST-NET-1: nothing is sent there, the kernel only tells which of our addresses it would use.
_ELSEWHERE = ("192.0.2.1", 9)


class Lateness:
    """How long datagrams wait between their arrival and us, and whether that has lasted."""

    def __init__(self) -> None:
        self.last_ms = 0
        self._late_since: int | None = None

    def note(self, waited_ms: int, now: int) -> None:
        """Take in how long a datagram waited; `now` rises (ms)."""
        self.last_ms = max(0, waited_ms)
        if self.last_ms < LATE_MS:
            self._late_since = None
        elif self._late_since is None:
            self._late_since = now

    def lasts(self, now: int) -> bool:
        """Whether all datagrams have been late for a while: new work would make the old work fail."""
        return self._late_since is not None and now - self._late_since >= LATE_FOR_MS


class SipTransport:
    """Drives one endpoint from one UDP socket."""

    def __init__(self, endpoint: Endpoint, on_event: Callable[[Event], None]) -> None:
        """`on_event` runs in the loop and may use the endpoint's verbs; what they cause is sent before it returns."""
        self.endpoint = endpoint
        self.send_faults = 0
        self.lateness = Lateness()
        self._on_event = on_event
        self._socket: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._armed_at: int | None = None
        self._draining = False

    async def start(self, bound: socket.socket) -> None:
        """Begin to receive from a bound socket, which is ours from now on."""
        self._loop = asyncio.get_running_loop()
        self._socket = bound
        self._loop.add_reader(bound.fileno(), self._receive)
        self.drain()

    async def stop(self) -> None:
        """Send what is still to be sent and close the socket."""
        if self._socket is None:
            return
        self.drain()
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._socket = None

    def now(self) -> int:
        """Return monotonic milliseconds, the endpoint's time."""
        return int(self._loop.time() * 1_000)

    def drain(self) -> None:
        """Carry away everything the endpoint wants; call after each use of its verbs."""
        if self._draining:
            return
        self._draining = True
        try:
            self._carry()
        finally:
            self._draining = False
        self._arm()

    def _carry(self) -> None:
        while True:
            datagrams, events = self.endpoint.take_datagrams(), self.endpoint.take_events()
            if not datagrams and not events:
                return
            for datagram, target in datagrams:
                self._send(datagram, target)
            for event in events:
                self._on_event(event)

    def _send(self, datagram: bytes, target: Address) -> None:
        """Send a datagram; one that cannot go now is lost, as any may be on the way, and will be repeated."""
        if self._socket is not None:
            try:
                self._socket.sendto(datagram, (target.host, target.port))
            except OSError:
                self.send_faults += 1

    def _arm(self) -> None:
        deadline = self.endpoint.deadline()
        if deadline == self._armed_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._armed_at = None, deadline
        if deadline is not None and self._socket is not None:
            self._timer = self._loop.call_at(deadline / 1_000, self._expire, deadline)

    def _expire(self, deadline: int) -> None:
        self._timer = self._armed_at = None
        # A timer that fires a fraction early must not hand in a time before its own deadline.
        self.endpoint.expire(max(deadline, self.now()))
        self.drain()

    def _receive(self) -> None:
        """Hand datagrams that wait to the endpoint."""
        for _ in range(TAKEN_AT_ONCE):
            if self._socket is None:
                return
            try:
                taken = self._socket.recvmsg(DATAGRAM_BYTES_MAX, socket.CMSG_SPACE(_TIMESPEC.size))
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # what became of an earlier datagram of ours
                self.send_faults += 1
                continue
            datagram, notes, _flags, source = taken
            now = self.now()
            self.lateness.note(waited_ms(notes, time.time_ns()), now)
            self.endpoint.receive(datagram, Address(str(source[0]), int(source[1])), now)
            self.drain()


def waited_ms(notes: list[tuple[int, int, bytes]], wall_ns: int) -> int:
    """Return how long ago (ms) a datagram arrived by the kernel's note; 0 where the system gives none."""
    for level, kind, note in notes:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(note) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(note)
            return int(wall_ns - seconds * 1_000_000_000 - nanoseconds) // 1_000_000
    return 0


def bind_socket(host: str, port: int) -> socket.socket:
    """Return a UDP socket bound to an address; raises OSError if it is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        if sys.platform == "linux":
            bound.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def reachable_host(bound: str, advertised: str = "") -> str:
    """Return the host that others reach us by: as configured, as bound, or the address of the default route."""
    if advertised:
        return advertised
    if not ipaddress.ip_address(bound).is_unspecified:
        return bound
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
