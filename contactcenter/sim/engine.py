"""The engine of a simulated centre: the real sequencer around the real centre, with a disk in memory.

Does what the live shell does: promises wait for their commit, releases go at once, whoever watches sees committed
entries only. An engine that dies loses what was not committed; the next one recovers from the entries alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from contactcenter.center import Center
from contactcenter.model.commands import Command
from contactcenter.model.config import CenterConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import ConfigPublished, EngineStarted, Event
from contactcenter.model.ids import LegId
from contactcenter.runtime.replay import recover
from contactcenter.runtime.sequencer import Sequencer
from contactcenter.sim.world import World

__all__ = ["COMMIT_MS", "VERSION", "Engine"]

COMMIT_MS = 1  # the median of a grouped commit on a local disk, rounded up to the clock's tick
VERSION = "sim"

Watcher = Callable[[Entry], None]


class Engine:
    """One centre with its journal in memory."""

    def __init__(self, world: World, commit_ms: Callable[[], int] = lambda: COMMIT_MS) -> None:
        """Begin with an empty journal and an empty centre; `commit_ms` says how long the next commit takes."""
        self.world = world
        self.entries: list[Entry] = []
        self.rejections: Counter[str] = Counter()
        self.watchers: list[Watcher] = []
        self.carry_out: Callable[[Command], None] = lambda command: None
        self.epoch = 0
        self.crashes = 0
        self.lost = 0
        self.writing = 0
        self._frozen_until = 0
        self._commit_ms = commit_ms
        self._digest = hashlib.sha256()
        self._encoder = msgspec.msgpack.Encoder(order="deterministic")
        self._sequencer = Sequencer(Center(), VERSION)

    def start(self, config: CenterConfig) -> None:
        """Claim the journal and publish the configuration, as an engine does when it begins."""
        self._take_over(())
        self.submit(ConfigPublished(hashlib.sha256(self._encoder.encode(config)).hexdigest(), config))

    def restart(self, durable: int = 0) -> list[Event]:
        """Die and come back; return the events of which nobody knows what became, so that their senders may repeat.

        So many of the entries under way are `durable` though nobody heard of it: a torn write, or one not acknowledged.
        """
        unheard = self._sequencer.uncommitted()
        durable = min(durable, self.writing)
        for entry in unheard[:durable]:
            self._tell(entry)
        self.lost += len(unheard) - durable
        self.crashes += 1
        self._frozen_until = 0
        self._take_over(())
        return [entry.event for entry in unheard]

    def hand_over(self, legs_held: tuple[LegId, ...]) -> None:
        """Write what is decided, and let another engine take over while the lines live on."""
        while self._sequencer.uncommitted():
            self._sequencer.take_batch()
            self._settle()
        self._take_over(legs_held)

    def freeze(self, ms: int) -> None:
        """Stand still, as a paused machine does: what happens meanwhile is heard afterwards, and alarms are late."""
        self._frozen_until = max(self._frozen_until, self.world.now + ms)

    def load(self) -> Iterator[Entry]:
        """Yield the journal, for recovery and for verification."""
        yield from self.entries

    def submit(self, event: Event) -> None:
        """Let an event happen now, or when the engine hears again; deadlines up to then fire before it."""
        if self.world.now < self._frozen_until:
            crashes = self.crashes
            self.world.at(self._frozen_until, lambda: self._hear_late(event, crashes))
            return
        accepted = self._sequencer.submit(event, self.world.now)
        if accepted.rejected:
            self.rejections[f"{type(event).__name__}: {accepted.rejected}"] += 1
        self._after_step(accepted.releases)

    def _hear_late(self, event: Event, crashes: int) -> None:
        """Hear what came while the engine stood still; a line that died with it meanwhile says nothing any more."""
        if crashes == self.crashes or not hasattr(event, "leg"):
            self.submit(event)

    def run(self, until_at: int) -> None:
        """Let the world go on until `until_at`, or until nothing is planned any more."""
        while True:
            due_at, next_at = self._due_at(), self.world.next_at()
            if due_at is not None and (next_at is None or due_at <= next_at) and due_at <= until_at:
                self.world.now = max(self.world.now, due_at)
                self._after_step(self._sequencer.pass_time(self.world.now))
            elif next_at is not None and next_at <= until_at:
                self.world.act()
            else:
                self.world.now = max(self.world.now, until_at)
                return

    def sha256(self) -> str:
        """Return the hash over the trace so far: the canonical msgpack of all entries, and of commands with times."""
        return self._digest.hexdigest()

    def _due_at(self) -> int | None:
        due_at = self._sequencer.deadline()
        return None if due_at is None else max(due_at, self._frozen_until)

    def _take_over(self, legs_held: tuple[LegId, ...]) -> None:
        self.epoch += 1
        self.writing = 0
        center = Center()
        last_at = recover(center, self)
        center.begin_epoch(self.epoch)
        self._sequencer = Sequencer(center, VERSION, last_at)
        self.submit(EngineStarted(VERSION, legs_held))

    def _after_step(self, releases: tuple[Command, ...]) -> None:
        """Carry out the releases, and write what was decided if the disk is free."""
        for command in releases:
            self._issue(command)
        batch = self._sequencer.take_batch()
        if not batch:
            return
        self.writing = len(batch)
        delay_ms, epoch = self._commit_ms(), self.epoch
        if delay_ms:
            self.world.after(delay_ms, lambda: self._committed(epoch))
        else:
            self._committed(epoch)

    def _committed(self, epoch: int) -> None:
        """Take the disk's word: entries are told, promises are kept. A dead engine's commit never came to be."""
        if epoch != self.epoch:
            return
        if self.world.now < self._frozen_until:
            self.world.at(self._frozen_until, lambda: self._committed(epoch))
            return
        self._settle()
        self._after_step(())

    def _settle(self) -> None:
        entries, promises = self._sequencer.committed()
        self.writing = 0
        for entry in entries:
            self._tell(entry)
        for command in promises:
            self._issue(command)

    def _tell(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._digest.update(self._encoder.encode(entry))
        for watcher in self.watchers:
            watcher(entry)

    def _issue(self, command: Command) -> None:
        self._digest.update(self._encoder.encode((self.world.now, command)))
        self.carry_out(command)
