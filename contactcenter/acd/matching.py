"""Bringing together who waits and who is free, the moment either comes about.

A contact looks for the first free agent of its line; an agent looks for the best contact over the lines he serves.
Nothing here scans all agents or all waiting.
"""

from __future__ import annotations

from collections.abc import Iterator

from contactcenter.acd.capacity import can_take
from contactcenter.acd.lines import PlaceKey
from contactcenter.acd.priority import score
from contactcenter.acd.state import Floor
from contactcenter.model.facts import OfferMade, WorkChanged
from contactcenter.model.ids import AgentId, ContactId, OfferId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, Work

__all__ = ["match_agent", "match_contact"]


def match_contact(floor: Floor, draft: Draft, contact_id: ContactId) -> bool:
    """Offer a waiting contact to the first free agent of its line; return whether there was one."""
    contact = floor.contacts.get(contact_id)
    if contact is None or contact.line is None:
        return False
    for agent in floor.idle.in_order(contact.line):
        if agent not in contact.refused:
            _offer(floor, draft, contact_id, agent)
            return True
    return False


def match_agent(floor: Floor, draft: Draft, agent_id: AgentId) -> None:
    """Offer an agent who came free the contact that is to be served first among his lines."""
    first = [_claim(floor, key, draft.now) for key in _heads(floor, agent_id)]
    if first:
        _offer(floor, draft, min(first)[3], agent_id)


def _heads(floor: Floor, agent_id: AgentId) -> Iterator[PlaceKey]:
    """Yield the first of each line that an agent serves, and the few who are kept for him: their queues may differ."""
    for line in floor.idle.classes(agent_id):
        for key in floor.waiting.in_order(line):
            if agent_id not in floor.contacts[key[3]].refused:
                yield key
                if not line[0].startswith("@"):
                    break


def _claim(floor: Floor, key: PlaceKey, now: int) -> PlaceKey:
    """Return what places in different queues are compared by at a time (ms), the lowest first."""
    contact = floor.contacts[key[3]]
    return (-score(floor.queue_of(contact), contact.priority, contact.placed_at, now), *key[1:])


def _offer(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    contact, agent = floor.contacts[contact_id], floor.agents[agent_id]
    assert contact.visit is not None, "only a queued contact is offered"
    assert contact.queue is not None, "a visit has a queue"
    assert can_take(floor, agent, contact.channel), "the idle lines hold only who can take"
    queue = floor.queues[contact.queue]
    ring_ms = queue.ring_ms if contact.channel is Channel.VOICE else queue.text_ring_ms
    station = agent.station if contact.channel is Channel.VOICE else None
    draft.emit(
        OfferMade(
            OfferId(draft.new_id("O")),
            contact_id,
            contact.visit,
            contact.queue,
            contact.channel,
            agent_id,
            station,
            draft.now + ring_ms,
        )
    )
    draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.RINGING))
