"""Puts events into one order, holds every promise until its entry is committed, and lets releases go at once.

Sans-IO: the shell feeds it events and the word that a batch is committed, and carries out what it gets back. It never
reads a clock and never touches a disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from contactcenter.model.commands import Command
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import EngineStarted, Event, TimePassed
from contactcenter.model.step import Step

__all__ = ["BATCH_MAX", "Accepted", "Decider", "Sequencer"]

BATCH_MAX = 2_000  # entries in one commit: some MB at most, written in milliseconds


class Decider(Protocol):
    """What the sequencer needs of the centre."""

    position: Position

    def handle(self, event: Event, now: int) -> Step:
        """Decide what an event means."""

    def deadline(self) -> int | None:
        """Return when TimePassed is due."""

    def apply(self, entry: Entry) -> None:
        """Change the state as an entry says."""


@dataclass(slots=True)
class Accepted:
    """What became of one event: its position, or why it was refused; `releases` are to be carried out now."""

    position: Position | None
    rejected: str
    releases: tuple[Command, ...]


@dataclass(slots=True)
class _Held:
    entry: Entry
    promises: tuple[Command, ...]


@dataclass(slots=True)
class Sequencer:
    """The one queue between the pure centre and its journal."""

    center: Decider
    version: str
    last_at: int = 0
    _held: deque[_Held] = field(default_factory=deque)
    _releases: list[Command] = field(default_factory=list)
    _in_flight: int = 0

    def submit(self, event: Event, now: int) -> Accepted:
        """Let the centre decide an event at `now` (ms); deadlines that are due fire first, as an entry of their own.

        Not so when an engine begins: it first settles what hung on the last one. Else a ring that nobody could answer
        while the engine was down would count as unanswered, and its phone would not be told to be silent.
        """
        now = max(now, self.last_at)
        if not isinstance(event, TimePassed | EngineStarted):
            self._pass_time(now)
        step = self._handle(event, now)
        if step.rejected is not None:
            return Accepted(None, step.rejected.reason, self.take_releases())
        return Accepted(self.center.position, "", self.take_releases())

    def pass_time(self, now: int) -> tuple[Command, ...]:
        """Fire what is due at `now`; return the releases that follow from it."""
        self._pass_time(max(now, self.last_at))
        return self.take_releases()

    def take_releases(self) -> tuple[Command, ...]:
        """Return the releases that were decided and not yet handed out, as a fault in a later decision leaves them."""
        releases, self._releases = tuple(self._releases), []
        return releases

    def skip_time(self, now: int) -> None:
        """Journal that time passed without deciding anything: alarms due at `now` are dropped, for their rules fail."""
        position = Position(self.center.position.epoch, self.center.position.sequence + 1)
        entry = Entry(position, max(now, self.last_at), self.version, TimePassed(), ())
        self.center.apply(entry)
        self.last_at = entry.at
        self._held.append(_Held(entry, ()))

    def deadline(self) -> int | None:
        """Return when `pass_time` is due (ms), or None."""
        return self.center.deadline()

    def take_batch(self) -> tuple[Entry, ...]:
        """Return the entries to commit next, empty while a commit is under way or nothing waits."""
        if self._in_flight:
            return ()
        self._in_flight = min(len(self._held), BATCH_MAX)
        return tuple(self._held[index].entry for index in range(self._in_flight))

    def committed(self) -> tuple[Sequence[Entry], Sequence[Command]]:
        """Take the word that the batch is durable; return its entries and the promises that may be kept now."""
        done = [self._held.popleft() for _ in range(self._in_flight)]
        self._in_flight = 0
        return [held.entry for held in done], [command for held in done for command in held.promises]

    def uncommitted(self) -> list[Entry]:
        """Return the entries that are decided but not yet known to be durable."""
        return [held.entry for held in self._held]

    def waiting_since(self) -> int | None:
        """Return the time (ms) of the oldest uncommitted entry, None when all is durable."""
        return self._held[0].entry.at if self._held else None

    def _pass_time(self, now: int) -> None:
        deadline = self.center.deadline()
        if deadline is not None and deadline <= now:
            self._handle(TimePassed(), now)

    def _handle(self, event: Event, now: int) -> Step:
        step = self.center.handle(event, now)
        promises: tuple[Command, ...] = ()
        if step.commands:  # most events have none
            self._releases += [command for command in step.commands if command.release]
            promises = tuple([command for command in step.commands if not command.release])
        if step.rejected is None:
            self.last_at = now
            entry = Entry(self.center.position, now, self.version, event, tuple(step.facts))
            self._held.append(_Held(entry, promises))
        return step
