"""What a media worker holds and the requests that change it: sessions, bridges, plays; recordings are next door.

It decides nothing: each request is carried out or refused with a reason, and what happens by itself goes up as a
notice. All of it runs on the thread that sends sound, so nothing here may wait.
"""

from __future__ import annotations

import contextlib
import secrets
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Final

from contactcenter.adapters.telephony.worker_bridges import Bridges
from contactcenter.adapters.telephony.worker_disk import DiskThread, Landing
from contactcenter.adapters.telephony.worker_session import Session
from contactcenter.adapters.telephony.worker_sounds import Player, Sound, SoundRefused, SoundShelf, read_sound
from contactcenter.adapters.telephony.worker_tapes import TapeDeck
from contactcenter.adapters.telephony.worker_wire import (
    Answer,
    AskFigures,
    Attach,
    Bridge,
    Close,
    Confer,
    Done,
    Figures,
    FirstRtp,
    KeyPressed,
    Notice,
    Open,
    Opened,
    Outcome,
    Pause,
    Play,
    Played,
    Record,
    RecordStop,
    Refused,
    Remote,
    Request,
    Resume,
    RtpTimeout,
    Stop,
    Unbridge,
)
from contactcenter.media.g711 import Law
from contactcenter.media.rtp import FRAME_MS
from contactcenter.media.telephone_event import Key

BRIDGES_MAX_DEFAULT: Final = 300
"""Bridged calls that one core carries with room to spare (measured: 400 and more before packets were lost)."""
SESSIONS_PER_BRIDGE: Final = 2
PORT_LOW_DEFAULT, PORT_HIGH_DEFAULT = 16_384, 32_766
PORT_TRIES_MAX: Final = 200
EXPEDITED: Final = 46 << 2
FILES_MAX: Final = 64
"""A position, a number and some sentences are ten; more is a mistake."""

Reply = Callable[[Answer], None]


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How one worker is set up; times in ms."""

    bind: str
    prompts: Path
    roots: tuple[Path, ...]
    port_low: int = PORT_LOW_DEFAULT
    port_high: int = PORT_HIGH_DEFAULT
    bridges_max: int = BRIDGES_MAX_DEFAULT
    rtp_timeout_ms: int = 30_000


@dataclass(slots=True)
class Beat:
    """How well the ticks are kept."""

    ticks: int = 0
    late_ticks: int = 0
    late_ms_max: int = 0
    faults: int = 0


class Switchboard:
    """Everything one worker holds."""

    def __init__(self, settings: WorkerSettings, poller: select.epoll, tell: Callable[[Notice], None]) -> None:
        self.disk = DiskThread()
        self.beat = Beat()
        self.by_descriptor: dict[int, Session] = {}
        self.shelf = SoundShelf(settings.prompts, settings.roots)
        self._settings = settings
        self._poller = poller
        self._tell = tell
        self._counts: Counter[str] = Counter()
        self._sessions: dict[str, Session] = {}
        self._playing: dict[str, Session] = {}
        self._pressing: dict[str, Session] = {}
        self._bridges = Bridges(settings.bridges_max, lambda session: self._end_play(session, "stopped"))
        self._now_ms = 0
        self._tapes = TapeDeck(tuple(root.resolve() for root in settings.roots), self.disk, tell)

    # Requests ------------------------------------------------------------------------------------------------------

    def handle(self, request: Request, now_ms: int, reply: Reply) -> None:
        """Carry out one request; `reply` is called once, now or when the disk has answered."""
        self._now_ms = now_ms
        match request:
            case Play():
                self._play(request, reply)
            case RecordStop():
                self._tapes.stop(request.recording, now_ms, reply)
            case Record() | Attach() | Pause() | Resume():
                reply(self._tapes.change(request, self._sessions, now_ms))
            case _:
                reply(self._change(request))

    def _change(self, request: Open | Remote | Stop | Bridge | Confer | Unbridge | Close | AskFigures) -> Answer:
        match request:
            case Open():
                return self._open(request)
            case Bridge() | Confer() | Unbridge():
                return self._bridges.change(request, self._sessions)
            case AskFigures():
                return self.figures()
            case _:
                return self._change_one(request)

    def _change_one(self, request: Remote | Stop | Close) -> Answer:
        session = self._sessions.get(request.session)
        if session is None:
            return Refused("unknown session")
        match request:
            case Remote():
                if not is_sendable(request.ip, self._settings.bind):
                    return Refused("address not allowed")
                session.name_remote(request, self._now_ms)
            case Stop():
                if request.play in ("", session.player.play if session.player else ""):
                    self._end_play(session, "stopped")
            case Close():
                self._close(session)
        return Done()

    def _open(self, request: Open) -> Answer:
        if request.session in self._sessions:
            return Refused("session exists")
        if len(self._sessions) >= self._settings.bridges_max * SESSIONS_PER_BRIDGE:
            return Refused("full")
        low, high = request.port_low or self._settings.port_low, request.port_high or self._settings.port_high
        port = _bind(self._settings.bind, low, high)
        if port is None:
            return Refused("no free port")
        session = Session(request.session, port, Law(request.codec), self, self._counts)
        self._sessions[session.name] = self.by_descriptor[session.descriptor] = session
        self._poller.register(session.descriptor, select.EPOLLIN)
        return Opened(session.port)

    def _close(self, session: Session) -> None:
        self._end_play(session, "stopped")
        self._bridges.part(session)
        self._tapes.forget(session, self._now_ms)
        self._pressing.pop(session.name, None)
        del self._sessions[session.name], self.by_descriptor[session.descriptor]
        self._poller.unregister(session.descriptor)
        session.close()

    # Plays ---------------------------------------------------------------------------------------------------------

    def _play(self, request: Play, reply: Reply) -> None:
        if not 0 < len(request.files) <= FILES_MAX:
            reply(Refused("no files" if not request.files else "too many files"))
            return
        missing = [name for name in dict.fromkeys(request.files) if self.shelf.find(name) is None]
        if missing:
            self.disk.submit(lambda: self._fetch(missing, request, reply))
        else:
            reply(self._start_play(request))

    def _fetch(self, names: list[str], request: Play, reply: Reply) -> Landing:
        """Read, on the disk thread, what is not in memory, and go on with the play when it is."""
        fetched: dict[str, Sound] = {}
        for name in names:
            try:
                fetched[name] = read_sound(self.shelf.locate(name))
            except SoundRefused as refusal:
                refused = Refused(f"{name}: {refusal}")
                return lambda: reply(refused)
        return lambda: self._land(fetched, request, reply)

    def _land(self, fetched: dict[str, Sound], request: Play, reply: Reply) -> None:
        for name, sound in fetched.items():
            self.shelf.add(name, sound)
        reply(self._start_play(request))

    def _start_play(self, request: Play) -> Answer:
        session = self._sessions.get(request.session)
        if session is None:
            return Refused("unknown session")
        sounds = [sound for name in request.files if (sound := self.shelf.find(name)) is not None]
        if len(sounds) < len(request.files):
            return Refused("too many new files at once")
        self._end_play(session, "stopped")
        gap_frames = max(0, request.gap_ms) // FRAME_MS
        session.player = Player(request.play, sounds, loop=request.loop, gap_frames=gap_frames)
        self._playing[session.name] = session
        return Done()

    def _end_play(self, session: Session, outcome: Outcome) -> None:
        player, session.player = session.player, None
        self._playing.pop(session.name, None)
        if player is not None:
            self._tell(Played(session.name, player.play, outcome))

    # Time ----------------------------------------------------------------------------------------------------------

    def tick(self, number: int, now_ms: int) -> None:
        """Send the frames of one tick, and let what is due happen."""
        self._now_ms = now_ms
        for session in list(self._playing.values()):
            player = session.player
            frame = player.next_frame(session.law, number) if player is not None else None
            if frame is None:
                self._end_play(session, "completed")
            elif frame:
                session.play(frame, now_ms)
        self._bridges.tick(now_ms)
        for session in list(self._pressing.values()):
            if session.expire_press(now_ms):
                self._pressing.pop(session.name, None)
        self._tapes.flush_due(number, now_ms)
        if number % (1_000 // FRAME_MS) == 0:
            self._every_second(now_ms)

    def _every_second(self, now_ms: int) -> None:
        before_ms = now_ms - self._settings.rtp_timeout_ms
        for session in self._sessions.values():
            session.refill()
            if not session.timeout_told and session.is_silent_since(before_ms):
                session.timeout_told = True
                self._tell(RtpTimeout(session.name, now_ms - session.heard_at_ms))

    def end_all(self, now_ms: int) -> None:
        """Fall silent at once and complete every recording; nobody listens to the notices any more."""
        self._now_ms = now_ms
        for session in list(self._sessions.values()):
            self._close(session)
        self._tapes.end_all(now_ms)

    # What sessions tell ----------------------------------------------------------------------------------------------

    def first_packet(self, session: Session) -> None:
        """Pass on that the other end was heard."""
        self._tell(FirstRtp(session.name))

    def press_open(self, session: Session) -> None:
        """Watch a press until it ends."""
        self._pressing[session.name] = session

    def key_pressed(self, session: Session, key: Key) -> None:
        """Pass on a key."""
        self._tell(KeyPressed(session.name, key.digit, key.duration_ms))

    def figures(self) -> Figures:
        """Give the counters."""
        beat = self.beat
        return Figures(
            sessions=len(self._sessions),
            bridges=len(self._bridges),
            recordings=len(self._tapes),
            plays=len(self._playing),
            cpu_ms=time.process_time_ns() // 1_000_000,
            ticks=beat.ticks,
            late_ticks=beat.late_ticks,
            late_ms_max=beat.late_ms_max,
            faults=beat.faults,
            packets=dict(self._counts),
        )


def _bind(address: str, low: int, high: int) -> socket.socket | None:
    """Bind a UDP socket to a free even port, by lot: a port that cannot be foreseen cannot be sprayed in advance."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for candidate in _even_ports(low, high):
        port = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            port.bind((address, candidate))
        except OSError:
            port.close()
        else:
            _mark_urgent(port, family)
            return port
    return None


def _mark_urgent(port: socket.socket, family: socket.AddressFamily) -> None:
    """Ask the network for expedited forwarding (RFC 4594 section 4.1); it may take no notice."""
    with contextlib.suppress(OSError):
        if family == socket.AF_INET6:
            port.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, EXPEDITED)
        else:
            port.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, EXPEDITED)


def _even_ports(low: int, high: int) -> Iterator[int]:
    """Give even ports of a range from a random place on, each once, up to the limit of tries."""
    first, last = (low + 1) // 2, high // 2
    count = last - first + 1
    if count < 1:
        return
    start = secrets.randbelow(count)
    for step in range(min(count, PORT_TRIES_MAX)):
        yield 2 * (first + (start + step) % count)


def is_sendable(ip: str, bind: str) -> bool:
    """Refuse names and addresses that no telephone outside has: broadcast, multicast, link-local (where clouds keep
    their secrets), and this machine itself unless the worker serves it.
    """
    try:
        address, ours = ip_address(ip), ip_address(bind)
    except ValueError:
        return False
    if address.version != ours.version:
        return False
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ours.is_loopback or ours.is_unspecified
    return not (address.is_unspecified or address.is_multicast or address.is_reserved or address.is_link_local)
