"""How a contact ends: at once, or when the agents who passed it on have written it up."""

from __future__ import annotations

from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import ContactEnded, EndDeferred
from contactcenter.model.ids import ContactId
from contactcenter.model.step import Draft
from contactcenter.model.words import ContactOutcome

__all__ = ["after_work", "end"]


def end(floor: Floor, draft: Draft, contact_id: ContactId, outcome: ContactOutcome) -> None:
    """End a contact that nobody talks with and that stands in no line, as soon as nobody writes it up."""
    contact = floor.contacts[contact_id]
    if contact.written_up:
        draft.emit(EndDeferred(contact_id, contact.channel, outcome))
    else:
        draft.emit(ContactEnded(contact_id, contact.channel, outcome))


def after_work(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """End a contact when an agent's work on it is over, unless it is still served, or others still write it up."""
    contact = floor.contacts[contact_id]
    if contact.parted:
        end(floor, draft, contact_id, ContactOutcome.HANDLED)
    elif contact.state is ContactState.WRAP_UP and not contact.written_up:
        draft.emit(ContactEnded(contact_id, contact.channel, contact.ending))
