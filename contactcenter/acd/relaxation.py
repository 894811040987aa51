"""A requirement that widens with the wait: the step that a contact ought to be at."""

from __future__ import annotations

from contactcenter.acd.state import Floor
from contactcenter.model.eligibility import step_due
from contactcenter.model.facts import RequirementRelaxed
from contactcenter.model.ids import ContactId
from contactcenter.model.step import Draft

__all__ = ["relax"]


def relax(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """Let a contact in a queue have the step that its wait gives it by the queue's rule of now."""
    contact = floor.contacts[contact_id]
    if not contact.in_queue:
        return
    queue = floor.queue_of(contact)
    step = max(step_due(queue, draft.now - contact.relaxes_from), min(contact.eased, len(queue.relax)))
    if step != contact.step:
        draft.emit(RequirementRelaxed(contact_id, step))
