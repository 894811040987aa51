"""The oracle of modes: what a mode says holds at once, ends in time, and leaves nothing behind.

It keeps the published configuration and the modes by itself, and lays them over each other by itself; it shares no code
with `model.modes`.
"""

from __future__ import annotations

from contactcenter.model.config import CenterConfig, EntryConfig, QueueConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import EngineStarted
from contactcenter.model.facts import ConfigApplied, ContactArrived, ModeChanged, OfferEnded, OfferMade
from contactcenter.model.ids import OfferId, QueueId
from contactcenter.model.words import Channel, Direction
from contactcenter.sim.violations import Ledger

__all__ = ["ModeChecker"]

Held = tuple[str, int | None]
USUAL: Held = ("normal", None)


class ModeChecker:
    """M1 (it ends in time), M2 (each switch says what held before), M3 (what holds is what the modes say, at once)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with nothing published."""
        self._ledger = ledger
        self._published: CenterConfig | None = None
        self._applied: CenterConfig | None = None
        self._held: dict[QueueId | None, Held] = {}
        self._ringing: dict[OfferId, tuple[QueueId, Channel]] = {}

    def see(self, entry: Entry) -> None:
        """Follow the modes; after each change compare all that holds with what ought to."""
        moved = False
        for fact in entry.facts:
            match fact:
                case ConfigApplied():
                    self._applied, moved = fact.config, True
                    if not fact.modes:
                        self._published = fact.config
                case ModeChanged():
                    self._see_mode(fact, entry.at)
                    moved = True
                case OfferMade(queue=queue) if (
                    queue is not None and fact.visit is not None
                ):  # else asked for by an agent
                    self._ringing[fact.offer] = (queue, fact.channel)
                    offered = fact.channel in self._queue(queue).offers
                    self._ledger.hold(offered, "M3", entry.at, f"{fact.offer} is of a channel that is not offered")
                case OfferEnded():
                    self._ringing.pop(fact.offer, None)
                case ContactArrived(direction=Direction.INBOUND):
                    self._see_arrival(fact, entry.at)
        if not isinstance(entry.event, EngineStarted):  # what ended while nothing ran is settled just after it
            self._see_time(entry.at)
        if moved:
            self._see_all(entry.at)

    def finish(self, at: int) -> None:
        """Nothing is left of a mode whose time is over."""
        self._see_time(at)

    def _see_mode(self, fact: ModeChanged, at: int) -> None:
        before = self._held.pop(fact.queue, USUAL)
        said = (fact.former, fact.former_until_at)
        self._ledger.hold(before == said, "M2", at, f"{fact.queue} leaves {said}, but {before} held")
        if fact.mode != USUAL[0]:
            self._held[fact.queue] = (fact.mode, fact.until_at)

    def _see_time(self, at: int) -> None:
        for queue, (mode, until_at) in self._held.items():
            over = until_at is not None and until_at < at
            self._ledger.hold(not over, "M1", at, f"{mode} of {queue} holds beyond {until_at}")

    def _see_arrival(self, fact: ContactArrived, at: int) -> None:
        entries = [each for each in self._entries() if (each.channel, each.address) == (fact.channel, fact.entry)]
        led = bool(fact.flow)  # who asks on a website to be called walks no flow
        right = not led or not entries or entries[0].flow == fact.flow
        self._ledger.hold(right, "M3", at, f"{fact.contact} is led into {fact.flow}")

    def _see_all(self, at: int) -> None:
        assert self._applied is not None, "a mode is of something published"
        queues = tuple(self._queue(queue.id) for queue in self._applied.queues)
        self._ledger.hold(queues == self._applied.queues, "M3", at, "queues are not as their modes say")
        self._ledger.hold(self._entries() == self._applied.entries, "M3", at, "entries are not as the mode says")
        silent = [
            offer for offer, (queue, channel) in self._ringing.items() if channel not in self._queue(queue).offers
        ]
        self._ledger.hold(not silent, "M3", at, f"still rings: {silent[:5]}")

    def _queue(self, name: QueueId) -> QueueConfig:
        """Return a queue as its own mode has it, else the centre's, else as it is published (or was, if it is gone)."""
        assert self._published is not None, "queues are published"
        assert self._applied is not None, "what is published holds"
        mode = self._held.get(name, self._held.get(None, USUAL))[0]
        changed = {(each.id, queue.id): queue for each in self._published.modes for queue in each.queues}
        usual = {queue.id: queue for queue in (*self._applied.queues, *self._published.queues)}
        return changed.get((mode, name)) or usual[name]

    def _entries(self) -> tuple[EntryConfig, ...]:
        if self._published is None:
            return ()
        mode = self._held.get(None, USUAL)[0]
        changed = {
            (each.id, entry.channel, entry.address): entry for each in self._published.modes for entry in each.entries
        }
        return tuple(changed.get((mode, entry.channel, entry.address), entry) for entry in self._published.entries)
