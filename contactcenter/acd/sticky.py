"""For whom a contact is kept for a while: the customer's own agent, or the one of last time, while there is hope.

In this order: the own agent whom the customer look-up names, on every channel; then, for texts, who answered last. Only
who is signed in and serves the queue counts, for `sticky_ms` at most; with the agent's sign-out the hope is over.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.lines import line_kept_for
from contactcenter.acd.state import Floor
from contactcenter.model.facts import PreferenceEnded, PresenceChanged
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, Presence

__all__ = ["STICKY_REACTIONS", "kept_for"]


def kept_for(floor: Floor, contact: ContactOnFloor, queue: QueueId) -> AgentId | None:
    """Return the agent for whom a contact that enters a queue is kept, or None."""
    last = floor.last_agents.get((contact.channel, contact.address_key)) if contact.channel is Channel.SMS else None
    for agent in (contact.own_agent, last):
        if agent is not None and floor.queues[queue].sticky_ms > 0 and _is_reachable(floor, agent, queue):
            return agent
    return None


def _is_reachable(floor: Floor, agent_id: AgentId, queue: QueueId) -> bool:
    agent = floor.agents.get(agent_id)
    return agent is not None and agent.presence is not Presence.LOGGED_OUT and queue in agent.queues


def _hand_over(floor: Floor, fact: PresenceChanged, draft: Draft) -> None:
    """Let those whom an agent who is gone was to have join their queues, each at its old place."""
    if fact.presence is not Presence.LOGGED_OUT:
        return
    for channel, suspended in product(Channel, (False, True)):
        for key in list(floor.waiting.in_order(line_kept_for(fact.agent, channel, suspended))):
            draft.emit(PreferenceEnded(key[3]))


STICKY_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {PresenceChanged: (_hand_over,)}
