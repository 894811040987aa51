"""Messages: how a caller who waits, or whom a flow asks, leaves one, and how it comes to wait in the caller's place.

The visit ends when it is known whether there is a message: as voicemail, or as it would have ended without one. Whoever
has spoken for long enough is not lost by a recording that fails: the contact goes on, and says that the sound may be
missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import endings
from contactcenter.acd.apply.voicemail import message_of
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.offers import withdraw
from contactcenter.acd.priority import bonus
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.acd.visits import open_visit
from contactcenter.model.events import MessageDismissed
from contactcenter.model.facts import (
    KeyHeard,
    MessageBegun,
    MessageLeft,
    MessageOver,
    MessageRecording,
    MessageRequested,
    PromptEnded,
    RecordingChanged,
)
from contactcenter.model.ids import ContactId, PlayId
from contactcenter.model.step import Draft
from contactcenter.model.voicemail import ASK, BEEP
from contactcenter.model.words import Channel, ContactOutcome, OfferOutcome, RecordingState, VisitOutcome

__all__ = [
    "VOICEMAIL_ALARMS",
    "VOICEMAIL_EVENTS",
    "VOICEMAIL_REACTIONS",
    "begin",
    "caller_left",
    "may_leave",
]


ENDINGS: dict[VisitOutcome, ContactOutcome] = {
    VisitOutcome.ABANDONED: ContactOutcome.ABANDONED,
    VisitOutcome.CLOSED: ContactOutcome.CLOSED,
    VisitOutcome.FAILED: ContactOutcome.FAILED_NODE,
}


def may_leave(floor: Floor, contact: ContactOnFloor) -> bool:
    """Return whether a contact is a caller on the line, in a queue that takes messages."""
    waits = contact.channel is Channel.VOICE and contact.in_queue and not contact.off_line
    return waits and floor.queue_of(contact).voicemail is not None


def begin(floor: Floor, draft: Draft, contact_id: ContactId, otherwise: VisitOutcome) -> None:
    """Take a caller out of the line, and ask for a message."""
    draft.emit(MessageBegun(contact_id, PlayId(draft.new_id("p")), (ASK, BEEP), otherwise))


def requested(floor: Floor, fact: MessageRequested, draft: Draft) -> None:
    """Ask a caller for a message whose flow says so: it will wait as if the caller had come into the queue now."""
    contact, queue = floor.contacts[fact.contact], floor.queues[fact.queue]
    priority = fact.priority + queue.priority + bonus(queue, contact.customer_class)
    prompt, prompts = PlayId(draft.new_id("p")), (*fact.prompts, BEEP)
    draft.emit(MessageBegun(fact.contact, prompt, prompts, VisitOutcome.ABANDONED, fact.queue, priority))


def key_heard(floor: Floor, fact: KeyHeard, draft: Draft) -> None:
    """Let the queue's key lead to a message, and the one key that is heard in a message end it."""
    contact = floor.contacts[fact.contact]
    if contact.state is ContactState.MESSAGE:
        _over(floor, draft, fact.contact)
    elif may_leave(floor, contact) and not contact.asked and _key(floor, contact) == fact.key:
        withdraw(floor, draft, fact.contact, OfferOutcome.CALLER_GONE)
        begin(floor, draft, fact.contact, VisitOutcome.ABANDONED)


def _key(floor: Floor, contact: ContactOnFloor) -> str:
    rules = floor.queue_of(contact).voicemail
    assert rules is not None, "who may leave a message waits where they are taken"
    return rules.key


def prompt_ended(floor: Floor, fact: PromptEnded, draft: Draft) -> None:
    """Record from the tone on."""
    contact = floor.contacts.get(fact.contact)
    message = contact.message if contact is not None else None
    if message is not None and message.prompt == fact.prompt and message.recorded_from is None:
        draft.emit(MessageRecording(fact.contact, draft.now + message.rules.max_ms))


def _over(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """End a message that is being recorded; a key before the tone means nothing."""
    message = message_of(floor, contact_id)
    if message.recorded_from is not None and not message.over:
        draft.emit(MessageOver(contact_id))


def time_over(floor: Floor, draft: Draft, name: str) -> None:
    """The longest time is over, of a message or of asking for it."""
    contact_id = ContactId(name)
    if message_of(floor, contact_id).recorded_from is None:
        _miss(floor, draft, contact_id, VisitOutcome.FAILED)  # nobody told that the prompt was heard
    else:
        _over(floor, draft, contact_id)


def caller_left(floor: Floor, draft: Draft, contact_id: ContactId, failed: bool) -> None:
    """End the contact of who went before the tone; what was said after it is settled by its recording."""
    message = message_of(floor, contact_id)
    if message.recorded_from is None:
        _miss(floor, draft, contact_id, VisitOutcome.FAILED if failed else message.otherwise)


def recording_changed(floor: Floor, fact: RecordingChanged, draft: Draft) -> None:
    """Settle a message by what became of its recording."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.state is not ContactState.MESSAGE:
        return
    message = message_of(floor, fact.contact)
    if message.recorded_from is None or message.recording != fact.recording:
        return
    if fact.state is RecordingState.STORED:
        spoken_ms, whole = fact.duration_ms, True
    elif fact.state is RecordingState.FAILED:
        spoken_ms, whole = draft.now - message.recorded_from, False
    else:
        return
    if spoken_ms < message.rules.min_ms:
        _miss(floor, draft, fact.contact, message.otherwise if whole else VisitOutcome.FAILED)
    else:
        _keep(floor, draft, fact, spoken_ms if whole else 0, whole)


def _keep(floor: Floor, draft: Draft, fact: RecordingChanged, duration_ms: int, whole: bool) -> None:
    """Let the message wait for an agent, at the place of its caller."""
    contact_id, contact = fact.contact, floor.contacts[fact.contact]
    assert contact.queue is not None, "a message is left in a queue"
    if contact.visit is not None:
        _end_visit(floor, draft, contact_id, VisitOutcome.VOICEMAIL)
    draft.emit(MessageLeft(contact_id, fact.recording, duration_ms, whole, PlayId(draft.new_id("p"))))
    queue = floor.queue_of(contact)  # the class of the customer may be known by now
    place = (contact.priority - contact.bonus + bonus(queue, contact.customer_class), contact.placed_at)
    open_visit(floor, draft, contact_id, contact.queue, *place, message=True)


def dismiss(floor: Floor, event: MessageDismissed, draft: Draft) -> None:
    """Take a message out of the line, unless somebody listens to it."""
    contact = floor.contacts.get(event.contact)
    if contact is None or contact.message is None or not contact.message.left or not contact.in_queue:
        draft.reject("this message is over, or somebody listens to it")
        return
    withdraw(floor, draft, event.contact, OfferOutcome.WITHDRAWN)
    endings.end_visit(floor, draft, event.contact, VisitOutcome.CLOSED)
    endings.end(floor, draft, event.contact, ContactOutcome.CLOSED)


def _miss(floor: Floor, draft: Draft, contact_id: ContactId, outcome: VisitOutcome) -> None:
    """End a contact without a message; whom we failed has ten minutes to come back to the old place.

    Who came from a flow had none, and was in the flow.
    """
    if floor.contacts[contact_id].visit is None:
        failed = outcome is VisitOutcome.FAILED
        endings.end(floor, draft, contact_id, ContactOutcome.FAILED_NODE if failed else ContactOutcome.LEFT_IN_IVR)
        return
    if outcome is VisitOutcome.FAILED:
        endings.keep_place(floor.contacts[contact_id], draft)
    _end_visit(floor, draft, contact_id, outcome)
    endings.end(floor, draft, contact_id, ENDINGS[outcome])


def _end_visit(floor: Floor, draft: Draft, contact_id: ContactId, outcome: VisitOutcome) -> None:
    """End the visit of a caller, who has waited until the message was asked for."""
    endings.end_visit(floor, draft, contact_id, outcome, until_at=message_of(floor, contact_id).begun_at)


VOICEMAIL_EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {MessageDismissed: dismiss}

VOICEMAIL_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    MessageRequested: (requested,),
    KeyHeard: (key_heard,),
    PromptEnded: (prompt_ended,),
    RecordingChanged: (recording_changed,),
}

VOICEMAIL_ALARMS: dict[str, Callable[[Floor, Draft, str], None]] = {"message": time_over}
