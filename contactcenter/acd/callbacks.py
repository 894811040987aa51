"""Callbacks: who may have one, when its customer may be called, and each way in which it ends.

The customer keeps the contact, the priority and the place; only the line is gone. Whoever is offered the contact is put
through to the customer by us.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from contactcenter.acd import endings
from contactcenter.acd.callback_room import has_room
from contactcenter.acd.contacts import CallbackOnFloor, ContactOnFloor
from contactcenter.acd.offers import win, withdraw
from contactcenter.acd.relaxation import relax
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.events import CallbackCancelled, CallbackHurried, MachineMet
from contactcenter.model.facts import (
    AgentLegUp,
    CallbackAgreed,
    CallbackEnded,
    CallbackOffered,
    CallbackPostponed,
    CallbackPromised,
    CallbackProposed,
    CallbackRefused,
    CallbackResumed,
    DialEnded,
    DialStarted,
    KeyHeard,
    LegChanged,
    PriorityChanged,
    TalkEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.hours import interval_after, interval_at
from contactcenter.model.ids import AgentId, ContactId, QueueId, VisitId
from contactcenter.model.step import Draft
from contactcenter.model.words import (
    CallbackOutcome,
    CallbackRefusal,
    Channel,
    ContactOutcome,
    DialOutcome,
    OfferOutcome,
    Party,
    VisitOutcome,
    Work,
)

__all__ = [
    "EVENTS",
    "HOURS",
    "REACTIONS",
    "SOON_MS",
    "Place",
    "attempt_over",
    "call_again",
    "caller_gone",
    "finish",
    "postpone",
    "reached",
    "take_place",
    "term",
    "turn",
    "wait",
]

DAY_MS = 86_400_000
SOON_MS = 60_000  # after an attempt that failed for our reasons, not the customer's
HURRY_POINTS = 100_000  # above all priorities that queues, classes and flows can give
MACHINE, HOURS = "machine", "hours"

NOT_REACHED = frozenset({DialOutcome.BUSY, DialOutcome.NO_ANSWER, DialOutcome.REFUSED, DialOutcome.UNREACHABLE})
"""The customer's answers that count as an attempt; all others are our own doing."""

ENDINGS: dict[CallbackOutcome, tuple[VisitOutcome, ContactOutcome]] = {
    CallbackOutcome.FAILED: (VisitOutcome.FAILED, ContactOutcome.CALLBACK_FAILED),
    CallbackOutcome.EXPIRED: (VisitOutcome.CLOSED, ContactOutcome.CALLBACK_EXPIRED),
    CallbackOutcome.CANCELLED: (VisitOutcome.CLOSED, ContactOutcome.CALLBACK_CANCELLED),
    CallbackOutcome.REPLACED: (VisitOutcome.MOVED, ContactOutcome.CALLBACK_CANCELLED),
    CallbackOutcome.ABANDONED: (VisitOutcome.ABANDONED, ContactOutcome.ABANDONED),
}
"""How visit and contact end with a callback whose customer talked with nobody."""


class Place(NamedTuple):
    """What a callback gives on to its customer who calls again."""

    priority: int
    placed_at: int


# --- asking for one


def key_heard(floor: Floor, fact: KeyHeard, draft: Draft) -> None:
    """A caller who waits pressed a key: it may be the queue's for callbacks."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or not _may_ask(floor, contact) or _key(floor, contact) != fact.key:
        return
    refusal = _refusal(floor, contact, draft.now)
    if refusal is None:
        draft.emit(CallbackOffered(fact.contact, contact.may_call_back))
    else:
        draft.emit(CallbackRefused(fact.contact, refusal))


def propose(floor: Floor, fact: CallbackProposed, draft: Draft) -> None:
    """Ask a caller who waits whether we shall call back, if that could be promised; if not, nothing is said."""
    contact = floor.contacts.get(fact.contact)
    if contact is not None and _may_ask(floor, contact) and _refusal(floor, contact, draft.now) is None:
        draft.emit(CallbackOffered(fact.contact, contact.may_call_back, fact.long_wait))


def _may_ask(floor: Floor, contact: ContactOnFloor) -> bool:
    """Return whether a contact is a caller who waits in a queue with callbacks, and is not being asked already."""
    if contact.channel is not Channel.VOICE or contact.asked or contact.called or contact.callback is not None:
        return False
    if not contact.in_queue or floor.outgoing is None:
        return False
    return floor.queue_of(contact).callback is not None


def _key(floor: Floor, contact: ContactOnFloor) -> str:
    rules = floor.queue_of(contact).callback
    return rules.key if rules is not None else ""


def _refusal(floor: Floor, contact: ContactOnFloor, now: int) -> CallbackRefusal | None:
    if contact.address_key in floor.callback_numbers:
        return CallbackRefusal.PROMISED_ALREADY
    return None if has_room(floor, floor.queue_of(contact).id, now) else CallbackRefusal.CROWDED


def agree(floor: Floor, fact: CallbackAgreed, draft: Draft) -> None:
    """Promise the callback: the visit ends, the place stays. It is ours from here, whatever becomes of the line."""
    contact = floor.contacts[fact.contact]
    number_key = fact.number_key or contact.address_key
    if number_key in floor.callback_numbers:
        draft.emit(CallbackRefused(fact.contact, CallbackRefusal.PROMISED_ALREADY))
        return
    if floor.queue_of(contact).callback is None or floor.outgoing is None:
        draft.emit(CallbackRefused(fact.contact, CallbackRefusal.CROWDED))  # the rules changed since he was asked
        return
    withdraw(floor, draft, fact.contact, OfferOutcome.CALLER_GONE)
    endings.end_visit(floor, draft, fact.contact, VisitOutcome.CALLED_BACK)
    opens_at, expires_at = term(floor, draft.now)
    draft.emit(CallbackPromised(fact.contact, fact.number, number_key, expires_at, opens_at))


def term(floor: Floor, now: int) -> tuple[int, int]:
    """Return from when a promise given now may be kept, and when it expires: with the hours of the next day."""
    hours, following = interval_at(floor.callback_hours, now), interval_after(floor.callback_hours, now)
    opens_at = now if hours is not None else following[0] if following is not None else now + DAY_MS
    expires_at = following[1] if following is not None else hours[1] if hours is not None else now + DAY_MS
    return opens_at, expires_at


def caller_gone(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    """The caller who was promised a callback has hung up: the contact stands in the line again, at its place."""
    contact = floor.contacts.get(fact.contact)
    if contact is not None and contact.state is ContactState.PROMISED:
        wait(floor, draft, fact.contact, contact.priority, contact.placed_at)


def wait(floor: Floor, draft: Draft, contact_id: ContactId, priority: int, placed_at: int) -> None:
    """Open the visit in which the customer waits for our call."""
    contact = floor.contacts[contact_id]
    assert contact.queue is not None, "a promise names a queue"
    visit = VisitId(draft.new_id("V"))
    draft.emit(VisitOpened(visit, contact_id, contact.queue, contact.channel, priority, placed_at, callback=True))
    if interval_at(floor.callback_hours, draft.now) is None:
        postpone(floor, draft, contact_id, HOURS, draft.now)
    relax(floor, draft, contact_id)


def _resume(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    draft.emit(CallbackResumed(contact_id))
    relax(floor, draft, contact_id)


# --- calling


def call_customer(floor: Floor, fact: AgentLegUp, draft: Draft) -> None:
    """The agent's phone answered: call the customer, unless the hours have ended in this moment."""
    contact = floor.contacts[fact.contact]
    callback = contact.callback
    if callback is None or callback.on_line:
        return
    agent = floor.offers[fact.offer].agent
    if interval_at(floor.callback_hours, draft.now) is None:
        withdraw(floor, draft, fact.contact, OfferOutcome.WITHDRAWN)
        postpone(floor, draft, fact.contact, HOURS, draft.now)
        return
    station, outgoing = floor.agents[agent].station, callback.outgoing
    assert station is not None, "a phone that answered has a station"
    win(floor, draft, fact.offer)
    until_at = draft.now + outgoing.ring_ms
    draft.emit(DialStarted(fact.contact, agent, station, outgoing.trunk, outgoing.shown, until_at))
    draft.emit(WorkChanged(agent, fact.contact, contact.channel, Work.DIALLING))


def attempt_over(floor: Floor, draft: Draft, contact_id: ContactId, outcome: DialOutcome) -> None:
    """Try again later when the customer was not reached, or give up after the last attempt."""
    if outcome in NOT_REACHED:
        _attempt_failed(floor, draft, contact_id, outcome)
    else:
        postpone(floor, draft, contact_id, outcome, draft.now + SOON_MS)


def _attempt_failed(floor: Floor, draft: Draft, contact_id: ContactId, reason: str) -> None:
    callback = _callback(floor, contact_id)
    if callback.tries + 1 >= callback.rules.tries:
        finish(floor, draft, contact_id, CallbackOutcome.FAILED)
    else:
        postpone(floor, draft, contact_id, reason, draft.now + callback.rules.retry_ms, callback.tries + 1)


def postpone(
    floor: Floor, draft: Draft, contact_id: ContactId, reason: str, not_before_at: int, tries: int | None = None
) -> None:
    """Take the callback out of its line until it may be called, within the hours."""
    callback = _callback(floor, contact_id)
    until_at = not_before_at
    if interval_at(floor.callback_hours, not_before_at) is None:
        following = interval_after(floor.callback_hours, not_before_at)
        until_at = following[0] if following is not None else callback.expires_at
    draft.emit(CallbackPostponed(contact_id, reason, until_at, callback.tries if tries is None else tries))


def machine_met(floor: Floor, event: MachineMet, draft: Draft) -> None:
    """A machine is a failed attempt: the talk is over, and the customer is tried again later."""
    contact = floor.contacts.get(event.contact)
    talks = contact is not None and contact.state is ContactState.TALKING and contact.agent == event.agent
    if contact is None or contact.callback is None or not talks:
        draft.reject("this is no callback that you talk to")
        return
    draft.emit(TalkEnded(event.contact, event.agent, contact.channel, Party.AGENT))
    draft.emit(WorkChanged(event.agent, event.contact, contact.channel, Work.ENDED))
    if contact.callback.tries + 1 < contact.callback.rules.tries:
        wait(floor, draft, event.contact, contact.priority, contact.placed_at)
    _attempt_failed(floor, draft, event.contact, MACHINE)


def reached(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """The customer of a callback was talked with: what follows is as for any other caller."""
    if floor.contacts[contact_id].callback is not None:
        draft.emit(CallbackEnded(contact_id, CallbackOutcome.REACHED))


def call_again(floor: Floor, draft: Draft, contact_id: ContactId, agent: AgentId) -> None:
    """Let a customer whom we lost in the talk be called again, at the old place."""
    contact = floor.contacts[contact_id]
    draft.emit(TalkEnded(contact_id, agent, contact.channel, Party.SYSTEM))
    draft.emit(WorkChanged(agent, contact_id, contact.channel, Work.ENDED))
    wait(floor, draft, contact_id, contact.priority, contact.placed_at)


# --- time and other ends


def turn(floor: Floor, draft: Draft, name: str) -> None:
    """The time has come to call, to stop calling for today, or to give up."""
    contact_id = ContactId(name)
    contact, callback = floor.contacts[contact_id], _callback(floor, contact_id)
    if callback.on_line or contact.state in (ContactState.DIALLING, ContactState.TALKING):
        return  # what follows this attempt looks at the time itself
    if callback.expires_at <= draft.now:
        finish(floor, draft, contact_id, CallbackOutcome.EXPIRED)
    elif interval_at(floor.callback_hours, draft.now) is not None:
        _resume(floor, draft, contact_id)
    else:
        withdraw(floor, draft, contact_id, OfferOutcome.WITHDRAWN)
        postpone(floor, draft, contact_id, HOURS, draft.now)


def take_place(floor: Floor, contact: ContactOnFloor, queue: QueueId, draft: Draft) -> Place | None:
    """Let a customer who calls again have the place of the callback that waits in this queue, which ends."""
    old_id = floor.callback_numbers.get(contact.address_key) if contact.address_key else None
    if old_id is None or floor.contacts[old_id].queue != queue:
        return None
    old = floor.contacts[old_id]
    assert old.callback is not None, "what has a number is a callback"
    if not old.callback.on_line and old.state not in (ContactState.PROMISED, ContactState.TALKING):
        finish(floor, draft, old_id, CallbackOutcome.REPLACED)
        return Place(old.priority, old.placed_at)
    return None


def cancel(floor: Floor, event: CallbackCancelled, draft: Draft) -> None:
    """Take a callback off the list, unless its customer is on the line."""
    if _waits(floor, event.contact):
        finish(floor, draft, event.contact, CallbackOutcome.CANCELLED)
    else:
        draft.reject("this callback is over, or its customer is on the line")


def hurry(floor: Floor, event: CallbackHurried, draft: Draft) -> None:
    """Let a customer be called now, before all others."""
    if not _waits(floor, event.contact):
        draft.reject("this callback is over, or its customer is on the line")
    elif interval_at(floor.callback_hours, draft.now) is None:
        draft.reject("customers are not called at this hour: wait for the hours of callbacks")
    elif floor.contacts[event.contact].priority >= HURRY_POINTS:
        draft.reject("this callback goes before all others already")
    else:
        contact = floor.contacts[event.contact]
        draft.emit(PriorityChanged(event.contact, contact.priority + HURRY_POINTS))
        _resume(floor, draft, event.contact)


def _waits(floor: Floor, contact_id: ContactId) -> bool:
    contact = floor.contacts.get(contact_id)
    standing = (ContactState.WAITING, ContactState.POSTPONED, ContactState.OFFERED)
    return contact is not None and not contact.on_the_line and contact.state in standing


def finish(floor: Floor, draft: Draft, contact_id: ContactId, outcome: CallbackOutcome) -> None:
    """End a callback whose customer was not reached, whatever is done for it at the moment."""
    contact = floor.contacts[contact_id]
    visit_outcome, contact_outcome = ENDINGS[outcome]
    withdraw(floor, draft, contact_id, OfferOutcome.WITHDRAWN)
    if contact.state is ContactState.DIALLING and outcome is CallbackOutcome.REPLACED:
        assert contact.agent is not None, "a customer is called for an agent"
        draft.emit(DialEnded(contact_id, contact.agent, DialOutcome.CANCELLED))
        draft.emit(WorkChanged(contact.agent, contact_id, contact.channel, Work.ENDED))
    if contact.state is not ContactState.TALKING:
        endings.end_visit(floor, draft, contact_id, visit_outcome)
    draft.emit(CallbackEnded(contact_id, outcome))
    endings.end(floor, draft, contact_id, contact_outcome)


def _callback(floor: Floor, contact_id: ContactId) -> CallbackOnFloor:
    callback = floor.contacts[contact_id].callback
    assert callback is not None, "only callbacks are asked for here"
    return callback


EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {
    CallbackCancelled: cancel,
    CallbackHurried: hurry,
    MachineMet: machine_met,
}

REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    KeyHeard: (key_heard,),
    CallbackProposed: (propose,),
    CallbackAgreed: (agree,),
    AgentLegUp: (call_customer,),
}
