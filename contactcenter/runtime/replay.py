"""The journal turned into a centre again: to recover after a crash, and to prove that it would decide the same.

Recovery applies the journaled facts and never decides; verification decides every event again and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import Event
from contactcenter.model.facts import Fact
from contactcenter.model.step import Step

__all__ = ["Difference", "Loadable", "Replayable", "Verdict", "recover", "verify"]


class Loadable(Protocol):
    """What replay asks of a journal."""

    def load(self) -> Iterator[Entry]:
        """Yield all entries in order of position."""


class Replayable(Protocol):
    """What replay asks of the centre."""

    position: Position

    def begin_epoch(self, epoch: int) -> None:
        """Let the positions to come name this owner."""

    def apply(self, entry: Entry) -> None:
        """Change the state as an entry says."""

    def handle(self, event: Event, now: int) -> Step:
        """Decide an event."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a second decision was another one: the facts that were journaled, and those decided now."""

    position: Position
    event: str
    expected: tuple[Fact, ...]
    actual: tuple[Fact, ...]
    reason: str = ""

    def __str__(self) -> str:
        """Say it in one line, with the first fact that differs and without what is sealed."""
        if self.reason:
            return f"{self._place()}: {self.reason}"
        pairs = zip(self.expected, self.actual, strict=False)
        number = next((number for number, (old, new) in enumerate(pairs) if old != new), None)
        if number is None:
            number = min(len(self.expected), len(self.actual))
        return (
            f"{self._place()}: fact {number + 1} was {shown(self.expected, number)}, now {shown(self.actual, number)}"
        )

    def _place(self) -> str:
        return f"entry {self.position.epoch}.{self.position.sequence} ({self.event})"


@dataclass(slots=True)
class Verdict:
    """What a verification found: entries decided again, entries of other versions only applied, a first difference."""

    decided: int = 0
    applied: int = 0
    other_versions: dict[str, int] = field(default_factory=dict)
    difference: Difference | None = None


def recover(center: Replayable, journal: Loadable) -> int:
    """Bring an empty centre to where the journal ends; return the time of the last entry (ms), 0 when there is none."""
    last_at = 0
    for entry in journal.load():
        center.apply(entry)
        last_at = entry.at
    return last_at


def verify(journal: Loadable, center_factory: Callable[[], Replayable], version: str) -> Verdict:
    """Decide all entries of engine `version` again, up to the first difference; those of others are only applied."""
    center = center_factory()
    verdict = Verdict()
    for entry in journal.load():
        if entry.version != version:
            center.apply(entry)
            verdict.applied += 1
            verdict.other_versions[entry.version] = verdict.other_versions.get(entry.version, 0) + 1
            continue
        verdict.difference = decide_again(center, entry)
        if verdict.difference:
            break
        verdict.decided += 1
    return verdict


def decide_again(center: Replayable, entry: Entry) -> Difference | None:
    """Decide one entry's event again; return how that differs from what was journaled."""
    if center.position.epoch != entry.position.epoch:
        center.begin_epoch(entry.position.epoch)
    step = center.handle(entry.event, entry.at)
    event, facts = type(entry.event).__name__, tuple(step.facts)
    if step.rejected is not None:
        return Difference(entry.position, event, entry.facts, facts, f"refused now: {step.rejected.reason}")
    if center.position != entry.position:
        return Difference(entry.position, event, entry.facts, facts, f"stands at {center.position} now")
    return None if facts == entry.facts else Difference(entry.position, event, entry.facts, facts)


def shown(facts: tuple[Fact, ...], number: int) -> str:
    """A fact in words for an operator's eyes; boxes are shortened, they say nothing."""
    if number >= len(facts):
        return "none"
    fact = facts[number]
    fields = {name: getattr(fact, name) for name in fact.__struct_fields__}
    words = ", ".join(f"{name}={brief(value)}" for name, value in fields.items())
    return f"{type(fact).__name__}({words})"


def brief(value: object) -> str:
    """A field's value, without the bytes of boxes or the length of configurations."""
    if isinstance(value, msgspec.Struct):
        return f"<{type(value).__name__}>"
    return str(value)
