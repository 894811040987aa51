"""What an agent could take at this moment, and the idle lines that follow from it.

One call at most, and nothing else is offered beside it. Chats and texts up to the agent's capacity of each channel, and
together up to his units where he has them; texts that nobody has answered yet up to a limit of their own, so that who
comes first in the morning does not take the night's. A call never interrupts a chat; it may park texts (`acd.parking`).
One offer at a time.
"""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.acd.agents import AgentState
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.keeping import note_free
from contactcenter.acd.lines import IdleClass, IdleKey, ring_of, rings_within
from contactcenter.acd.state import Floor
from contactcenter.acd.strategies import STRATEGIES
from contactcenter.model.config import QueueConfig
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Channel, Presence, Work
from contactcenter.model.wrap_up import AFTER_TALK

__all__ = ["can_take", "free_agents", "free_within", "hindrance", "reindex"]

Suits = Callable[[AgentId], bool]
"""Whether an agent may be chosen."""

CHANNELS = (Channel.VOICE, Channel.CHAT, Channel.SMS)
UNPLACED_MAX = 4  # agents who came free and are not in their lines yet: so many each arrival looks at one by one
NEVER = 1_000_000  # the ring of a queue that an agent may not serve


def can_take(floor: Floor, agent: AgentState, channel: Channel) -> bool:
    """Return whether an agent could be offered a contact of a channel now."""
    return not hindrance(floor, agent, channel)


def hindrance(floor: Floor, agent: AgentState, channel: Channel) -> str:
    """Return why an agent cannot be offered a contact of a channel now, in a few words; empty when he can."""
    return _hindrance_for_all(agent) or _hindrance_for(floor, agent, channel)


def _hindrance_for_all(agent: AgentState) -> str:
    if agent.presence is not Presence.READY:
        return "signed out" if agent.presence is Presence.LOGGED_OUT else "not ready"
    if agent.next is not None and agent.next.presence is not Presence.READY:
        return "takes no more"
    if agent.offer is not None:
        return "something else rings"
    if None in agent.penalties:
        return "did not answer just now"
    return "has a call in hand" if agent.work and agent.load(Channel.VOICE) else ""


def _hindrance_for(floor: Floor, agent: AgentState, channel: Channel) -> str:
    if channel is Channel.VOICE:
        return _voice_hindrance(floor, agent)
    if not agent.console or agent.config.phone_only:
        return "no console"
    config, chat = agent.config, channel is Channel.CHAT
    if agent.load(channel) >= (config.chat_capacity if chat else config.sms_capacity):
        return "hands full"
    if not chat and config.sms_unanswered and _unanswered(floor, agent) >= config.sms_unanswered:
        return "texts to answer first"
    if not config.units:
        return ""
    one_more = config.chat_units if chat else config.sms_units
    taken = agent.load(Channel.CHAT) * config.chat_units + agent.load(Channel.SMS) * config.sms_units
    return "no units left" if taken + one_more > config.units else ""


def _unanswered(floor: Floor, agent: AgentState) -> int:
    """Count the conversations by SMS in an agent's hands that have had no first text of an agent."""
    lying = [name for name, (held, work) in agent.work.items() if held is Channel.SMS and work not in AFTER_TALK]
    return sum(not floor.contacts[name].answered for name in lying)


def _voice_hindrance(floor: Floor, agent: AgentState) -> str:
    if not floor.rings(agent.station):
        return "no telephone"
    if agent.paused:
        return "telephone did not answer"
    if not (agent.console or agent.config.phone_only):
        return "no console"
    if not agent.work:
        return ""
    # What a call has parked hinders no other one: of a chat that is its wrap-up alone.
    live = [channel for channel, work in agent.work.values() if work not in AFTER_TALK and work is not Work.PARKED]
    if Channel.CHAT in live:
        return "in a chat"
    return "in a text" if Channel.SMS in live and Channel.SMS not in agent.config.calls_interrupt else ""


def reindex(floor: Floor, agent_id: AgentId) -> None:
    """Let an agent be free for what he could take now, and for nothing else."""
    agent = floor.agents[agent_id]
    channels: tuple[Channel, ...] = ()
    if not _hindrance_for_all(agent):
        channels = tuple([channel for channel in CHANNELS if not _hindrance_for(floor, agent, channel)])
    if floor.kept:
        note_free(floor, agent_id, Channel.VOICE in channels)
    if not channels:
        floor.idle.go(agent_id)
        return
    floor.idle.come(agent_id, channels)
    if len(floor.idle.unplaced()) > UNPLACED_MAX:
        first = next(iter(floor.idle.unplaced()))
        floor.idle.place(first, _places(floor, first, floor.agents[first]))


def free_agents(floor: Floor, contact: ContactOnFloor, most: int, suits: Suits) -> list[AgentId]:
    """Return up to `most` free agents whom a contact may be offered to and who suit, the one to be chosen first."""
    queue, channel = floor.queue_of(contact), contact.channel
    if contact.preferred is None:
        return free_within(floor, queue, contact.step, channel, most, suits)
    kept_for = channel in queue.offers and channel in floor.idle.free_for(contact.preferred)
    return [contact.preferred] if kept_for and suits(contact.preferred) else []


def free_within(
    floor: Floor, queue: QueueConfig, step: int, channel: Channel, most: int, suits: Suits
) -> list[AgentId]:
    """Return up to `most` free agents of a queue who suit, at a step of its relaxation, by its strategy.

    There are none while the queue does not offer the channel.
    """
    if channel not in queue.offers:
        return []
    fresh = [
        _key(agent, queue, agent.load(channel), agent_id)
        for agent_id in floor.idle.unplaced()
        if (agent := floor.agents[agent_id]).rings.get(queue.id, NEVER) <= step
        and channel in floor.idle.free_for(agent_id)
    ]
    return floor.idle.first(rings_within(queue.id, step, channel), fresh, most, suits)


def _places(floor: Floor, agent_id: AgentId, agent: AgentState) -> list[tuple[IdleClass, IdleKey]]:
    """Return where a free agent stands: at one ring of each queue, by the queue's strategy."""
    free_for = floor.idle.free_for(agent_id)
    channels: tuple[Channel | None, ...] = free_for if agent.work or len(free_for) < len(CHANNELS) else (None,)
    loads = [(channel, agent.load(channel) if channel is not None else 0) for channel in channels]
    return [
        (ring_of(queue_id, ring, channel), _key(agent, floor.queues[queue_id], load, agent_id))
        for channel, load in loads
        for queue_id, ring in agent.rings.items()
    ]


def _key(agent: AgentState, queue: QueueConfig, load: int, agent_id: AgentId) -> IdleKey:
    """Return an agent's place among the free ones of a queue, the lowest is chosen."""
    return (*STRATEGIES[queue.strategy](agent, queue, load), agent.idle_since, agent.order, agent_id)
