"""What an agent will be when the hands are empty: one wish at a time, the last one wins, by whomever it was made.

From the choice on, who will not be ready is offered nothing more; what is in hand is finished first. A text by SMS may
lie for hours and does not keep hands full, unless it is being wrapped up: it stays with who goes to lunch, and goes
back to its queue from who goes home. With empty hands a choice takes effect at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import presence
from contactcenter.acd.agents import NextState
from contactcenter.acd.matching import match_agent
from contactcenter.acd.offers import withdraw_from
from contactcenter.acd.state import Floor
from contactcenter.model.events import NextStateChosen, StateForced
from contactcenter.model.facts import AgentForced, NextStateChanged, WorkChanged
from contactcenter.model.ids import AgentId
from contactcenter.model.step import Draft
from contactcenter.model.words import OfferOutcome, Presence, Withdrawal

__all__ = ["NEXT_STATE_EVENTS", "NEXT_STATE_REACTIONS"]


def _choose(floor: Floor, event: NextStateChosen, draft: Draft) -> None:
    wish = _wished(event.presence, event.reason)
    refusal = _refusal(floor, event.agent, wish)
    if refusal:
        draft.reject(refusal)
    else:
        _wish(floor, draft, event.agent, wish)


def _force(floor: Floor, event: StateForced, draft: Draft) -> None:
    wish = _wished(event.presence, event.reason, event.by)
    refusal = _refusal(floor, event.agent, wish)
    if refusal:
        draft.reject(refusal)
    else:
        draft.emit(AgentForced(event.agent, wish.presence, wish.reason, wish.by))
        _wish(floor, draft, event.agent, wish)


def _wished(presence: Presence, reason: str, by: str = "") -> NextState:
    """Return a wish; only who is not ready is so for a reason."""
    return NextState(presence, reason if presence is Presence.NOT_READY else "", by)


def _refusal(floor: Floor, agent_id: AgentId, wish: NextState) -> str:
    agent = floor.agents.get(agent_id)
    if agent is None or agent.presence is Presence.LOGGED_OUT:
        return "not signed in: sign in first"
    if wish.presence is Presence.NOT_READY and wish.reason not in floor.reasons:
        return "unknown reason: choose one of the configured reasons"
    coming = agent.next or NextState(agent.presence, agent.reason)
    if _wished(coming.presence, coming.reason) == NextState(wish.presence, wish.reason):
        return "this state is chosen already"
    return ""


def _wish(floor: Floor, draft: Draft, agent_id: AgentId, wish: NextState) -> None:
    agent = floor.agents[agent_id]
    if wish.presence is not Presence.READY:
        withdraw_from(floor, draft, agent_id, OfferOutcome.WITHDRAWN, Withdrawal.AGENT_LEFT)
    if not agent.hands_full():
        _take(floor, draft, agent_id, wish)
    elif wish.presence is agent.presence is Presence.READY:
        presence.drop_wish(draft, agent_id, agent)
    else:
        draft.emit(NextStateChanged(agent_id, wish.presence, wish.reason, wish.by))


def _fulfil(floor: Floor, fact: WorkChanged, draft: Draft) -> None:
    """Let the wish come true once the hands are empty."""
    agent = floor.agents[fact.agent]
    if agent.next is not None and not agent.hands_full():
        _take(floor, draft, fact.agent, agent.next)


def _take(floor: Floor, draft: Draft, agent_id: AgentId, wish: NextState) -> None:
    """Be what was wished for; who lost the console meanwhile is made ready by nobody but himself."""
    agent = floor.agents[agent_id]
    presence.drop_wish(draft, agent_id, agent)
    if wish.presence is Presence.LOGGED_OUT:
        presence.leave(floor, draft, agent_id, agent, "signing_out")
    elif wish.presence is Presence.NOT_READY:
        presence.become_not_ready(draft, agent_id, wish.reason)
    elif agent.presence is not Presence.READY and (agent.console or agent.config.phone_only):
        presence.become_ready(draft, agent_id, agent)


def _seek_contact(floor: Floor, fact: NextStateChanged, draft: Draft) -> None:
    """Look for a contact for who stays ready after all."""
    match_agent(floor, draft, fact.agent)


NEXT_STATE_EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {
    NextStateChosen: _choose,
    StateForced: _force,
}

NEXT_STATE_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    WorkChanged: (_fulfil,),
    NextStateChanged: (_seek_contact,),
}
