"""How what a queue's recipe does changes the routing floor; a part of `apply`, by the same rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import announce_again, move
from contactcenter.acd.progress import note, set_recipe_alarm
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import AnnouncementMade, FarewellBegun, RecipeStepDue
from contactcenter.model.recipes import Relax

__all__ = ["RECIPE_CHANGES"]

FAREWELL_MS = 60_000  # a farewell whose end nobody reports, as after a crash, is over by then


def _step_due(floor: Floor, fact: RecipeStepDue, now: int) -> None:
    contact = floor.contacts[fact.contact]
    note(contact, fact.act, fact.number, fact.done, now)
    if fact.done and isinstance(fact.act, Relax):
        contact.eased = contact.step + 1
    set_recipe_alarm(floor, fact.contact, contact)


def _announced(floor: Floor, fact: AnnouncementMade, now: int) -> None:
    announce_again(floor, fact.contact, floor.contacts[fact.contact], now)  # the place is not told right after it


def _farewell(floor: Floor, fact: FarewellBegun, now: int) -> None:
    contact = floor.contacts[fact.contact]
    move(contact, ContactState.FAREWELL)
    contact.farewell = fact.prompt
    floor.timers.set(("acd", "farewell", fact.contact), now + FAREWELL_MS)


RECIPE_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    RecipeStepDue: _step_due,
    AnnouncementMade: _announced,
    FarewellBegun: _farewell,
}
