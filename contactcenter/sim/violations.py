"""What the checkers write down: which invariant was broken, when, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from contactcenter.model.entry import Entry

__all__ = ["Checker", "Ledger", "Violation"]

VIOLATIONS_MAX = 1_000  # one broken rule may show at every entry; more of the same says nothing


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant, by its name in the list of invariants."""

    invariant: str
    at: int
    what: str


@dataclass(slots=True)
class Ledger:
    """All violations of a run, in order of time."""

    violations: list[Violation] = field(default_factory=list)
    checked: int = 0

    def hold(self, truth: bool, invariant: str, at: int, what: str) -> None:
        """Write a violation down unless the invariant holds."""
        self.checked += 1
        if not truth and len(self.violations) < VIOLATIONS_MAX:
            self.violations.append(Violation(invariant, at, what))


class Checker(Protocol):
    """An oracle over the stream of entries; it knows the centre by facts alone."""

    def see(self, entry: Entry) -> None:
        """Check an entry against all that was seen before."""

    def finish(self, at: int) -> None:
        """Check what must be true when everything has come to its end."""
