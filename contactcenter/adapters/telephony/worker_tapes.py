"""The recordings a media worker runs, and the requests about them.

A recording ends when it is told to, when its last session closes, or when the disk refuses; each end is told once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from contactcenter.adapters.telephony.worker_disk import DiskThread
from contactcenter.adapters.telephony.worker_recording import BATCH_TICKS, Recording, Tap
from contactcenter.adapters.telephony.worker_session import Session
from contactcenter.adapters.telephony.worker_sounds import is_below
from contactcenter.adapters.telephony.worker_wire import (
    Answer,
    Attach,
    Channel,
    Done,
    Notice,
    Pause,
    Record,
    Recorded,
    RecordFailed,
    Refused,
    Resume,
)

Sessions = dict[str, Session]
Reply = Callable[[Answer], None]
RECORDING_SUFFIX: Final = ".wav"


class TapeDeck:
    """All recordings of one worker, by name, in the order they began."""

    def __init__(self, roots: tuple[Path, ...], disk: DiskThread, tell: Callable[[Notice], None]) -> None:
        self._roots = roots
        self._disk = disk
        self._tell = tell
        self._running: dict[str, Recording] = {}
        self._ending: dict[str, list[Reply]] = {}
        self._begun = 0
        self._turns: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._running)

    def change(self, request: Record | Attach | Pause | Resume, sessions: Sessions, now_ms: int) -> Answer:
        """Carry out a request that needs no disk."""
        if isinstance(request, Record):
            return self._begin(request, sessions, now_ms)
        recording = self._running.get(request.recording)
        if recording is None:
            return Refused("unknown recording")
        match request:
            case Pause():
                recording.pause(now_ms)
            case Resume():
                recording.resume(now_ms)
            case Attach():
                return self._attach(recording, request, sessions)
        return Done()

    def stop(self, name: str, now_ms: int, reply: Reply) -> None:
        """Complete a recording and answer when it stands on the disk."""
        if name in self._ending:
            self._ending[name].append(reply)
        elif name in self._running:
            self._end(name, now_ms, [reply])
        else:
            reply(Refused("unknown recording"))

    def forget(self, session: Session, now_ms: int) -> None:
        """Let go of a session that closes; recordings that nobody feeds any more are completed."""
        for tap in session.taps:
            tap.source = None
            recording = self._running.get(tap.recording)
            if recording is not None and not recording.is_fed():
                self._end(tap.recording, now_ms, [])

    def flush_due(self, tick: int, now_ms: int) -> None:
        """Hand the batches that are due in this tick to the disk, and give up what failed there."""
        for name, recording in list(self._running.items()):
            if (tick + self._turns[name]) % BATCH_TICKS == 0:
                recording.flush(now_ms)
                if recording.failed is not None:
                    self._end(name, now_ms, [])

    def end_all(self, now_ms: int) -> None:
        """Complete every recording."""
        for name in list(self._running):
            self._end(name, now_ms, [])

    def _begin(self, request: Record, sessions: Sessions, now_ms: int) -> Answer:
        path = Path(request.path)
        if request.recording in self._running or request.recording in self._ending:
            return Refused("recording exists")
        if path.suffix != RECORDING_SUFFIX or not path.is_absolute() or not is_below(path, self._roots):
            return Refused("path not allowed")
        fed: dict[Channel, str] = {"left": request.left, "right": request.right}
        if not any(fed.values()) or any(name and name not in sessions for name in (*fed.values(), request.third)):
            return Refused("unknown session")
        recording = Recording(request.recording, path, request.form, self._disk, now_ms)
        if request.paused:
            recording.pause(now_ms)
        self._running[recording.name] = recording
        self._begun += 1
        self._turns[recording.name] = self._begun
        for channel, name in fed.items():
            _feed(recording.taps[channel], sessions.get(name))
        _feed(recording.third, sessions.get(request.third))
        return Done()

    def _attach(self, recording: Recording, request: Attach, sessions: Sessions) -> Answer:
        if request.session and request.session not in sessions:
            return Refused("unknown session")
        _feed(recording.taps[request.channel], sessions.get(request.session))
        return Done()

    def _end(self, name: str, now_ms: int, replies: list[Reply]) -> None:
        recording = self._running.pop(name)
        del self._turns[name]
        self._ending[name] = replies
        for tap in recording.all_taps():
            _feed(tap, None)
        recording.finish(now_ms, lambda: self._ended(recording))

    def _ended(self, recording: Recording) -> None:
        result: Recorded | RecordFailed = recording.result()
        replies = self._ending.pop(recording.name)
        for reply in replies:
            reply(result)
        if not replies:
            self._tell(result)


def _feed(tap: Tap, session: Session | None) -> None:
    """Let a session, or nobody, feed a channel from now on."""
    if tap.source is not None:
        tap.source.taps = tuple(other for other in tap.source.taps if other is not tap)
    tap.source = session
    if session is not None:
        session.taps = (*session.taps, tap)
