"""What differs between two configurations: key by key for people, queue by queue for those who have to act on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from contactcenter.model.config import CenterConfig, EntryConfig, ModeConfig, QueueConfig
from contactcenter.model.ids import QueueId

__all__ = ["Difference", "changed_queues", "differences"]

Value = int | str | bool | tuple[object, ...] | None


class Difference(msgspec.Struct, frozen=True):
    """One key of a queue or an entry (`kind`) that is otherwise; times in ms, as in the configuration in force."""

    kind: str
    id: str
    key: str
    before: Value
    after: Value


def changed_queues(before: CenterConfig, after: CenterConfig, apart_from: Sequence[str] = ()) -> tuple[QueueId, ...]:
    """Return the queues of `after` that are new, or differ in other keys than those of `apart_from`."""
    known = {queue.id: queue for queue in before.queues}
    return tuple(queue.id for queue in after.queues if _differ(known.get(queue.id), queue, apart_from))


def _differ(before: QueueConfig | None, after: QueueConfig, apart_from: Sequence[str]) -> bool:
    if before is None:
        return True
    same = {key: getattr(before, key) for key in apart_from}
    return before != msgspec.structs.replace(after, **same)


def differences(config: CenterConfig, mode: ModeConfig) -> Iterator[Difference]:
    """Yield what a mode of the published configuration changes, queue by queue, then entry by entry."""
    queues = {queue.id: queue for queue in config.queues}
    for queue in mode.queues:
        yield from _differing("queue", queue.id, queues[queue.id], queue)
    entries = {(entry.channel, entry.address): entry for entry in config.entries}
    for entry in mode.entries:
        yield from _differing("entry", entry.address, entries[entry.channel, entry.address], entry)


def _differing(
    kind: str, name: str, before: QueueConfig | EntryConfig, after: QueueConfig | EntryConfig
) -> Iterator[Difference]:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    for key, value in new.items():
        if value != old[key]:
            yield Difference(kind, name, key, old[key], value)
