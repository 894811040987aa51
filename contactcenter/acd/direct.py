"""Calls to an agent's own number: they ring her alone, and go on elsewhere when she does not take them.

While it is hers, a direct call stands in no queue; what is diverted to one is an ordinary visit from there on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.capacity import hindrance
from contactcenter.acd.offers import offer_by_name
from contactcenter.acd.state import Floor
from contactcenter.acd.talks import enter
from contactcenter.acd.transitions import ContactState
from contactcenter.model.config import DirectConfig
from contactcenter.model.facts import DirectDiverted, FarewellBegun, LegChanged, OfferEnded
from contactcenter.model.ids import AgentId, ContactId, PlayId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, OfferOutcome

__all__ = ["REACTIONS", "line_up"]


def line_up(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    """Ring the agent whose number was dialled, now that the caller's line is up."""
    agent = _wanted(floor, fact.contact)
    if agent is not None:
        _ring(floor, draft, fact.contact, agent)


def not_taken(floor: Floor, fact: OfferEnded, draft: Draft) -> None:
    """Let a call go on that the agent did not take; what only a new engine took back rings again."""
    agent = _wanted(floor, fact.contact)
    if agent is None:
        return
    if fact.outcome is OfferOutcome.WITHDRAWN:
        _ring(floor, draft, fact.contact, agent)
    else:
        _divert(floor, draft, fact.contact, agent, "")


def _wanted(floor: Floor, contact_id: ContactId) -> AgentId | None:
    """Return the agent for whom a direct call is on its way, while nobody is asked."""
    contact = floor.contacts.get(contact_id)
    if contact is None or contact.state is not ContactState.DIRECTED or contact.passing is None:
        return None
    return contact.passing.to


def _ring(floor: Floor, draft: Draft, contact: ContactId, agent_id: AgentId) -> None:
    agent = floor.agents.get(agent_id)
    hindered = hindrance(floor, agent, Channel.VOICE) if agent is not None and agent.listed else "is not here any more"
    if hindered:
        _divert(floor, draft, contact, agent_id, hindered)
    else:
        offer_by_name(floor, draft, contact, agent_id)


def _divert(floor: Floor, draft: Draft, contact_id: ContactId, agent: AgentId, hindered: str) -> None:
    """Let the caller go where the rules say, if that is open and has room; else say that nobody is here."""
    contact = floor.contacts[contact_id]
    rules = contact.own_rules
    assert isinstance(rules, DirectConfig), "a direct call has rules of its own"
    queue = rules.queue if rules.queue in floor.listed_queues else None
    if queue is not None and not floor.has_room(queue, Channel.VOICE, draft.now):
        queue = None
    flow = rules.flow if queue is None else ""
    draft.emit(DirectDiverted(contact_id, agent, hindered, queue, flow))
    if queue is not None:
        enter(floor, contact_id, queue, 0, draft)
    elif not flow:
        draft.emit(FarewellBegun(contact_id, PlayId(draft.new_id("p")), rules.away))


REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    OfferEnded: (not_taken,),
}
