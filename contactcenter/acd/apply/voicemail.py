"""How messages change the routing floor: asked for, recorded, over, and left to us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import leave_queue, move
from contactcenter.acd.contacts import MessageOnFloor
from contactcenter.acd.priority import bonus
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import MessageBegun, MessageLeft, MessageOver, MessageRecording, RecordingChanged
from contactcenter.model.ids import ContactId
from contactcenter.model.words import RecordingState

__all__ = ["VOICEMAIL_CHANGES", "message_of"]

ASKED_MS = 60_000  # a prompt whose end nobody reports, as of a line that is stuck, is over by then


def _begun(floor: Floor, fact: MessageBegun, now: int) -> None:
    contact = floor.contacts[fact.contact]
    move(contact, ContactState.MESSAGE)
    if fact.queue is not None:
        contact.queue, contact.priority, contact.placed_at = fact.queue, fact.priority, now
        contact.bonus = bonus(floor.queue_of(contact), contact.customer_class)
    else:  # the visit goes on until it is known whether there is a message
        contact.asked = False
        leave_queue(floor, fact.contact, contact, floor.queue_of(contact).id, now, served=False)
    rules = floor.queue_of(contact).voicemail
    assert rules is not None, "messages are taken by the queue's rules"
    contact.message = MessageOnFloor(rules, fact.prompt, fact.otherwise, now)
    floor.timers.set(("acd", "message", fact.contact), now + ASKED_MS)


def _recording(floor: Floor, fact: MessageRecording, now: int) -> None:
    message_of(floor, fact.contact).recorded_from = now
    floor.timers.set(("acd", "message", fact.contact), fact.until_at)


def _recording_changed(floor: Floor, fact: RecordingChanged, now: int) -> None:
    """Know the recording of a message by its beginning: those of talks before may still be on their way to the disk."""
    contact = floor.contacts.get(fact.contact)
    message = contact.message if contact is not None else None
    if message is not None and message.recorded_from is not None and fact.state is RecordingState.STARTED:
        message.recording = fact.recording


def _over(floor: Floor, fact: MessageOver, now: int) -> None:
    message_of(floor, fact.contact).over = True
    floor.timers.clear(("acd", "message", fact.contact))


def _left(floor: Floor, fact: MessageLeft, now: int) -> None:
    message_of(floor, fact.contact).left = True
    floor.timers.clear(("acd", "message", fact.contact))


def message_of(floor: Floor, contact_id: ContactId) -> MessageOnFloor:
    """Return the message that a contact leaves or has left."""
    message = floor.contacts[contact_id].message
    assert message is not None, "only messages are asked for here"
    return message


VOICEMAIL_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    MessageBegun: _begun,
    MessageRecording: _recording,
    RecordingChanged: _recording_changed,
    MessageOver: _over,
    MessageLeft: _left,
}
