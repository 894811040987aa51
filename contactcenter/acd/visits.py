"""How a queue visit begins; how it ends stands in `acd.endings`."""

from __future__ import annotations

from contactcenter.acd.relaxation import relax
from contactcenter.acd.state import Floor
from contactcenter.model.facts import VisitOpened
from contactcenter.model.ids import AgentId, ContactId, QueueId, VisitId
from contactcenter.model.step import Draft

__all__ = ["open_visit"]


def open_visit(
    floor: Floor,
    draft: Draft,
    contact_id: ContactId,
    queue: QueueId,
    priority: int,
    placed_at: int,
    preferred: AgentId | None = None,
    message: bool = False,
) -> None:
    """Let a contact wait in a queue, at a place (ms), within the circle that its wait so far has made for it.

    That comes before anybody is asked: an agent who came free in the same step would be chosen from a narrower one.
    """
    visit, channel = VisitId(draft.new_id("V")), floor.contacts[contact_id].channel
    draft.emit(VisitOpened(visit, contact_id, queue, channel, priority, placed_at, preferred, message=message))
    relax(floor, draft, contact_id)
