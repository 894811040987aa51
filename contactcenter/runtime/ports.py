"""What the runtime asks of the adapters, as protocols; no third-party library may appear here.

Engine side: `Journal`, `Telephony`. Desk side: `Link`, the three serialisable calls (submit, subscribe, ask) by which
desk and engine meet; `ask` is spelled out as one method per question.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from contactcenter.model.commands import Command
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import Event
from contactcenter.model.ids import LegId, MessageId, PersonId
from contactcenter.model.sealed import Sealed

__all__ = [
    "Address",
    "DomainStore",
    "EngineFigures",
    "Journal",
    "JournalFull",
    "KeyChanges",
    "KeyRider",
    "KeyRow",
    "KeyRows",
    "Link",
    "LinkLost",
    "Receipt",
    "Shelf",
    "Snapshot",
    "StoreAway",
    "StoreUnusable",
    "Telephony",
    "Vault",
]


class JournalFull(Exception):
    """The store refused an append for good (fencing, disk full): the engine must not promise anything any more."""


class StoreUnusable(Exception):
    """The journal or its keys cannot be used as they stand; the message tells a person where, why and what to do."""


class StoreAway(StoreUnusable):
    """The store cannot be reached now; nothing is wrong with it as far as is known, and trying again may help."""


class LinkLost(Exception):
    """The engine cannot be reached now; what was submitted may or may not have been accepted."""


class Receipt(msgspec.Struct, frozen=True):
    """The engine's answer to a submitted event, given after its entry is committed."""

    position: Position | None
    rejected: str = ""


class Address(msgspec.Struct, frozen=True):
    """An outside address as the core may know it: a person's id, a keyed hash, and the sealed address itself."""

    person: PersonId
    key: str
    sealed: Sealed


class EngineFigures(msgspec.Struct):
    """The engine's own figures for `/metrics`; names are Prometheus-style, histograms are (upper bound, count)."""

    gauges: dict[str, float] = {}
    counters: dict[str, float] = {}
    histograms: dict[str, list[tuple[float, int]]] = {}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A centre's state after an entry: by which release it was written, at which position, when that entry was."""

    release: str
    position: Position
    at: int
    body: bytes


class Shelf(Protocol):
    """Where snapshots lie."""

    def newest_first(self) -> Iterator[Snapshot]:
        """Yield those that are whole."""


class Journal(Protocol):
    """The one place where truth is written; appends are atomic, ordered and durable when `append` returns."""

    def load(self, after: int = 0) -> Iterator[Entry]:
        """Yield all entries whose sequence is greater than `after`, in order of position."""

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries whose sequence is greater than `after`; may be called from any thread."""

    def open_epoch(self) -> int:
        """Claim ownership and return the new epoch; older owners' appends are refused from now on."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Commit a batch as one row together with the vault's new keys. Raises JournalFull when it never will be."""


class Vault(Protocol):
    """Keeper of one key per person; seals and opens boxes, and forgets a person by destroying the key."""

    def address(self, text: str) -> Address:
        """Seal a normalised outside address (E.164 number, mail address) under its person."""

    def seal(self, person: PersonId, text: str) -> Sealed:
        """Seal a personal text; a new person's key is committed with the next batch, before anything uses it."""

    def open(self, box: Sealed) -> str | None:
        """Return the text of a box, or None when its person was erased."""

    def destroy(self, person: PersonId) -> None:
        """Destroy a person's key for good."""


class KeyRow(msgspec.Struct, frozen=True, array_like=True):
    """A person's row: the wrapped key and, for one who has an address, the ways to it."""

    person: PersonId
    lookup: bytes | None
    address_key: str
    wrapped: bytes


class KeyChanges(msgspec.Struct, frozen=True):
    """What the vault writes along with a commit: first persons are forgotten, then new ones become known.

    `fingerprint` tells by which secret the keys are wrapped; it is kept with the first of them.
    """

    fingerprint: bytes
    forgotten: tuple[PersonId, ...]
    fresh: tuple[KeyRow, ...]


class KeyRider(Protocol):
    """Something whose keys are durable with the next commit, whatever that commit is for."""

    def board(self, entries: Sequence[Entry]) -> tuple[KeyChanges, Callable[[], None]]:
        """Return what to write in the transaction of `entries`, and what to call once that is committed."""


class KeyRows(Protocol):
    """What the vault asks of the journal that keeps its rows; questions may be asked from any thread."""

    def join_commits(self, rider: KeyRider, /) -> None:
        """Let the vault write along with every commit."""

    async def settle(self) -> None:
        """Return once all new keys are durable. Raises JournalFull."""

    def erase(self, done: Callable[[], None]) -> None:
        """Commit what the vault forgot so that no trace is left, then call `done`."""

    def key_of(self, person: PersonId) -> KeyRow | None:
        """Return a person's row. Raises StoreUnusable."""

    def key_at(self, lookup: bytes) -> KeyRow | None:
        """Return the row of the person with an address, by its keyed hash. Raises StoreUnusable."""

    def is_erased(self, person: PersonId) -> bool:
        """Tell whether a person was erased. Raises StoreUnusable."""

    def fingerprint(self) -> bytes | None:
        """Return which secret wraps the keys, None before the first. Raises StoreUnusable."""


class DomainStore(Journal, KeyRows, Protocol):
    """All that an engine asks of the store of its domain."""

    def head(self) -> int:
        """Return the sequence of the last committed entry; may be called from any thread. Raises StoreUnusable."""

    def is_reachable(self) -> bool:
        """Tell whether the store is there, as far as is known: without it nothing new can be promised."""

    def figures(self) -> EngineFigures:
        """Return how long commits take, how much was written and what waits."""

    def close(self) -> None:
        """Write what was handed over, then let the store go; safe to call twice."""


class Telephony(Protocol):
    """The SIP and media side of the engine."""

    def carry_out(self, command: Command) -> None:
        """Do what a command says; commands that name a leg no longer held are ignored and counted."""

    def legs_held(self) -> tuple[LegId, ...]:
        """Return the legs that are alive here (after a restart of the centre only)."""

    def figures(self) -> EngineFigures:
        """Return counters of SIP and media."""


class Link(Protocol):
    """The desk's way to the engine over a local socket (later a network)."""

    async def submit(self, event: Event) -> Receipt:
        """Hand over an event and wait until it is committed or refused. Raises LinkLost."""

    def subscribe(self, after: int) -> AsyncIterator[Entry]:
        """Yield committed entries with a sequence greater than `after`, then follow live. Raises LinkLost."""

    async def address(self, text: str) -> Address:
        """Ask for an outside address in the form that events carry."""

    async def seal(self, person: PersonId, text: str) -> Sealed:
        """Ask for a personal text to be sealed."""

    async def open(self, boxes: Sequence[Sealed]) -> list[str | None]:
        """Ask for boxes to be opened; None for an erased person's."""

    async def outbox(self) -> list[MessageId]:
        """Ask for the outgoing texts that wait for a carrier's word."""

    async def figures(self) -> EngineFigures:
        """Ask for the engine's own figures."""

    async def head(self) -> int:
        """Ask for the sequence of the last committed entry."""
