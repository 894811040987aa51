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
from contactcenter.model.events import ConfigPublished, EngineStarted, Event
from contactcenter.model.ids import LegId
from contactcenter.model.step import Entry
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
        self.lost = 0
        self._commit_ms = commit_ms
        self._digest = hashlib.sha256()
        self._encoder = msgspec.msgpack.Encoder(order="deterministic")
        self._sequencer = Sequencer(Center(), VERSION)

    def start(self, config: CenterConfig) -> None:
        """Claim the journal and publish the configuration, as an engine does when it begins."""
        self._take_over(())
        self.submit(ConfigPublished(hashlib.sha256(self._encoder.encode(config)).hexdigest(), config))

    def restart(self, legs_held: tuple[LegId, ...] = ()) -> list[Event]:
        """Die and come back; return the events whose entries were not committed, so that their senders may repeat."""
        undone = [entry.event for entry in self._sequencer.uncommitted()]
        self.lost += len(undone)
        self._take_over(legs_held)
        return undone

    def load(self) -> Iterator[Entry]:
        """Yield the journal, for recovery and for verification."""
        yield from self.entries

    def submit(self, event: Event) -> None:
        """Let an event happen now; deadlines up to now fire before it."""
        accepted = self._sequencer.submit(event, self.world.now)
        if accepted.rejected:
            self.rejections[f"{type(event).__name__}: {accepted.rejected}"] += 1
        self._after_step(accepted.releases)

    def run(self, until_at: int) -> None:
        """Let the world go on until `until_at`, or until nothing is planned any more."""
        while True:
            due_at, next_at = self._sequencer.deadline(), self.world.next_at()
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

    def _take_over(self, legs_held: tuple[LegId, ...]) -> None:
        self.epoch += 1
        center = Center()
        last_at = recover(center, self)
        center.begin_epoch(self.epoch)
        self._sequencer = Sequencer(center, VERSION, last_at)
        self.submit(EngineStarted(VERSION, legs_held))

    def _after_step(self, releases: tuple[Command, ...]) -> None:
        """Carry out the releases, and write what was decided if the disk is free."""
        for command in releases:
            self._issue(command)
        if not self._sequencer.take_batch():
            return
        delay_ms, epoch = self._commit_ms(), self.epoch
        if delay_ms:
            self.world.after(delay_ms, lambda: self._committed(epoch))
        else:
            self._committed(epoch)

    def _committed(self, epoch: int) -> None:
        """Take the disk's word: entries are told, promises are kept. A dead engine's commit never came to be."""
        if epoch != self.epoch:
            return
        entries, promises = self._sequencer.committed()
        for entry in entries:
            self.entries.append(entry)
            self._digest.update(self._encoder.encode(entry))
            for watcher in self.watchers:
                watcher(entry)
        for command in promises:
            self._issue(command)
        self._after_step(())

    def _issue(self, command: Command) -> None:
        self._digest.update(self._encoder.encode((self.world.now, command)))
        self.carry_out(command)
