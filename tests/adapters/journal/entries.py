"""Entries for the tests of stores and links: a plausible life of one contact, as long as wanted."""

from __future__ import annotations

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import KeyPressed
from contactcenter.model.facts import KeyHeard
from contactcenter.model.ids import ContactId, LegId

__all__ = ["entries", "entry", "sequences"]

NOON = 1_767_268_800_000


def entry(sequence: int, epoch: int = 1, key: str = "5") -> Entry:
    """One entry at a place."""
    event = KeyPressed(LegId(f"leg{sequence}"), key)
    return Entry(Position(epoch, sequence), NOON + sequence, "1.0", event, (KeyHeard(ContactId("c1.1"), key),))


def entries(first: int, last: int, epoch: int = 1) -> list[Entry]:
    """Entries from one sequence to another, both included."""
    return [entry(sequence, epoch) for sequence in range(first, last + 1)]


def sequences(found: list[Entry]) -> list[int]:
    """The sequences of entries, to compare in one line."""
    return [each.position.sequence for each in found]
