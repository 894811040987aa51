"""How a queue visit ends, and a contact: at once, or when the agents who passed it on have written it up."""

from __future__ import annotations

from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import ContactEnded, EndDeferred, PlaceKept, VisitEnded
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.step import Draft
from contactcenter.model.words import ContactOutcome, VisitOutcome

__all__ = ["after_work", "end", "end_visit", "keep_place"]

KEPT_PLACE_MS = 600_000  # a caller whom we failed has ten minutes to come back to the old place


def end_visit(
    floor: Floor,
    draft: Draft,
    contact_id: ContactId,
    outcome: VisitOutcome,
    agent: AgentId | None = None,
    until_at: int | None = None,
) -> None:
    """End the queue visit of a contact that waits, whose wait ran until a time (ms), or until now."""
    contact = floor.contacts[contact_id]
    assert contact.visit is not None, "who waits has a visit"
    assert contact.queue is not None, "a visit has a queue"
    wait_ms = (draft.now if until_at is None else until_at) - contact.opened_at
    which = (contact.visit, contact_id, contact.queue, contact.channel)
    draft.emit(VisitEnded(*which, outcome, wait_ms, agent, contact.callback is not None, contact.is_message))


def keep_place(contact: ContactOnFloor, draft: Draft) -> None:
    """Let a caller whom we failed come back to the place for a while, if the number is known."""
    if contact.queue is not None and contact.address_key:
        place = (contact.queue, contact.priority, contact.placed_at)
        draft.emit(PlaceKept(contact.address_key, *place, draft.now + KEPT_PLACE_MS))


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
