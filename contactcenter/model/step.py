"""How the pure parts answer: facts and commands of one step, or a refusal as data.

A `Draft` is the step in the making: emitting a fact applies it at once to every part, in one order for live, sim and
replay alike, so that later decisions of the same step see it. It must never be kept beyond its step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contactcenter.model.commands import Command
from contactcenter.model.entry import Position, Rejected
from contactcenter.model.facts import Fact

__all__ = ["Change", "Draft", "Step"]

Change = Callable[[Any, int], None]
"""Changes the state as a fact says that was stated at a time (ms). Never decides, never fails."""


@dataclass(slots=True)
class Step:
    """What one event led to. `rejected` steps have no facts and are not journaled."""

    facts: list[Fact] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    rejected: Rejected | None = None


class Draft:
    """A step in the making, handed to the parts while they decide."""

    __slots__ = ("_changes", "_ids", "_position", "commands", "facts", "now", "reacted", "reason")

    def __init__(self, now: int, position: Position, changes: Mapping[type[Any], Iterable[Change]]) -> None:
        """Begin a step at `now` (ms) that will stand at `position`; `changes` are all rules by kind of fact."""
        self.now = now
        self.facts: list[Fact] = []
        self.commands: list[Command] = []
        self.reason = ""
        self.reacted = 0
        self._position = position
        self._changes = changes
        self._ids = 0

    def emit(self, fact: Fact) -> None:
        """State a fact: it is applied at once and reacted to when the present decision is through."""
        now: Any = self.now  # an object for all of them, not one made anew for each where this is compiled
        for change in self._changes.get(type(fact), ()):
            change(fact, now)
        self.facts.append(fact)

    def command(self, command: Command) -> None:
        """Ask the outside for an act."""
        self.commands.append(command)

    def reject(self, reason: str) -> None:
        """Say that the event does not apply; the first reason stands."""
        self.reason = self.reason or reason

    def new_id(self, prefix: str) -> str:
        """Return an id derived from this step's position, unique in the domain."""
        self._ids += 1
        base = f"{prefix}{self._position.epoch}.{self._position.sequence}"
        return base if self._ids == 1 else f"{base}.{self._ids}"
