"""Bringing together who waits and who is free, the moment either comes about.

A contact looks for the first free agent of its line; an agent looks for the best contact over the lines he serves.
Nothing here scans all agents or all waiting but `match_all`, for a new configuration or engine.
"""

from __future__ import annotations

from collections.abc import Container

from contactcenter.acd import groups
from contactcenter.acd.claims import first_claim, in_order_of_claim, willing_agents
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.customer_first import serve
from contactcenter.acd.keeping import freed
from contactcenter.acd.state import Floor
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.step import Draft

__all__ = ["match_agent", "match_all", "match_contact"]


def match_contact(floor: Floor, draft: Draft, contact_id: ContactId) -> bool:
    """Offer a waiting contact to the first free agent of its line, or to all; return whether it waits no more.

    An agent who came free in this very step may be the first one's of others, who go before.
    """
    contact = floor.contacts.get(contact_id)
    if contact is None:
        return False
    if not _is_only_one(floor, contact):
        _serve_earlier(floor, draft, contact_id, contact)
    return _offer(floor, draft, contact_id, contact) or contact.line is None


def _is_only_one(floor: Floor, contact: ContactOnFloor) -> bool:
    """Return whether nobody else waits, as it is nearly always when an agent is free."""
    waiting = floor.waiting
    return len(waiting.occupied) <= 1 and waiting.standing(waiting.occupied) == (contact.line is not None)


def _serve_earlier(floor: Floor, draft: Draft, contact_id: ContactId, contact: ContactOnFloor) -> None:
    """Let agents whom a contact would be offered to take before it those who have the first claim on them."""
    while contact.line is not None and (chosen := _first_agent(floor, contact)) is not None:
        if first_claim(floor, floor.waiting, chosen, draft.now) in (contact_id, None):
            return
        _match_one(floor, draft, chosen)


def _offer(floor: Floor, draft: Draft, contact_id: ContactId, contact: ContactOnFloor) -> bool:
    if contact.group_line is not None or (contact.line is not None and groups.rings_all(floor, contact)):
        return groups.ring_all(floor, draft, contact_id)
    chosen = _first_agent(floor, contact) if contact.line is not None else None
    if chosen is not None:
        serve(floor, draft, contact_id, chosen)
    return chosen is not None


def match_agent(floor: Floor, draft: Draft, agent_id: AgentId) -> None:
    """Offer an agent who came free the contact that is to be served first; then let those work who stood in for him."""
    _match_one(floor, draft, agent_id)
    for other in freed(floor, agent_id):
        _match_one(floor, draft, other)


def _match_one(floor: Floor, draft: Draft, agent_id: AgentId) -> None:
    """Offer an agent the contact that is to be served first among his lines.

    Who rings nowhere yet goes before who rings at others already: only then does he join a group.
    """
    while (contact_id := first_claim(floor, floor.waiting, agent_id, draft.now)) is not None:
        contact = floor.contacts[contact_id]
        chosen = _first_agent(floor, contact)
        assert chosen is not None, "he himself is free and stands in the line"
        if groups.rings_all(floor, contact):
            groups.ring_all(floor, draft, contact_id)
        elif chosen == agent_id:
            serve(floor, draft, contact_id, agent_id)
        else:
            # Several came free in one step, and another one is to be chosen for this contact, or for a better one.
            _match_one(floor, draft, chosen)
    ringing = first_claim(floor, floor.joinable, agent_id, draft.now)
    if ringing is not None:
        groups.join(floor, draft, ringing, agent_id)


def match_all(floor: Floor, draft: Draft, left: Container[ContactId] = ()) -> None:
    """Offer everybody who waits but who has left, the first to be served first. It scans: for rare acts alone."""
    waiting = [name for name, contact in floor.contacts.items() if contact.line or contact.group_line]
    for contact_id in in_order_of_claim(floor, waiting, draft.now):
        if contact_id not in left:
            _offer(floor, draft, contact_id, floor.contacts[contact_id])


def _first_agent(floor: Floor, contact: ContactOnFloor) -> AgentId | None:
    """Return the free agent to be chosen for a contact that waits, or None."""
    found = willing_agents(floor, contact, 1)
    return found[0] if found else None
