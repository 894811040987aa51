"""Who hears whom in a media worker: bridges of two, whose packets are passed on, and rooms of more, which are mixed.

A room of which two are left becomes a bridge at once, so that they go on without a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from contactcenter.adapters.telephony.worker_session import Session
from contactcenter.adapters.telephony.worker_wire import Answer, Bridge, Confer, Done, Refused, Unbridge
from contactcenter.media.g711 import Law, decode, encode, silence, translate
from contactcenter.media.jitter import AlignmentRing
from contactcenter.media.mix import conference, mix
from contactcenter.media.rtp import FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS, RtpPacket

ROOM_MAX: Final = 8
"""A customer, two agents and some who listen in; a longer list is a mistake."""
DELAY_MS: Final = 40
"""How late a packet may come and still be mixed: two frames ride out the usual jitter."""
RING_SLOTS: Final = 16
FRAMES_AT_ONCE_MAX: Final = 3
"""After a stall no more is caught up on than ticks are; what is older is left out."""


class Room:
    """Sessions that hear each other mixed; each has a ring in which its packets find their places."""

    def __init__(self, sessions: list[Session]) -> None:
        self._rings = {session: AlignmentRing(silence(Law.ULAW), RING_SLOTS) for session in sessions}
        self._origin_ms: int | None = None

    @property
    def members(self) -> list[Session]:
        """Who is in it, in the order of coming."""
        return list(self._rings)

    def leave(self, session: Session) -> None:
        """Let one go."""
        del self._rings[session]

    def hear(self, session: Session, packet: RtpPacket, now_ms: int) -> None:
        """Keep the sound of one packet for its place."""
        if self._origin_ms is not None:
            codewords = translate(packet.payload, session.law, Law.ULAW)
            arrival = (now_ms - self._origin_ms) * SAMPLES_PER_MS
            self._rings[session].place(packet.ssrc, packet.timestamp, codewords, arrival)

    def tick(self, now_ms: int) -> None:
        """Send everybody what the others said; the first tick sets the grid, so that each falls into mid-frame."""
        if self._origin_ms is None:
            self._origin_ms = now_ms - FRAME_MS // 2
        until = (now_ms - self._origin_ms - DELAY_MS) * SAMPLES_PER_MS
        said = np.stack([decode(ring.hand_out(until)[0], Law.ULAW) for ring in self._rings.values()])
        frames = np.split(said, said.shape[1] // FRAME_SAMPLES, axis=1) if said.size else []
        gains = conference(len(self._rings))
        for frame in frames[-FRAMES_AT_ONCE_MAX:]:
            for session, heard in zip(self._rings, mix(frame, gains), strict=True):
                if session.player is None:
                    session.play(encode(heard, session.law), now_ms)


class Bridges:
    """All bridges and rooms of one worker; `hush` ends what plays to a session."""

    def __init__(self, bridges_max: int, hush: Callable[[Session], None]) -> None:
        self._bridges_max = bridges_max
        self._hush = hush
        self._rooms: dict[Room, None] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def change(self, request: Bridge | Unbridge | Confer, sessions: Mapping[str, Session]) -> Answer:
        """Bring sessions together, or part them."""
        match request:
            case Bridge():
                return self._bridge(sessions.get(request.first), sessions.get(request.second))
            case Unbridge():
                self._unbridge(sessions.get(request.first), sessions.get(request.second))
                return Done()
            case Confer():
                return self._confer(request, sessions)

    def tick(self, now_ms: int) -> None:
        """Send the frames of all rooms."""
        for room in list(self._rooms):
            room.tick(now_ms)

    def part(self, session: Session) -> None:
        """Take a session away from whomever it hears; two who are left in its room hear each other on."""
        room, session.room = session.room, None
        if session.peer is not None:
            self._count -= 1
            session.part()
        if room is not None:
            room.leave(session)
            if len(room.members) == 2:
                del self._rooms[room]
                _pair(*room.members)

    def _bridge(self, first: Session | None, second: Session | None) -> Answer:
        if first is None or second is None or first is second:
            return Refused("unknown session")
        if first.peer is second:
            return Done()
        if any(session.peer is not None or session.room is not None for session in (first, second)):
            return Refused("already bridged")
        if self._count >= self._bridges_max:
            return Refused("full")
        self._join([first, second])
        return Done()

    def _unbridge(self, first: Session | None, second: Session | None) -> None:
        if first is None or second is None:
            return
        if first.peer is second or (first.room is not None and first.room is second.room):
            self.part(first)

    def _confer(self, request: Confer, sessions: Mapping[str, Session]) -> Answer:
        """Bring together who talks with some of them already, so that there is room for it."""
        members = [sessions[name] for name in dict.fromkeys(request.sessions) if name in sessions]
        if not 0 < len(members) == len(request.sessions) <= ROOM_MAX:
            return Refused("unknown session")
        for session in members:
            self.part(session)
        self._join(members)
        return Done()

    def _join(self, members: list[Session]) -> None:
        for session in members:
            self._hush(session)
        if len(members) > 1:
            self._count += 1
        if len(members) == 2:
            _pair(*members)
        elif len(members) > 2:
            room = Room(members)
            self._rooms[room] = None
            for session in members:
                session.room = room


def _pair(first: Session, second: Session) -> None:
    first.room = second.room = None
    first.peer, second.peer = second, first
