"""The asyncio shell: stamp, decide, append, and after the commit carry out; nothing else happens in the engine's heart.

One task appends at a time (group commit); events decided meanwhile wait for the next batch. A fault in our own rules
abandons the event, is logged, and the centre is built anew from the journal, so that no half-applied step survives.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Protocol

import contactcenter
from contactcenter.model.commands import Command
from contactcenter.model.entry import Entry
from contactcenter.model.events import ClockStepped, ConfigPublished, EngineStarted, Event, TimePassed
from contactcenter.model.ids import LegId, MessageId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.runtime.clock import CenterClock
from contactcenter.runtime.ports import EngineFigures, Journal, JournalFull, Receipt, Shelf
from contactcenter.runtime.sequencer import Accepted, Sequencer
from contactcenter.runtime.snapshot import NO_SHELF, recovered

__all__ = ["GIVE_UP_MS", "STALLED_MS", "Engine", "Outside"]

STALLED_MS = 2_000  # appends stuck this long: new calls are refused, nothing more is promised
GIVE_UP_MS = 60_000  # appends stuck this long: the engine ends, a successor may do better
WATCH_SECONDS = 0.5
CLOCK_TICK_MAX_S = 60.0


class Outside(Protocol):
    """Where the engine's decisions go: commands to telephony, committed entries to followers, faults to the log."""

    def carry_out(self, command: Command) -> None:
        """Do what a command says."""

    def publish(self, entries: Sequence[Entry]) -> None:
        """Hand committed entries to whoever follows."""

    def fault(self, cause: Event | Command, error: Exception) -> None:
        """Report a fault of our own: an event that could not be decided, a command that could not be carried out."""

    def ended(self, reason: str) -> None:
        """The engine cannot go on; end the process."""


class Engine:
    """The owner of a routing domain: its centre, its order of events and its journal."""

    def __init__(self, journal: Journal, outside: Outside, shelf: Shelf = NO_SHELF, release: str = "") -> None:
        """Take ownership of the domain and recover the centre from the journal, by a snapshot of this `release` if any.

        Raises StoreUnusable.
        """
        self._journal = journal
        self._outside = outside
        self._recover = partial(recovered, journal, shelf, release)
        epoch = journal.open_epoch()
        self.recovery = found = self._recover()
        self._center = found.center
        self._center.begin_epoch(epoch)
        self.clock = CenterClock(found.last_at)
        self._sequencer = Sequencer(self._center, contactcenter.__version__, found.last_at)
        self._receipts: dict[int, list[asyncio.Future[Receipt]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = 0
        self._watch: asyncio.TimerHandle | None = None
        self._append: asyncio.Task[None] | None = None
        self.committed_head = self._center.position.sequence
        self._started = False
        self.rejected: dict[str, int] = {}
        self.faults = 0

    # --- life

    async def start(self, config: ConfigPublished, legs_held: Sequence[LegId] = ()) -> None:
        """Settle what hung on the last owner, then put the configuration in force: nobody is matched with the lost."""
        took_over = self.post(EngineStarted(contactcenter.__version__, tuple(legs_held)))
        configured = self.post(config)
        await self._durable(took_over)
        await self._durable(configured)
        self._started = True
        self._watch = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._look)

    async def stop(self) -> None:
        """Commit what is decided and end."""
        for handle in (self._timer, self._watch):
            if handle is not None:
                handle.cancel()
        while self._append is not None:
            await asyncio.wait([self._append])

    # --- events

    def post(self, event: Event) -> Accepted:
        """Decide an event now, without waiting for the commit; its promises are held until then."""
        accepted = self._decide(event)
        self._carry_out(accepted.releases)
        if accepted.rejected:
            kind = type(event).__name__
            self.rejected[kind] = self.rejected.get(kind, 0) + 1
        self._commit_next()
        self._arm()
        return accepted

    async def submit(self, event: Event) -> Receipt:
        """Decide an event and wait until its entry is durable. Raises JournalFull when it never will be."""
        return await self._durable(self.post(event))

    async def _durable(self, accepted: Accepted) -> Receipt:
        if accepted.position is None:
            return Receipt(None, accepted.rejected)
        if accepted.position.sequence > self.committed_head:
            future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
            self._receipts.setdefault(accepted.position.sequence, []).append(future)
            return await future
        return Receipt(accepted.position)

    def _decide(self, event: Event) -> Accepted:
        try:
            return self._sequencer.submit(event, self.clock.now())
        except Exception as error:
            if self._rebuild(event, error):
                # An alarm that was due is gone; it may have been what failed, and the event innocent.
                with contextlib.suppress(Exception):
                    return self._sequencer.submit(event, self.clock.now())
                self._rebuild(event, error)
            return Accepted(None, "this could not be decided; it is reported", self._sequencer.take_releases())

    def _carry_out(self, decided: Sequence[Command]) -> None:
        """Carry out commands one by one: one that fails is reported and keeps no other from being carried out."""
        for command in decided:
            try:
                self._outside.carry_out(command)
            except Exception as error:
                self.faults += 1
                self._outside.fault(command, error)

    def _rebuild(self, event: Event, error: Exception) -> bool:
        """Throw the centre away and build it from what was decided before the fault.

        Alarms that are due now are dropped (then returns True): one of them may be what fails, and it would fail again.
        """
        self.faults += 1
        self._outside.fault(event, error)
        center = self._recover().center
        for entry in self._sequencer.uncommitted():
            if entry.position.sequence > center.position.sequence:
                center.apply(entry)
        center.begin_epoch(self._center.position.epoch)
        self._center = self._sequencer.center = center
        deadline = center.deadline()
        if deadline is None or deadline > self.clock.now():
            return False
        self._sequencer.skip_time(self.clock.now())
        return True

    # --- the journal

    def _commit_next(self) -> None:
        if self._append is None:
            batch = self._sequencer.take_batch()
            if batch:
                self._append = asyncio.get_running_loop().create_task(self._commit(batch))

    async def _commit(self, batch: Sequence[Entry]) -> None:
        try:
            await self._journal.append(batch)
        except Exception as error:
            # JournalFull, or what nobody foresaw: in both cases nothing can be promised any more.
            self._fail(str(error) or type(error).__name__)
            return
        entries, promises = self._sequencer.committed()
        self._append = None
        self.committed_head = entries[-1].position.sequence
        self._commit_next()
        self._carry_out(promises)
        self._outside.publish(entries)
        for entry in entries:
            for future in self._receipts.pop(entry.position.sequence, ()):
                if not future.done():
                    future.set_result(Receipt(entry.position))

    def _fail(self, reason: str) -> None:
        for futures in self._receipts.values():
            for future in futures:
                if not future.done():
                    future.set_exception(JournalFull(reason))
        self._receipts.clear()
        self._append = None
        self._outside.ended(reason)

    # --- time

    def _arm(self) -> None:
        """Wake up at the centre's next deadline; too early is no harm, for then nothing is due and this looks again."""
        deadline = self._sequencer.deadline()
        if deadline is None or (self._timer is not None and self._armed_for <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._armed_for = deadline
        delay_s = min(max(0, deadline - self.clock.now()) / 1000, CLOCK_TICK_MAX_S)
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _tick(self) -> None:
        self._timer = None
        try:
            releases = self._sequencer.pass_time(self.clock.now())
        except Exception as error:
            self._rebuild(TimePassed(), error)
            releases = ()
        self._carry_out(releases)
        self._commit_next()
        self._arm()

    def _look(self) -> None:
        """Notice steps of the wall clock, and a journal that does not answer."""
        self._watch = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._look)
        step_ms = self.clock.step()
        if step_ms:
            self.post(ClockStepped(step_ms))
        if self.stalled_ms() > GIVE_UP_MS:
            self._fail("the journal has not answered for a minute")

    # --- questions

    def stalled_ms(self) -> int:
        """Return for how long (ms) the oldest decided entry has waited for its commit."""
        since = self._sequencer.waiting_since()
        return 0 if since is None else self.clock.now() - since

    def accepting(self) -> bool:
        """Return whether new promises may be made: what the last owner left is settled, and the journal keeps up."""
        return self._started and self.stalled_ms() < STALLED_MS

    def head(self) -> int:
        """Return the sequence of the last committed entry."""
        return self.committed_head

    def phones(self) -> dict[StationId, Sealed]:
        """Return where the stations' registered phones are, as the journal remembers it."""
        return dict(self._center.calls.lines.targets)

    def outbox(self) -> list[MessageId]:
        """Return the outgoing texts that wait for a carrier's word."""
        return self._center.outbox()

    def figures(self) -> EngineFigures:
        """Return the engine's own counters."""
        counters = {f"engine_rejected_total_{kind}": float(count) for kind, count in self.rejected.items()}
        counters["engine_faults_total"] = float(self.faults)
        gauges = {"engine_head": float(self.committed_head), "engine_stalled_ms": float(self.stalled_ms())}
        return EngineFigures(gauges=gauges, counters=counters)
