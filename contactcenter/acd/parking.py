"""Texts that an agent's call interrupts: parked while it lasts, its wrap-up included, and back in hand afterwards.

Parked are conversations of the channels that the agent's calls interrupt, and whatever text he was writing up. The
customer loses nothing: the contact stays with its agent, and its clocks stand still.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.agents import AgentState
from contactcenter.acd.state import Floor
from contactcenter.model.facts import WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, Work

__all__ = ["PARKING_REACTIONS"]

IN_CALL = (Work.TALKING, Work.HOLD, Work.CONSULTING, Work.WRAP_UP)


def _work_changed(floor: Floor, fact: WorkChanged, draft: Draft) -> None:
    """Park what a call interrupts, or what comes to be written up beside one; give it back when the call is over."""
    agent = floor.agents[fact.agent]
    if len(agent.work) == (fact.contact in agent.work):
        return  # nothing else is in hand
    if fact.channel is not Channel.VOICE:
        if _in_call(agent):
            _park(draft, fact.agent, agent, fact.contact)
    elif fact.work in (Work.TALKING, Work.CONSULTING):
        for contact_id in list(agent.work):
            _park(draft, fact.agent, agent, contact_id)
    elif not _in_call(agent):
        _take_up(floor, draft, fact.agent, agent)


def _in_call(agent: AgentState) -> bool:
    return any(channel is Channel.VOICE and work in IN_CALL for channel, work in agent.work.values())


def _park(draft: Draft, agent_id: AgentId, agent: AgentState, contact_id: ContactId) -> None:
    channel, work = agent.work.get(contact_id, (Channel.VOICE, Work.ENDED))
    interrupted = work is Work.TALKING and channel in agent.config.calls_interrupt
    if channel is not Channel.VOICE and (interrupted or work is Work.WRAP_UP):
        draft.emit(WorkChanged(agent_id, contact_id, channel, Work.PARKED))


def _take_up(floor: Floor, draft: Draft, agent_id: AgentId, agent: AgentState) -> None:
    for contact_id, (channel, work) in list(agent.work.items()):
        if work is Work.PARKED:
            wrapping = agent_id in floor.contacts[contact_id].written_up
            draft.emit(WorkChanged(agent_id, contact_id, channel, Work.WRAP_UP if wrapping else Work.TALKING))


PARKING_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {WorkChanged: (_work_changed,)}
