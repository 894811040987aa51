"""How callbacks change the routing floor: promised, out of the line while nobody may be called, and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import move, set_relax_alarm, stand, stand_aside
from contactcenter.acd.contacts import CallbackOnFloor, ContactOnFloor
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import (
    CallbackAnswered,
    CallbackDeclined,
    CallbackEnded,
    CallbackOffered,
    CallbackPostponed,
    CallbackPromised,
    CallbackRefused,
    CallbackResumed,
)
from contactcenter.model.hours import interval_at
from contactcenter.model.ids import ContactId

__all__ = ["CALLBACK_CHANGES", "join_queued", "set_callback_alarm"]


def set_callback_alarm(floor: Floor, contact_id: ContactId, contact: ContactOnFloor, now: int) -> None:
    """Wake a callback when it may be called, when the hours end in which it may, and when it expires."""
    callback = contact.callback
    assert callback is not None, "only callbacks have this alarm"
    hours = interval_at(floor.callback_hours, now)
    turn_at = callback.until_at if contact.state is ContactState.POSTPONED or hours is None else hours[1]
    floor.timers.set(("acd", "callback", contact_id), min(turn_at, callback.expires_at))


def join_queued(floor: Floor, contact: ContactOnFloor, now: int) -> None:
    """Count a callback that stands in its line for the queue's pace, as a caller who waits is counted."""
    contact.queued = True
    floor.pace_of(contact).join(now)


def _asked(floor: Floor, fact: CallbackOffered | CallbackRefused, now: int) -> None:
    floor.contacts[fact.contact].asked = True


def _declined(floor: Floor, fact: CallbackDeclined, now: int) -> None:
    floor.contacts[fact.contact].asked = False


def _promised(floor: Floor, fact: CallbackPromised, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.queue = fact.queue or contact.queue
    rules = floor.queue_of(contact).callback
    assert rules is not None, "callbacks are promised by the queue's rules"
    assert floor.outgoing is not None, "callbacks are promised only where we can call out"
    move(contact, ContactState.PROMISED)
    contact.callback = CallbackOnFloor(rules, floor.outgoing, fact.number_key, fact.expires_at, fact.opens_at)
    floor.callback_numbers[fact.number_key] = fact.contact
    queue = floor.queue_of(contact).id
    floor.callbacks_due[queue] = floor.callbacks_due.get(queue, 0) + 1


def _answered(floor: Floor, fact: CallbackAnswered, now: int) -> None:
    contact = floor.contacts[fact.contact]
    assert contact.callback is not None, "only callbacks are called first"
    contact.callback.on_line, contact.agent, contact.called = True, None, False
    move(contact, ContactState.WAITING)
    stand(floor, fact.contact, contact)
    set_relax_alarm(floor, fact.contact, contact)


def _postponed(floor: Floor, fact: CallbackPostponed, now: int) -> None:
    contact = floor.contacts[fact.contact]
    assert contact.callback is not None, "only callbacks are postponed"
    stand_aside(floor, fact.contact, contact)
    contact.callback.until_at, contact.callback.tries = fact.until_at, fact.tries
    contact.callback.on_line, contact.agent, contact.called, contact.group = False, None, False, None
    if contact.queued:
        contact.queued = False
        floor.pace_of(contact).leave(now, served=False)
    if contact.state is not ContactState.POSTPONED:
        move(contact, ContactState.POSTPONED)
    set_callback_alarm(floor, fact.contact, contact, now)


def _resumed(floor: Floor, fact: CallbackResumed, now: int) -> None:
    contact = floor.contacts[fact.contact]
    if contact.state is ContactState.POSTPONED:
        move(contact, ContactState.WAITING)
        stand(floor, fact.contact, contact)
        set_relax_alarm(floor, fact.contact, contact)
        join_queued(floor, contact, now)
    set_callback_alarm(floor, fact.contact, contact, now)


def _ended(floor: Floor, fact: CallbackEnded, now: int) -> None:
    contact = floor.contacts[fact.contact]
    assert contact.callback is not None, "only callbacks end as such"
    queue = floor.queue_of(contact).id
    floor.callbacks_due[queue] -= 1
    del floor.callback_numbers[contact.callback.number_key]
    floor.timers.clear(("acd", "callback", fact.contact))
    contact.callback = None


CALLBACK_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    CallbackOffered: _asked,
    CallbackRefused: _asked,
    CallbackDeclined: _declined,
    CallbackPromised: _promised,
    CallbackAnswered: _answered,
    CallbackPostponed: _postponed,
    CallbackResumed: _resumed,
    CallbackEnded: _ended,
}
