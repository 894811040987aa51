"""Keeps what is published and which modes are in force; decides when either changes.

What follows from it the siblings learn by `ConfigApplied`, as from any other change of the configuration. A restart
keeps the modes: they are facts.
"""

from __future__ import annotations

from contactcenter.model.config import CenterConfig
from contactcenter.model.events import ConfigPublished, Event, ModeAsked
from contactcenter.model.facts import ConfigApplied, ModeChanged, ModeRequested
from contactcenter.model.ids import QueueId
from contactcenter.model.modes import NORMAL, ActiveMode, in_mode
from contactcenter.model.part import Part
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import ModeSource

__all__ = ["Modes"]

UNTIL_MS_MAX = 31 * 86_400_000  # a mode that holds for longer than a month is the normal state: publish it


class Modes(Part):
    """The published configuration and the modes on top of it; alarms are ("modes", queue)."""

    def __init__(self, timers: Timers) -> None:
        """Begin with nothing published."""
        self._timers = timers
        self._hash = ""
        self._published: CenterConfig | None = None
        self._effective: CenterConfig | None = None
        self._active: dict[QueueId | None, ActiveMode] = {}
        self.bind()

    def bind(self) -> None:
        """Let facts change and be answered by the state as it is."""
        self.changes = {ConfigApplied: self._applied, ModeChanged: self._changed}
        self.answers = {ModeRequested: (self._requested,)}

    # --- state

    def _applied(self, fact: ConfigApplied, now: int) -> None:
        """Keep what is published and what is in force; a mode laid over it is in force alone."""
        self._effective = fact.config
        if not fact.modes:
            self._hash, self._published = fact.hash, fact.config

    def _changed(self, fact: ModeChanged, now: int) -> None:
        alarm = ("modes", fact.queue or "")
        self._timers.clear(alarm)
        self._active.pop(fact.queue, None)
        if fact.mode != NORMAL:
            self._active[fact.queue] = ActiveMode(fact.queue, fact.mode, fact.until_at)
            if fact.until_at is not None:
                self._timers.set(alarm, fact.until_at)

    def in_force(self) -> tuple[ActiveMode, ...]:
        """Return the modes in force, the one switched last at the end."""
        return tuple(self._active.values())

    # --- decisions

    def handle(self, event: Event, draft: Draft) -> None:
        """Put a configuration or a mode in force."""
        if isinstance(event, ConfigPublished):
            self._publish(event, draft)
        else:
            assert isinstance(event, ModeAsked), event
            self._ask(event, draft)

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """End a mode whose time is over."""
        self._end(QueueId(name[1]) if name[1] else None, ModeSource.EXPIRY, draft)
        self._put_in_force(draft)

    def _publish(self, event: ConfigPublished, draft: Draft) -> None:
        if event.hash == self._hash:
            draft.reject("this configuration is in force already")
            return
        draft.emit(ConfigApplied(event.hash, event.config))
        modes, queues = [mode.id for mode in event.config.modes], [queue.id for queue in event.config.queues]
        for queue, active in list(self._active.items()):
            if active.mode not in modes or (queue is not None and queue not in queues):
                self._end(queue, ModeSource.CONFIGURATION, draft)
        self._put_in_force(draft)

    def _ask(self, event: ModeAsked, draft: Draft) -> None:
        refusal = self._refusal(event, draft.now)
        if refusal:
            draft.reject(refusal)
            return
        held = self._active.get(event.queue, ActiveMode(event.queue, NORMAL))
        until_at = self._until(event, draft.now)
        if (held.mode, held.until_at) == (event.mode, until_at):
            draft.reject("this mode is in force already")
            return
        draft.emit(
            ModeChanged(
                event.queue,
                event.mode,
                until_at,
                held.mode,
                held.until_at,
                event.by,
                event.source,
                event.reason,
            )
        )
        self._put_in_force(draft)

    def _requested(self, fact: ModeRequested, draft: Draft) -> None:
        """Switch for a caller who gave the PIN; what cannot be, or is already, changes nothing."""
        self._ask(ModeAsked(fact.queue, fact.mode, fact.address_key, ModeSource.TELEPHONE), draft)

    def _refusal(self, event: ModeAsked, now: int) -> str:
        config = self._published
        if config is None:
            return "no configuration is in force yet"
        there_are = [NORMAL, *(mode.id for mode in config.modes)]
        if event.mode not in there_are:
            return "there is no such mode: choose one that is configured"
        if event.queue is not None and event.queue not in (queue.id for queue in config.queues):
            return "there is no such queue: choose one that is configured"
        if event.until_at is not None and event.until_at <= now:
            return "this time is over: choose a later one"
        if event.until_at is not None and event.until_at > now + UNTIL_MS_MAX:
            return "a mode is for a month at most: choose an earlier time"
        return ""

    def _until(self, event: ModeAsked, now: int) -> int | None:
        assert self._published is not None, "asked before"
        if event.mode == NORMAL:
            return None
        if event.until_at is not None:
            return event.until_at
        lasts_ms = next(mode.lasts_ms for mode in self._published.modes if mode.id == event.mode)
        return now + lasts_ms if lasts_ms else None

    def _end(self, queue: QueueId | None, source: ModeSource, draft: Draft) -> None:
        held = self._active[queue]
        draft.emit(ModeChanged(queue, NORMAL, None, held.mode, held.until_at, "", source))

    def _put_in_force(self, draft: Draft) -> None:
        """Tell everybody what holds now, unless it is what held before: another time is no other configuration."""
        assert self._published is not None, "modes are of something published"
        effective = in_mode(self._published, self.in_force())
        if effective != self._effective:
            modes = self.in_force() if effective != self._published else ()
            draft.emit(ConfigApplied(self._hash, effective if modes else self._published, modes))
