"""The state of a centre as bytes, so that recovery need not begin at the first entry; and a centre from such bytes.

Nothing here names a field: whatever the parts know is written, and compared in the end. A snapshot is read only by the
release that wrote it, and only if the journal still holds the entry it was taken after: else the one before it is
tried, and in the end the journal is read from its start. It never replaces the journal, it only shortens it.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, EnumType
from typing import Any, Final, Protocol

from contactcenter.center import Center
from contactcenter.model.entry import Entry
from contactcenter.model.part import attributes_of
from contactcenter.runtime.pauses import undisturbed
from contactcenter.runtime.ports import Shelf, Snapshot

__all__ = [
    "NO_SHELF",
    "Recovered",
    "Shelf",
    "Snapshot",
    "SnapshotUnusable",
    "Tailed",
    "difference",
    "pack",
    "recovered",
    "unpack",
]

CONTAINERS: Final = {"sortedcontainers.sortedlist.SortedList", "collections.deque", "collections.OrderedDict"}


class SnapshotUnusable(Exception):
    """Bytes that this release did not write, or that do not fit the journal; the message says why."""


class _NoShelf:
    """Snapshots of nobody: every recovery begins at the first entry."""

    def newest_first(self) -> Iterator[Snapshot]:
        """Yield none."""
        return iter(())


NO_SHELF: Final = _NoShelf()


class Tailed(Protocol):
    """What recovery asks of a journal."""

    def load(self, after: int = 0) -> Iterator[Entry]:
        """Yield all entries whose sequence is greater, in order."""

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries whose sequence is greater."""


@dataclass(slots=True)
class Recovered:
    """A centre where the journal ends, the time of the last entry (ms), and how it was reached."""

    center: Center
    last_at: int = 0
    snapshot_at: int | None = None
    entries: int = 0
    passed_over: list[str] = field(default_factory=list)


def recovered(journal: Tailed, shelf: Shelf, release: str) -> Recovered:
    """Return the centre as the journal tells it, from the newest snapshot that fits."""
    with undisturbed():
        found = _from_snapshot(journal, shelf, release)
        for entry in journal.load(found.center.position.sequence):
            found.center.apply(entry)
            found.last_at = entry.at
            found.entries += 1
    return found


def _from_snapshot(journal: Tailed, shelf: Shelf, release: str) -> Recovered:
    passed_over = []
    for snapshot in shelf.newest_first():
        try:
            _check_fits(snapshot, journal)
            center = unpack(snapshot, release)
        except SnapshotUnusable as reason:
            passed_over.append(f"after entry {snapshot.position.sequence}: {reason}")
        else:
            return Recovered(center, snapshot.at, snapshot.at, passed_over=passed_over)
    return Recovered(Center(), passed_over=passed_over)


def _check_fits(snapshot: Snapshot, journal: Tailed) -> None:
    entries = journal.read(snapshot.position.sequence - 1, 1)
    if not entries or (entries[0].position, entries[0].at) != (snapshot.position, snapshot.at):
        raise SnapshotUnusable("it was taken of another journal, or of a longer one")


def pack(center: Center, at: int, release: str) -> Snapshot:
    """Return a centre's state after its last entry, which was at a time (ms)."""
    return Snapshot(release, center.position, at, pickle.dumps(center.state(), protocol=5))


def unpack(snapshot: Snapshot, release: str) -> Center:
    """Return the centre whose state a snapshot holds. Raises SnapshotUnusable."""
    if snapshot.release != release:
        raise SnapshotUnusable(f"release {snapshot.release} wrote it, this is {release}")
    try:
        return Center.restored(_Reader(io.BytesIO(snapshot.body)).load())
    except Exception as error:  # whatever bytes may do that are not ours
        raise SnapshotUnusable(f"it cannot be read ({type(error).__name__}: {error})") from error


class _Reader(pickle.Unpickler):
    """Makes values of the core alone: nothing that bytes name is ever called but the classes of our own state."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):  # so Python 3.11.0 to 3.11.3 write members of enumerations
            return _member
        found = super().find_class(module, name) if f"{module}.{name}" in CONTAINERS else None
        if module.startswith("contactcenter."):
            found = super().find_class(module, name)
        if not isinstance(found, type):
            raise SnapshotUnusable(f"it names {module}.{name}")
        return found


def difference(one: object, other: object, place: str = "state") -> str:
    """Return where two states differ, in a few words; empty when they are the same.

    What has a `canonical` form is compared by it: an index may hold the same in more than one way.
    """
    if type(one) is not type(other):
        return f"{place}: {type(one).__name__} and {type(other).__name__}"
    if isinstance(one, str | int | bytes | Enum | None):
        return "" if one == other else f"{place}: {one!r} and {other!r}"
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if list(one) != list(other):
            return f"{place}: other keys, or in another order"
        return _first(difference(one[key], other[key], f"{place}[{key!r}]") for key in one)
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        if len(one) != len(other):
            return f"{place}: {len(one)} and {len(other)} of them"
        return _first(
            difference(a, b, f"{place}[{number}]") for number, (a, b) in enumerate(zip(one, other, strict=True))
        )
    if isinstance(one, set | frozenset):
        return "" if one == other else f"{place}: other members"
    return _first(difference(a, b, f"{place}.{name}") for name, a, b in _fields(one, other))


def _member(words: object, name: str) -> Enum:
    if not isinstance(words, EnumType):
        raise SnapshotUnusable(f"it asks {words!r} for {name}")
    return words[name]


def _first(differences: Iterable[str]) -> str:
    return next((each for each in differences if each), "")


def _fields(one: object, other: object) -> Iterator[tuple[str, Any, Any]]:
    canonical = getattr(one, "canonical", None)
    if canonical is not None:
        yield "canonical", canonical(), other.canonical()  # type: ignore[attr-defined]
        return
    struct: Sequence[str] = getattr(one, "__struct_fields__", ())
    if struct:
        yield from ((name, getattr(one, name), getattr(other, name)) for name in struct)
        return
    held, other_held = attributes_of(one), attributes_of(other)
    for name in {**held, **other_held}:
        yield name, held.get(name), other_held.get(name)
