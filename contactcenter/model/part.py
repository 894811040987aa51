"""The one shape of every pure part of the centre, so that `center` can drive them by table.

A part owns a piece of state. It changes that state only in the rules of `changes`; `handle`, the rules of `answers` and
`alarm` decide, by emitting facts and commands on the draft.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from types import MethodType
from typing import Any, TypeVar

from contactcenter.model.events import Event
from contactcenter.model.facts import Fact
from contactcenter.model.step import Change, Draft

__all__ = ["Answer", "Part", "answering", "attributes_of", "changes_of", "changing"]

State = TypeVar("State")

Answer = Callable[[Any, Draft], None]
"""Decides what follows from a fact."""


class Part(ABC):
    """A pure piece of the centre. Its constructor takes the centre's `Timers`; its alarms' names begin with its own."""

    changes: Mapping[type[Any], Change]
    """How each kind of fact changes the state; facts that are not listed are of no concern to the part."""

    answers: Mapping[type[Any], tuple[Answer, ...]]
    """What each kind of fact is answered by, in this order."""

    @abstractmethod
    def bind(self) -> None:
        """Set `changes` and `answers` for the state as it is: once it is made, and after it was restored."""

    def state(self) -> dict[str, Any]:
        """Return everything that the part knows, by name: whatever it keeps beside its rules is state."""
        return {name: value for name, value in attributes_of(self).items() if name not in ("changes", "answers")}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Know what another part of this kind knew, and nothing else."""
        for name, value in state.items():
            setattr(self, name, value)
        self.bind()

    def apply(self, fact: Fact, now: int) -> None:
        """Change the state as the fact says; facts of others are ignored."""
        change = self.changes.get(type(fact))
        if change is not None:
            change(fact, now)

    def react(self, fact: Fact, draft: Draft) -> None:
        """Decide what follows from a fact, of a sibling or our own."""
        for answer in self.answers.get(type(fact), ()):
            answer(fact, draft)

    @abstractmethod
    def handle(self, event: Event, draft: Draft) -> None:
        """Decide what an event from outside means, or refuse it with `draft.reject`."""

    @abstractmethod
    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Decide what follows from a deadline that is due."""


def attributes_of(thing: object) -> dict[str, Any]:
    """Return what a thing holds, by name, be its class an ordinary one, one with slots, or a compiled one."""
    held = thing.__getstate__()
    if isinstance(held, tuple):  # of a class with slots: what its dictionary holds, if it has one, and the slots
        plain, slotted = held
        return {**(plain or {}), **slotted}
    return dict(held) if isinstance(held, dict) else {}


def changing(state: State, rules: Mapping[type[Any], Callable[[State, Any, int], None]]) -> dict[type[Any], Change]:
    """Return rules as they change one state."""
    return {kind: MethodType(rule, state) for kind, rule in rules.items()}


def answering(
    state: State, rules: Mapping[type[Any], tuple[Callable[[State, Any, Draft], None], ...]]
) -> dict[type[Any], tuple[Answer, ...]]:
    """Return rules as they answer by one state."""
    return {kind: tuple(MethodType(rule, state) for rule in them) for kind, them in rules.items()}


def changes_of(parts: Iterable[Part]) -> dict[type[Any], tuple[Change, ...]]:
    """Return how each kind of fact changes the state of all these parts, in their order: one look-up a fact."""
    found: dict[type[Any], tuple[Change, ...]] = {}
    for part in parts:
        for kind, change in part.changes.items():
            found[kind] = (*found.get(kind, ()), change)
    return found
