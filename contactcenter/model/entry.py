"""What becomes of an event: an entry of the journal, or a refusal as data."""

from __future__ import annotations

import msgspec

from contactcenter.model.events import Event
from contactcenter.model.facts import Fact

__all__ = ["Entry", "Position", "Rejected"]


class Position(msgspec.Struct, frozen=True, order=True, array_like=True):
    """Where an entry stands: epoch of the owner, then a gap-free sequence that runs on across epochs."""

    epoch: int
    sequence: int


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One journal entry: what happened, when (ms of the centre's clock), and what it meant."""

    position: Position
    at: int
    version: str
    event: Event
    facts: tuple[Fact, ...]


class Rejected(msgspec.Struct, frozen=True):
    """An event that no longer applies (late, doubled, not allowed in this state); nothing changed."""

    event: Event
    reason: str
