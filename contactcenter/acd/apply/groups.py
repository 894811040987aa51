"""How an offer group that rings is found by agents who come free: a line of its own, while it has room."""

from __future__ import annotations

from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.lines import line_of
from contactcenter.acd.state import Floor
from contactcenter.model.ids import ContactId

__all__ = ["GROUP_MAX", "index_group"]

GROUP_MAX = 20  # as many phones as a team at one site has; each one more is an INVITE and a CANCEL for one answer


def index_group(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Let a contact stand where agents who come free may join its group, and nowhere else."""
    if contact.group_line is not None:
        floor.joinable.remove(contact.group_line, contact.place(contact_id))
        contact.group_line = None
    has_room = contact.group is not None and 0 < len(contact.offers) < GROUP_MAX
    if has_room and contact.channel in floor.queue_of(contact).offers:
        contact.group_line = line_of(floor.queue_of(contact).id, contact.step, contact.channel)
        floor.joinable.add(contact.group_line, contact.place(contact_id))
