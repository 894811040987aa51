"""What an agent could take at this moment, and the idle lines that follow from it.

One call at most; chats and texts up to the agent's capacity; while a call is rung, held or wrapped up nothing else is
offered; a call never interrupts a chat. One offer at a time.
"""

from __future__ import annotations

from contactcenter.acd.lines import IdleKey, LineClass, line_name
from contactcenter.acd.state import AgentState, Floor
from contactcenter.acd.strategies import STRATEGIES
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Channel, Presence, Work

__all__ = ["can_take", "hindrance", "reindex"]

CHANNELS = (Channel.VOICE, Channel.CHAT, Channel.SMS)


def can_take(floor: Floor, agent: AgentState, channel: Channel) -> bool:
    """Return whether an agent could be offered a contact of a channel now."""
    return not hindrance(floor, agent, channel)


def hindrance(floor: Floor, agent: AgentState, channel: Channel) -> str:
    """Return why an agent cannot be offered a contact of a channel now, in a few words; empty when he can."""
    if agent.presence is not Presence.READY:
        return "signed out" if agent.presence is Presence.LOGGED_OUT else "not ready"
    if agent.offer is not None:
        return "something else rings"
    if agent.load(Channel.VOICE):
        return "has a call in hand"
    if channel is Channel.VOICE:
        return _voice_hindrance(floor, agent)
    if not agent.console or agent.config.phone_only:
        return "no console"
    room = agent.config.chat_capacity if channel is Channel.CHAT else agent.config.sms_capacity
    return "" if agent.load(channel) < room else "hands full"


def _voice_hindrance(floor: Floor, agent: AgentState) -> str:
    if not floor.rings(agent.station):
        return "no telephone"
    if agent.paused:
        return "telephone did not answer"
    if not (agent.console or agent.config.phone_only):
        return "no console"
    live_chats = any(channel is Channel.CHAT and work is not Work.WRAP_UP for channel, work in agent.work.values())
    return "in a chat" if live_chats else ""


def reindex(floor: Floor, agent_id: AgentId) -> None:
    """Let an agent stand in the idle lines of what he could take now, and in no others."""
    agent = floor.agents[agent_id]
    entries: list[tuple[LineClass, IdleKey]] = []
    for channel in CHANNELS:
        if can_take(floor, agent, channel):
            load, last = agent.load(channel), (agent.idle_since, agent.order, agent_id)
            for queue_id, step in agent.circles:
                queue = floor.queues[queue_id]
                key = (*STRATEGIES[queue.strategy](agent, queue, load), *last)
                entries.append(((line_name(queue_id, step), channel), key))
            entries.append(((f"@{agent_id}", channel), (load, 0, *last)))
    floor.idle.place(agent_id, tuple(entries))
