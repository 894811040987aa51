"""Modes of the centre and of single queues: which are in force, and the configuration that follows from them.

A queue is in one mode at a time: its own if it has one, else the centre's. Entries follow the centre's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from contactcenter.model.config import CenterConfig, EntryConfig, ModeConfig, QueueConfig
from contactcenter.model.ids import QueueId

__all__ = ["NORMAL", "ActiveMode", "in_mode"]

NORMAL: Final = "normal"
"""No mode: what is published holds. A queue that is normal follows the centre."""

AS_PUBLISHED: Final = ModeConfig(NORMAL, "")


class ActiveMode(msgspec.Struct, frozen=True):
    """A mode in force: of one queue, or of the whole centre (None); until a time (ms), or until somebody ends it."""

    queue: QueueId | None
    mode: str
    until_at: int | None = None


def in_mode(config: CenterConfig, active: Iterable[ActiveMode]) -> CenterConfig:
    """Return what holds when these modes, all known to the published `config`, are laid over it."""
    known = {mode.id: mode for mode in config.modes}
    chosen = {each.queue: known[each.mode] for each in active}
    whole = chosen.get(None, AS_PUBLISHED)
    queues = tuple(_queue_in(chosen.get(queue.id, whole), queue) for queue in config.queues)
    entries = tuple(_entry_in(whole, entry) for entry in config.entries)
    return replace(config, queues=queues, entries=entries)


def _queue_in(mode: ModeConfig, queue: QueueConfig) -> QueueConfig:
    return next((changed for changed in mode.queues if changed.id == queue.id), queue)


def _entry_in(mode: ModeConfig, entry: EntryConfig) -> EntryConfig:
    door = (entry.channel, entry.address)
    return next((changed for changed in mode.entries if (changed.channel, changed.address) == door), entry)
