"""Which contact has the first claim on an agent, over all lines he serves by the scores of the moment; and on whom.

Who left a contact to others, or is kept for other work, is passed over from either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from contactcenter.acd.capacity import free_agents, free_within
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.keeping import held_back
from contactcenter.acd.lines import LineClass, PlaceKey, WaitingLines, line_kept_for, line_of
from contactcenter.acd.priority import score
from contactcenter.acd.state import Floor
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import Channel

__all__ = ["first_claim", "first_to_consult", "in_order_of_claim", "willing_agents"]


def willing_agents(floor: Floor, contact: ContactOnFloor, most: int) -> list[AgentId]:
    """Return up to `most` free agents who may be asked for a contact that waits, the one to be chosen first."""

    def may_be_asked(agent_id: AgentId) -> bool:
        closed = contact.is_closed_to(agent_id, floor.agents[agent_id])
        return not closed and not held_back(floor, agent_id, contact.channel)

    return free_agents(floor, contact, most, may_be_asked)


def first_to_consult(floor: Floor, queue_id: QueueId, asked: tuple[AgentId, ...]) -> AgentId | None:
    """Return the free agent of a queue's own circle to be asked about a call, who was not asked before, or None."""

    def may_be_asked(agent_id: AgentId) -> bool:
        agent = floor.agents[agent_id]
        left_alone = agent_id in asked or queue_id in agent.penalties or not agent.listed
        return not left_alone and not held_back(floor, agent_id, Channel.VOICE)

    found = free_within(floor, floor.queues[queue_id], 0, Channel.VOICE, 1, may_be_asked)
    return found[0] if found else None


def first_claim(floor: Floor, lines: WaitingLines, agent_id: AgentId, now: int) -> ContactId | None:
    """Return who is to be served first by a free agent among those who stand in `lines`, or None."""
    if not lines.occupied or not floor.idle.free_for(agent_id):
        return None
    keys = [_claim(floor, key, now) for key in _heads(floor, lines, agent_id)]
    return min(keys)[3] if keys else None


def in_order_of_claim(floor: Floor, waiting: Iterable[ContactId], now: int) -> list[ContactId]:
    """Return contacts in the order in which they are to be served, whatever their queues."""
    return [claim[3] for claim in sorted(_claim(floor, floor.contacts[name].place(name), now) for name in waiting)]


def _heads(floor: Floor, lines: WaitingLines, agent_id: AgentId) -> Iterator[PlaceKey]:
    """Yield the first of each line that an agent serves, and the few who are kept for him: their queues may differ."""
    occupied = lines.occupied
    agent = floor.agents[agent_id]
    for channel in floor.idle.free_for(agent_id):
        if held_back(floor, agent_id, channel):
            continue
        yield from _willing(floor, lines, line_kept_for(agent_id, channel), agent_id)
        for queue, step in agent.circles:
            line = line_of(queue, step, channel)
            if line in occupied and queue not in agent.penalties:
                yield from islice(_willing(floor, lines, line, agent_id), 1)


def _willing(floor: Floor, lines: WaitingLines, line: LineClass, agent_id: AgentId) -> Iterator[PlaceKey]:
    """Yield those of a line whom an agent has not refused."""
    agent = floor.agents[agent_id]
    for key in lines.in_order(line):
        if not floor.contacts[key[3]].is_closed_to(agent_id, agent):
            yield key


def _claim(floor: Floor, key: PlaceKey, now: int) -> PlaceKey:
    """Return what places in different queues are compared by at a time (ms), the lowest first."""
    contact = floor.contacts[key[3]]
    return (-score(floor.queue_of(contact), contact.priority, contact.placed_at, now), *key[1:])
