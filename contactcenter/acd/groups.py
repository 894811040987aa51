"""Offer groups: a contact rings at all free agents of its line at once, and the first who accepts has it.

An offer of a group that ends in vain leaves the others ringing; the group ends with its winner, with the customer's
leaving, or with its last offer. Who comes free meanwhile joins, so that nobody sits idle beside a ringing telephone.
"""

from __future__ import annotations

from contactcenter.acd.apply.groups import GROUP_MAX
from contactcenter.acd.claims import first_claim, willing_agents
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.keeping import held_back
from contactcenter.acd.offers import make_offer
from contactcenter.acd.state import Floor
from contactcenter.acd.strategies import RING_ALL
from contactcenter.model.ids import AgentId, ContactId, GroupId
from contactcenter.model.step import Draft

__all__ = ["join", "ring_all", "rings_all"]


def rings_all(floor: Floor, contact: ContactOnFloor) -> bool:
    """Return whether a waiting contact is for all free agents at once; who is kept for one, or called first, is not."""
    return contact.preferred is None and not contact.called_first and floor.queue_of(contact).strategy == RING_ALL


def ring_all(floor: Floor, draft: Draft, contact_id: ContactId) -> bool:
    """Offer a contact to all free agents of its line, or add them to its group; return whether there was one.

    Who came free in the same step and has somebody to serve before this one is left to that.
    """
    contact = floor.contacts[contact_id]
    able = willing_agents(floor, contact, GROUP_MAX - len(contact.offers))
    asked = [agent for agent in able if first_claim(floor, floor.waiting, agent, draft.now) in (None, contact_id)]
    for agent in asked:
        if not held_back(floor, agent, contact.channel):  # each one asked may leave too few for the other work
            join(floor, draft, contact_id, agent)
    return bool(asked)


def join(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    """Add an agent to the contact's group; the first one begins it."""
    contact = floor.contacts[contact_id]
    group = contact.group if contact.offers else None
    make_offer(floor, draft, contact_id, agent_id, group or GroupId(draft.new_id("G")))
