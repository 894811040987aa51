"""How after-contact work changes the routing floor: its end as an alarm, and the time that is added to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import move
from contactcenter.acd.state import ContactOnFloor, Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import WorkChanged, WrapUpExtended
from contactcenter.model.ids import ContactId
from contactcenter.model.words import Work
from contactcenter.model.wrap_up import wrap_up_ends_at

__all__ = ["ABSENT_MS", "WRAP_UP_CHANGES", "note_wrap_up"]

ABSENT_MS = 900_000  # a console that is gone longer is not coming back today: what it held is settled without it


def note_wrap_up(floor: Floor, fact: WorkChanged, now: int) -> None:
    """Set when after-contact work ends, as it begins or begins again; all other work has no such end."""
    contact = floor.contacts[fact.contact]
    if fact.work not in (Work.WRAP_UP, Work.RESULT_OPEN):
        floor.timers.clear(("acd", "wrap_up", fact.contact))
        return
    if contact.state is not ContactState.WRAP_UP:
        move(contact, ContactState.WRAP_UP)
    ends_at = wrap_up_ends_at(floor.rules_of(contact), fact.work, now)
    if ends_at is None and not floor.agents[fact.agent].console:
        # Whether anybody comes back to write it up is asked then: the alarm of the lost console may be over already.
        floor.timers.set(("acd", "wrap_up", fact.contact), now + ABSENT_MS)
    _end_at(floor, fact.contact, contact, ends_at)


def _end_at(floor: Floor, contact_id: ContactId, contact: ContactOnFloor, ends_at: int | None) -> None:
    contact.wrap_up_ends_at = ends_at
    if ends_at is not None:
        floor.timers.set(("acd", "wrap_up", contact_id), ends_at)


def _extended(floor: Floor, fact: WrapUpExtended, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.extensions = fact.number
    _end_at(floor, fact.contact, contact, fact.until_at)


WRAP_UP_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {WrapUpExtended: _extended}
