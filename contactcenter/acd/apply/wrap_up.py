"""How after-contact work changes the routing floor: its end as an alarm, and the time that is added to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import move
from contactcenter.acd.contacts import ContactOnFloor, WritingUp
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import WorkChanged, WrapUpExtended
from contactcenter.model.words import Work
from contactcenter.model.wrap_up import AFTER_TALK, wrap_up_ends_at

__all__ = ["ABSENT_MS", "WRAP_UP_CHANGES", "note_wrap_up"]

ABSENT_MS = 900_000  # a console that is gone longer is not coming back today: what it held is settled without it


def note_wrap_up(floor: Floor, fact: WorkChanged, now: int) -> None:
    """Set when after-contact work ends, as it begins or begins again; all other work has no such end."""
    contact = floor.contacts[fact.contact]
    if fact.work not in AFTER_TALK:
        _interrupt(floor, fact, contact)
        return
    if contact.parted:  # who passed it on writes it up beside whatever the customer goes through
        move(contact, ContactState.WRAP_UP)
    writing = contact.written_up.setdefault(fact.agent, WritingUp(contact.queue, contact.own_rules))
    writing.ends_at = wrap_up_ends_at(floor.rules_of_writing(contact, fact.agent), fact.work, now)
    if writing.ends_at is not None:
        floor.timers.set(_alarm_of(fact), writing.ends_at)
    elif not floor.agents[fact.agent].console:
        # Whether anybody comes back to write it up is asked then: the alarm of the lost console may be over already.
        floor.timers.set(_alarm_of(fact), now + ABSENT_MS)


def _interrupt(floor: Floor, fact: WorkChanged, contact: ContactOnFloor) -> None:
    """Let what was written up go on later, its time anew, where it is only parked; else it is over."""
    writing = contact.written_up.get(fact.agent)
    if writing is None:
        return
    floor.timers.clear(_alarm_of(fact))
    if fact.work is Work.PARKED:
        writing.ends_at = None
    else:
        del contact.written_up[fact.agent]


def _alarm_of(fact: WorkChanged | WrapUpExtended) -> tuple[str, ...]:
    return ("acd", "wrap_up", fact.contact, fact.agent)


def _extended(floor: Floor, fact: WrapUpExtended, now: int) -> None:
    writing = floor.contacts[fact.contact].written_up[fact.agent]
    writing.extensions, writing.ends_at = fact.number, fact.until_at
    floor.timers.set(_alarm_of(fact), fact.until_at)


WRAP_UP_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {WrapUpExtended: _extended}
