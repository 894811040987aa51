"""Why an offer went to the agent it went to: who could have been asked, in which order, and what excluded the rest.

Asked of the floor as it stood just before the offer; it decides nothing, so looking changes nothing. It may look at all
agents: it serves people who ask, never a decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.acd.agents import AgentState
from contactcenter.acd.capacity import hindrance
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.keeping import held_back
from contactcenter.acd.state import Floor
from contactcenter.acd.strategies import STRATEGIES
from contactcenter.model.eligibility import in_reserve
from contactcenter.model.facts import OfferMade
from contactcenter.model.ids import AgentId, ContactId, GroupId, OfferId, QueueId
from contactcenter.model.words import Channel

__all__ = ["Candidate", "Choice", "explain"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One agent as the choice saw him: a `rank` among those who could be asked, or 0 and what `excluded` him.

    Rank 1 was first. `score` is what the queue's strategy compared: the lower goes first, and `idle_since` (ms) decides
    between equals.
    """

    agent: AgentId
    name: str
    rank: int
    excluded: str
    score: tuple[int, int]
    idle_since: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One offer with everybody who might have got it, those who could be asked first, in their order.

    The first offer of a `group` tells of all who were asked with it.
    """

    at: int
    offer: OfferId
    contact: ContactId
    queue: QueueId | None
    channel: Channel
    agent: AgentId
    strategy: str
    step: int
    waited_ms: int
    candidates: tuple[Candidate, ...]
    group: GroupId | None = None


def explain(floor: Floor, made: OfferMade, at: int) -> Choice:
    """Return why an offer is made at a time (ms); the floor must not have taken it into account yet."""
    contact = floor.contacts[made.contact]
    if made.visit is None or made.queue is None:
        return _named(floor, made, at)
    queue = floor.queues[made.queue]
    strategy = "kept for one agent" if contact.preferred is not None else queue.strategy
    keyed = []
    for agent_id, agent in floor.agents.items():
        score = STRATEGIES[queue.strategy](agent, queue, agent.load(made.channel))
        excluded = _exclusion(floor, contact, agent_id, agent, made)
        keyed.append(((bool(excluded), score, agent.idle_since, agent.order), excluded, agent_id, agent))
    keyed.sort(key=lambda each: each[0])
    candidates = tuple(
        Candidate(agent_id, agent.config.name, 0 if excluded else place, excluded, key[1], agent.idle_since)
        for place, (key, excluded, agent_id, agent) in enumerate(keyed, 1)
    )
    waited_ms = at - contact.opened_at
    return Choice(
        at,
        made.offer,
        made.contact,
        made.queue,
        made.channel,
        made.agent,
        strategy,
        contact.step,
        waited_ms,
        candidates,
        made.group,
    )


def _named(floor: Floor, made: OfferMade, at: int) -> Choice:
    """Return that a contact was passed on to one agent by name: nobody else was asked for."""
    agent = floor.agents[made.agent]
    candidates = (Candidate(made.agent, agent.config.name, 1, "", (0, 0), agent.idle_since),)
    return Choice(
        at, made.offer, made.contact, made.queue, made.channel, made.agent, "passed on by name", 0, 0, candidates
    )


def _exclusion(floor: Floor, contact: ContactOnFloor, agent_id: AgentId, agent: AgentState, made: OfferMade) -> str:
    if not agent.listed:
        return "has left the configuration"
    if (made.queue, contact.step) not in agent.circles:
        return "in reserve" if in_reserve(agent.config, floor.queue_of(contact)) else "lacks what the queue asks for"
    if contact.preferred not in (None, agent_id):
        return "the contact is kept for another agent"
    if agent_id in contact.refused:
        return "rejected this contact just now"
    if contact.is_unheard_by(agent):
        return "no console"
    if made.queue in agent.penalties:
        return "rejected a contact of this queue just now"
    if held_back(floor, agent_id, made.channel):
        return "kept for texts" if made.channel is Channel.VOICE else "kept for calls"
    return hindrance(floor, agent, made.channel)
