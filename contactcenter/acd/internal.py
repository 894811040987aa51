"""Calling a colleague: who may call whom, and each way in which it ends before the talk.

The caller's own phone rings first (`acd.dialling`); when it is answered, the colleague has an offer by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.agents import AgentState
from contactcenter.acd.capacity import hindrance
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.dialling import SIGN_IN, end, own_line, own_refusal
from contactcenter.acd.offers import offer_by_name
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.config import InternalConfig
from contactcenter.model.events import InternalCallAsked, StationDialled
from contactcenter.model.facts import ContactArrived, DialStarted, LegChanged, OfferEnded, WorkChanged
from contactcenter.model.ids import ContactId
from contactcenter.model.step import Draft
from contactcenter.model.words import (
    Channel,
    DialOutcome,
    Direction,
    OfferOutcome,
    Presence,
    Withdrawal,
    Work,
)

__all__ = ["EVENTS", "OFF", "REACTIONS", "begin", "caller_refusal", "own_phone_answered"]

OFF = "colleagues do not call each other here: it is switched off in the configuration"

BY_OFFER = {
    OfferOutcome.REJECTED: DialOutcome.REFUSED,
    OfferOutcome.BUSY: DialOutcome.BUSY,
    OfferOutcome.NO_ANSWER: DialOutcome.NO_ANSWER,
    OfferOutcome.DEVICE_LOST: DialOutcome.UNREACHABLE,
}
"""How a call to a colleague ended whose offer was not accepted; what else ends one is said by why it was withdrawn."""


def ask(floor: Floor, event: InternalCallAsked, draft: Draft) -> None:
    """Ring the agent's own phone to call a colleague who could take it as things are."""
    agent, rules = floor.agents.get(event.agent), floor.internal
    if rules is None:
        draft.reject(OFF)
        return
    refusal = caller_refusal(floor, agent) or _colleague_refusal(floor, event)
    if agent is None or refusal:
        draft.reject(refusal)
    else:
        begin(floor, event, agent, rules, draft)


def caller_refusal(floor: Floor, agent: AgentState | None) -> str:
    """Return why somebody cannot call a colleague now, or an empty text."""
    if agent is None:
        return SIGN_IN
    if floor.is_outside(agent.station):
        return own_refusal(floor, agent) or "your phone is outside the centre: call your colleague from there"
    return own_refusal(floor, agent)


def _colleague_refusal(floor: Floor, event: InternalCallAsked) -> str:
    colleague = floor.agents.get(event.colleague)
    if colleague is None or not colleague.listed or event.colleague == event.agent:
        return "there is no such colleague: choose one of the list"
    hindered = hindrance(floor, colleague, Channel.VOICE)
    return f"this colleague cannot be called now ({hindered}): choose somebody else" if hindered else ""


def begin(
    floor: Floor,
    event: InternalCallAsked,
    agent: AgentState,
    rules: InternalConfig,
    draft: Draft,
    phone: StationDialled | None = None,
) -> None:
    """Call a colleague for an agent, whose own `phone` is on the line already if that was dialled on."""
    assert agent.station is not None, "who has no phone was refused"
    contact = ContactId(draft.new_id("C"))
    direction = Direction.INTERNAL
    draft.emit(ContactArrived(contact, Channel.VOICE, "", "", floor.language, None, None, "", direction=direction))
    until_at = draft.now + rules.ring_agent_ms
    named, (leg, dialog) = event.colleague, own_line(phone)
    draft.emit(
        DialStarted(contact, event.agent, agent.station, "", "", until_at, colleague=named, leg=leg, dialog=dialog)
    )
    draft.emit(WorkChanged(event.agent, contact, Channel.VOICE, Work.DIALLING))


def own_phone_answered(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    """Ring the colleague now that the caller listens, if she could still take it."""
    contact = _ringing(floor, fact.contact)
    if contact is None or contact.called:
        return
    assert contact.colleague is not None, "said above"
    colleague = floor.agents[contact.colleague.agent]
    if not hindrance(floor, colleague, Channel.VOICE):
        offer_by_name(floor, draft, fact.contact, contact.colleague.agent)
    elif colleague.presence is Presence.READY:
        end(floor, fact.contact, DialOutcome.BUSY, draft)
    else:
        end(floor, fact.contact, DialOutcome.UNREACHABLE, draft)


def not_answered(floor: Floor, fact: OfferEnded, draft: Draft) -> None:
    """The colleague did not answer: the call is over."""
    if _ringing(floor, fact.contact) is None or fact.outcome is OfferOutcome.ACCEPTED:
        return
    withdrawn = DialOutcome.FAILED if fact.cause is Withdrawal.TOOK_OVER else DialOutcome.UNREACHABLE
    end(floor, fact.contact, BY_OFFER.get(fact.outcome, withdrawn), draft, fact.status)


def _ringing(floor: Floor, contact_id: ContactId) -> ContactOnFloor | None:
    """Return a call to a colleague who has not answered yet."""
    contact = floor.contacts.get(contact_id)
    dialled = contact is not None and contact.state is ContactState.DIALLING and contact.colleague is not None
    return contact if dialled else None


EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {InternalCallAsked: ask}

REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    OfferEnded: (not_answered,),
}
