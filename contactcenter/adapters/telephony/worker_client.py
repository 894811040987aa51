"""The engine's way to its media workers: starts and supervises them, puts the legs of one contact on the same one,
and says what was lost when one dies. It keeps no sound and decides nothing about calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contactcenter.adapters.telephony.worker_control import BRIDGES_MAX_DEFAULT, PORT_HIGH_DEFAULT, PORT_LOW_DEFAULT
from contactcenter.adapters.telephony.worker_link import ANSWER_SECONDS, MediaLost, WorkerLink
from contactcenter.adapters.telephony.worker_repair import repair_recording
from contactcenter.adapters.telephony.worker_wire import (
    Answer,
    AskFigures,
    Attach,
    Bridge,
    Channel,
    Close,
    Codec,
    Confer,
    Direction,
    Figures,
    FileForm,
    Learn,
    Notice,
    Open,
    Opened,
    Pause,
    Play,
    Record,
    Recorded,
    RecordFailed,
    RecordStop,
    Refused,
    Remote,
    Request,
    Resume,
    Stop,
    Unbridge,
)

__all__ = ["LocalAddress", "MediaLost", "MediaPool", "MediaRefused", "PoolSettings"]

HEARTBEAT_SECONDS: Final = 5.0
RESTART_SECONDS_FIRST, RESTART_SECONDS_MAX = 0.2, 5.0
"""A worker that dies at once must not be started in a frenzy."""


class MediaRefused(Exception):
    """A worker, or the pool, did not carry out a request; the text is the reason."""


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """Where a session receives: the bind address as configured, which SDP may have to replace, and the port."""

    ip: str
    port: int


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many workers there are and how each is set up."""

    prompts: Path
    roots: tuple[Path, ...]
    workers: int = 1
    bind: str = "127.0.0.1"
    port_low: int = PORT_LOW_DEFAULT
    port_high: int = PORT_HIGH_DEFAULT
    bridges_max: int = BRIDGES_MAX_DEFAULT
    rtp_timeout_ms: int = 30_000
    answer_seconds: float = ANSWER_SECONDS
    """A worker that takes longer over an answer is taken for hung and killed."""


class _Place:
    """One worker's place in the pool: whoever fills it now, and what that one holds, in order of opening."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.link: WorkerLink | None = None
        self.sessions: dict[str, None] = {}
        self.callers: set[str] = set()
        self.recordings: dict[str, Path] = {}
        self.figures: Figures | None = None


class MediaPool:
    """All media workers of one engine."""

    def __init__(
        self,
        settings: PoolSettings,
        on_notice: Callable[[Notice], None],
        on_lost: Callable[[list[str]], None],
    ) -> None:
        """`on_lost` gets the sessions of a worker that died; both callbacks run in the event loop."""
        self._settings = settings
        self._on_notice = on_notice
        self._on_lost = on_lost
        self._places = [_Place(number) for number in range(settings.workers)]
        self._of_session: dict[str, _Place] = {}
        self._of_recording: dict[str, _Place] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="media-")
        self._keepers: list[asyncio.Task[None]] = []
        self._repairs: set[asyncio.Task[None]] = set()
        self.restarts = 0

    async def start(self) -> None:
        """Start all workers and wait until they are ready. Raises MediaLost if one does not start."""
        started = await asyncio.gather(*(self._fill(place) for place in self._places), return_exceptions=True)
        failed = next((outcome for outcome in started if isinstance(outcome, BaseException)), None)
        if failed is not None:
            await self.stop()
            raise MediaLost("a media worker did not start") from failed
        self._keepers = [
            asyncio.create_task(self._keep(place), name=f"media-worker-{place.number}") for place in self._places
        ]

    async def stop(self) -> None:
        """Let all workers complete their recordings and end."""
        for keeper in self._keepers:
            keeper.cancel()
        if self._keepers:
            await asyncio.wait(self._keepers)
        await asyncio.gather(*self._repairs)
        await asyncio.gather(*(place.link.stop() for place in self._places if place.link is not None))
        self._folder.cleanup()

    # Sessions ------------------------------------------------------------------------------------------------------

    async def open(self, session: str, *, codec: Codec = 0, near: str | None = None) -> LocalAddress:
        """Open a session on the least loaded worker, or beside another session, with which it can be bridged.

        A session that is opened beside nobody keeps a seat for one beside it: who waits can always be answered.
        Raises MediaRefused (full, no free port, unknown session) and MediaLost.
        """
        if session in self._of_session:
            raise MediaRefused("session exists")
        refused = MediaRefused("full" if self._alive() else "no worker is running")
        for place in self._candidates(near):
            self._of_session[session] = place
            place.sessions[session] = None
            if near is None:
                place.callers.add(session)
            try:
                answer = await self._ask(place, Open(session, codec))
            except (MediaRefused, MediaLost) as problem:
                self._forget(session)
                refused = MediaRefused(str(problem))
                continue
            if isinstance(answer, Opened):
                return LocalAddress(self._settings.bind, answer.port)
        raise refused

    async def remote(
        self,
        session: str,
        ip: str,
        port: int,
        *,
        codec: Codec,
        key_type: int | None = None,
        direction: Direction = "sendrecv",
        learn: Learn = "same_host",
    ) -> None:
        """Name the other end as SDP did. Raises MediaRefused and MediaLost, as all below."""
        await self._of(session, Remote(session, ip, port, codec, key_type, direction, learn))

    async def play(
        self, session: str, play: str, files: list[str] | tuple[str, ...], *, loop: bool = False, gap_ms: int = 0
    ) -> None:
        """Play files in place of whatever plays; the last one for ever if `loop`."""
        await self._of(session, Play(session, play, tuple(files), loop, gap_ms))

    async def stop_play(self, session: str, play: str = "") -> None:
        """Stop one play, or whatever plays."""
        await self._of(session, Stop(session, play))

    async def bridge(self, first: str, second: str) -> None:
        """Let two sessions of one worker hear each other."""
        if self._of_session.get(first) is not self._of_session.get(second):
            raise MediaRefused("sessions are on different workers")
        await self._of(first, Bridge(first, second))

    async def confer(self, sessions: tuple[str, ...]) -> None:
        """Let sessions of one worker hear each other, mixed."""
        if len({id(self._of_session.get(session)) for session in sessions}) > 1:
            raise MediaRefused("sessions are on different workers")
        await self._of(sessions[0], Confer(sessions))

    async def unbridge(self, first: str, second: str) -> None:
        """Part two sessions."""
        await self._of(first, Unbridge(first, second))

    async def close(self, session: str) -> None:
        """End a session; one that is not there is done already."""
        if session not in self._of_session:
            return
        try:
            await self._of(session, Close(session))
        finally:
            self._forget(session)

    # Recordings ----------------------------------------------------------------------------------------------------

    async def record(
        self,
        recording: str,
        path: Path,
        left: str,
        right: str = "",
        *,
        form: FileForm = "pcm16",
        paused: bool = False,
        third: str = "",
    ) -> None:
        """Record two sessions of one worker into a new file, a third one mixed with the right."""
        place = self._of_session.get(left or right)
        if place is None:
            raise MediaRefused("unknown session")
        request = Record(recording, _absolute(path), left, right, form, paused, third)
        self._of_recording[recording] = place
        place.recordings[recording] = Path(request.path)
        try:
            await self._ask(place, request)
        except MediaRefused:
            self._forget_recording(recording)
            raise

    async def attach(self, recording: str, channel: Channel, session: str = "") -> None:
        """Let a channel follow another session, as after a transfer."""
        await self._of_tape(recording, Attach(recording, channel, session))

    async def pause(self, recording: str) -> None:
        """Keep silence from now on; holds when this returns."""
        await self._of_tape(recording, Pause(recording))

    async def resume(self, recording: str) -> None:
        """Keep sound again."""
        await self._of_tape(recording, Resume(recording))

    async def record_stop(self, recording: str) -> Recorded | RecordFailed:
        """Complete a recording and describe the file."""
        answer = await self._of_tape(recording, RecordStop(recording))
        self._forget_recording(recording)
        if isinstance(answer, (Recorded, RecordFailed)):
            return answer
        raise MediaRefused("no answer to record_stop")

    # Figures -------------------------------------------------------------------------------------------------------

    def sessions(self) -> list[str]:
        """List the sessions that are open, in order of opening."""
        return list(self._of_session)

    def figures(self) -> list[Figures | None]:
        """Give each worker's counters as of the last heartbeat, None before the first one."""
        return [place.figures for place in self._places]

    async def ask_figures(self) -> list[Figures]:
        """Ask every worker for its counters now."""
        answers = [await self._ask(place, AskFigures()) for place in self._places if place.link is not None]
        return [answer for answer in answers if isinstance(answer, Figures)]

    # Supervision ---------------------------------------------------------------------------------------------------

    async def _fill(self, place: _Place) -> None:
        socket_path = Path(self._folder.name) / f"{place.number}.sock"
        link = WorkerLink(socket_path, self._arguments(place), self._notice, self._settings.answer_seconds)
        place.link = link
        await link.start()

    async def _keep(self, place: _Place) -> None:
        """Watch one place for ever: a heartbeat while the worker lives, a new worker when it is gone."""
        pause = RESTART_SECONDS_FIRST
        while True:
            if place.link is not None and not place.link.gone.is_set():
                if await self._beat(place, place.link):
                    pause = RESTART_SECONDS_FIRST
                continue
            self._lose(place)
            await asyncio.sleep(pause)
            pause = min(2 * pause, RESTART_SECONDS_MAX)
            self.restarts += 1
            with contextlib.suppress(MediaLost, OSError):
                await self._fill(place)

    async def _beat(self, place: _Place, link: WorkerLink) -> bool:
        """Ask for figures, then rest until the next beat; tells whether the worker lived through it."""
        with contextlib.suppress(MediaLost):
            answer = await link.answered(AskFigures())
            place.figures = answer if isinstance(answer, Figures) else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await link.gone.wait()
        return not link.gone.is_set()

    def _lose(self, place: _Place) -> None:
        lost, recordings = list(place.sessions), dict(place.recordings)
        place.figures = None
        for session in lost:
            self._forget(session)
        for recording, path in recordings.items():
            self._forget_recording(recording)
            repair = asyncio.create_task(self._repair(recording, path), name="media-repair")
            self._repairs.add(repair)
            repair.add_done_callback(self._repairs.discard)
        if lost:
            self._on_lost(lost)

    async def _repair(self, recording: str, path: Path) -> None:
        """Keep what a dead worker had written."""
        kept = None
        with contextlib.suppress(OSError):
            kept = await asyncio.to_thread(repair_recording, recording, path)
        self._on_notice(RecordFailed(recording, "worker lost", kept))

    def _arguments(self, place: _Place) -> list[str]:
        settings = self._settings
        share = (settings.port_high - settings.port_low + 1) // settings.workers // 2 * 2
        low = settings.port_low + place.number * share
        options = {
            "--prompts": str(settings.prompts),
            "--bind": settings.bind,
            "--port-low": str(low),
            "--port-high": str(low + share - 1),
            "--bridges-max": str(settings.bridges_max),
            "--rtp-timeout-ms": str(settings.rtp_timeout_ms),
        }
        roots = [word for root in settings.roots for word in ("--root", str(root))]
        return [word for option in options.items() for word in option] + roots

    # Asking --------------------------------------------------------------------------------------------------------

    def _candidates(self, near: str | None) -> list[_Place]:
        if near is not None:
            place = self._of_session.get(near)
            if place is None:
                raise MediaRefused("unknown session")
            return [place]
        seats = self._settings.bridges_max
        open_to_callers = [place for place in self._alive() if len(place.callers) < seats]
        return sorted(open_to_callers, key=lambda place: len(place.sessions))

    def _alive(self) -> list[_Place]:
        return [place for place in self._places if place.link is not None and not place.link.gone.is_set()]

    async def _of(self, session: str, request: Request) -> Answer:
        place = self._of_session.get(session)
        if place is None:
            raise MediaRefused("unknown session")
        return await self._ask(place, request)

    async def _of_tape(self, recording: str, request: Request) -> Answer:
        place = self._of_recording.get(recording)
        if place is None:
            raise MediaRefused("unknown recording")
        return await self._ask(place, request)

    async def _ask(self, place: _Place, request: Request) -> Answer:
        if place.link is None:
            raise MediaLost("the worker is gone")
        answer = await place.link.answered(request)
        if isinstance(answer, Refused):
            raise MediaRefused(answer.reason)
        return answer

    def _notice(self, notice: Notice) -> None:
        if isinstance(notice, (Recorded, RecordFailed)):
            self._forget_recording(notice.recording)
        self._on_notice(notice)

    def _forget(self, session: str) -> None:
        place = self._of_session.pop(session, None)
        if place is not None:
            place.sessions.pop(session, None)
            place.callers.discard(session)

    def _forget_recording(self, recording: str) -> None:
        place = self._of_recording.pop(recording, None)
        if place is not None:
            place.recordings.pop(recording, None)


def _absolute(path: Path) -> str:
    """Name a path so that a process with another working folder means the same."""
    return str(path.absolute())
