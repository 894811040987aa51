"""Agents who are kept for a queue's other kind of work, so that no backlog of chats starves calls, nor of calls texts.

A chat binds its agent: no call is offered beside it. So of the agents who could take a call of a queue now, the last
`keep_for_calls` are offered no chat, whichever queue it is of; who is in a chat already may take another. And of the
agents of a queue who are at their consoles and in no call, the last `keep_for_texts` are offered no call.

Who is held back is one of the few of such a group, as large as what is kept at most: looking past them costs as much as
is kept, however many agents and contacts there are.
"""

from __future__ import annotations

from collections.abc import Iterator

from contactcenter.acd.state import Floor, Kept
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Channel, Presence

__all__ = ["freed", "held_back", "note_free"]

COME_FREE_MAX = 8  # so many agents come free in one step at most, but for rare steps that match everybody anew

Group = tuple[dict[AgentId, None], int]  # who could do the other work, and how many of them are kept for it


def held_back(floor: Floor, agent_id: AgentId, channel: Channel) -> bool:
    """Return whether a free agent is kept for the other kind of work, and not offered a contact of this channel."""
    if not floor.kept:
        return False
    return any(len(agents) <= kept for agents, kept in _groups(floor, agent_id, channel))


def freed(floor: Floor, agent_id: AgentId) -> list[AgentId]:
    """Return the agents who may have been held back until this one came free."""
    found: list[AgentId] = []
    if floor.kept:
        for channel in (Channel.VOICE, Channel.CHAT):
            for agents, kept in _groups(floor, agent_id, channel):
                found += agents if kept < len(agents) <= kept + COME_FREE_MAX else ()
    return found


def _groups(floor: Floor, agent_id: AgentId, channel: Channel) -> Iterator[Group]:
    """Yield the groups from which a contact of a channel would take an agent, and which keep some."""
    if channel is Channel.SMS:
        return  # it binds nobody
    for queue in _keeping(floor, agent_id):
        chat = channel is Channel.CHAT
        agents, kept = (queue.could_call, queue.for_calls) if chat else (queue.off_phone, queue.for_texts)
        if kept and agent_id in agents:
            yield agents, kept


def note_free(floor: Floor, agent_id: AgentId, for_calls: bool) -> None:
    """Note whether an agent could take a call, and whether he is off the phone; called while facts are applied."""
    agent = floor.agents[agent_id]
    going = agent.next is not None and agent.next.presence is not Presence.READY
    at_desk = agent.console and not agent.config.phone_only and agent.presence is Presence.READY and not going
    off_phone = at_desk and not agent.load(Channel.VOICE)
    for queue in _keeping(floor, agent_id):
        _note(queue.could_call, agent_id, for_calls)
        _note(queue.off_phone, agent_id, off_phone)


def _keeping(floor: Floor, agent_id: AgentId) -> Iterator[Kept]:
    for queue_id in floor.agents[agent_id].keeps:
        yield floor.kept[queue_id]


def _note(agents: dict[AgentId, None], agent_id: AgentId, stands: bool) -> None:
    if stands:
        agents[agent_id] = None
    else:
        agents.pop(agent_id, None)
