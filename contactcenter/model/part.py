"""The one shape of every pure part of the centre, so that `center` can drive them by table.

A part owns a piece of state. It changes that state only in `apply`; `handle`, `react` and `alarm` decide, by emitting
facts and commands on the draft.
"""

from __future__ import annotations

from typing import Protocol

from contactcenter.model.events import Event
from contactcenter.model.facts import Fact
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers

__all__ = ["Part"]


class Part(Protocol):
    """A pure piece of the centre. Its constructor takes the centre's `Timers`; its alarms' names begin with its own."""

    def __init__(self, timers: Timers) -> None:
        """Begin empty, setting alarms in `timers` while facts are applied."""

    def apply(self, fact: Fact, now: int) -> None:
        """Change the state as the fact says; facts of others are ignored. Never decides, never fails."""

    def handle(self, event: Event, draft: Draft) -> None:
        """Decide what an event from outside means, or refuse it with `draft.reject`."""

    def react(self, fact: Fact, draft: Draft) -> None:
        """Decide what follows from a fact of a sibling."""

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Decide what follows from a deadline that is due."""
