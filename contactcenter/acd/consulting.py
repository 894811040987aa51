"""Asking somebody about a call before it is passed on, while the customer hears music.

That is a colleague, whoever of a queue is free, or somebody outside.

All three may also talk together. Each party may hang up at every moment. The customer is never left alone: who stays
with a free line is joined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import external, transfers
from contactcenter.acd.callbacks import reached
from contactcenter.acd.capacity import hindrance
from contactcenter.acd.claims import first_to_consult
from contactcenter.acd.contacts import Consult, ContactOnFloor
from contactcenter.acd.offers import offer_by_name, withdraw
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState, dialled
from contactcenter.model import events
from contactcenter.model.facts import (
    AgentLegDown,
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultFaced,
    ConsultMoved,
    ConsultStarted,
    ExternalAnswered,
    ExternalEnded,
    LegChanged,
    OfferEnded,
    TalkStarted,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.step import Draft
from contactcenter.model.transfers import ConsultOutcome, ToAgent, ToQueue, TransferKind, TransferTarget
from contactcenter.model.words import Channel, DialOutcome, LegState, OfferOutcome, Work

__all__ = ["EVENTS", "REACTIONS", "agent_hung_up", "colleague_left", "outside_changed", "settle"]


def ask(floor: Floor, event: events.ConsultAsked, draft: Draft) -> None:
    """Ring a colleague for the agent; the customer hears music from here."""
    agent = floor.agents.get(event.colleague)
    if _may_consult(floor, event.agent, event.contact, draft) is None:
        return
    if agent is None or not agent.listed or event.colleague == event.agent:
        draft.reject("there is no such colleague: choose one of the list")
    elif hindered := hindrance(floor, agent, Channel.VOICE):
        draft.reject(f"this agent cannot be consulted now ({hindered}): choose somebody else")
    else:
        _begin(floor, draft, event.agent, event.contact, event.colleague)
        offer_by_name(floor, draft, event.contact, event.colleague)


def ask_outside(floor: Floor, event: events.ConsultNumberAsked, draft: Draft) -> None:
    """Call somebody outside for the agent; the customer hears music from here."""
    contact = _may_consult(floor, event.agent, event.contact, draft)
    if contact is None:
        return
    if refused := external.refusal(floor, contact, floor.agents[event.agent], draft.now):
        draft.reject(refused)
    else:
        _begin(floor, draft, event.agent, event.contact, None)
        external.call(floor, draft, event.contact, event.agent, event.target)


def ask_queue(floor: Floor, event: events.ConsultQueueAsked, draft: Draft) -> None:
    """Ring whoever of a queue is free for the agent; the customer hears music from here."""
    contact = _may_consult(floor, event.agent, event.contact, draft)
    if contact is None:
        return
    refused = transfers.queue_refusal(floor, contact, event.queue, draft.now)
    colleague = None if refused else first_to_consult(floor, event.queue, ())
    if refused:
        draft.reject(refused)
    elif colleague is None:
        draft.reject("nobody of this queue is free now: ask somebody else, or transfer the caller to it")
    else:
        _begin(floor, draft, event.agent, event.contact, colleague, event.queue)
        offer_by_name(floor, draft, event.contact, colleague)


def _may_consult(floor: Floor, agent: AgentId, contact_id: ContactId, draft: Draft) -> ContactOnFloor | None:
    """Return the contact that an agent may consult somebody about now."""
    contact, refusal = floor.contacts.get(contact_id), ""
    if contact is None or contact.state is not ContactState.TALKING or contact.agent != agent:
        refusal = "this conversation is over or not yours"
    elif contact.is_message:
        refusal = "there is nobody on the line about whom to consult"
    elif contact.channel is not Channel.VOICE:
        refusal = "only about calls a colleague is consulted: write to her, or transfer"
    elif contact.colleague is not None:
        refusal = "you talk with a colleague already: end this call first"
    elif contact.consult is not None:
        refusal = "you are consulting somebody already: go back to the customer first"
    elif _work(floor, agent, contact_id) is not Work.TALKING:
        refusal = "take the call off hold first"
    if refusal:
        draft.reject(refusal)
        return None
    return contact


def _begin(
    floor: Floor,
    draft: Draft,
    agent: AgentId,
    contact: ContactId,
    colleague: AgentId | None,
    queue: QueueId | None = None,
) -> None:
    reached(floor, draft, contact)  # from here a callback is a talk like any other
    draft.emit(ConsultStarted(contact, agent, colleague, queue))
    draft.emit(WorkChanged(agent, contact, Channel.VOICE, Work.CONSULTING))


def turn(floor: Floor, event: events.ConsultTurned, draft: Draft) -> None:
    """Let the agent talk with the other one of the two who wait."""
    contact = _consulted(floor, event.agent, event.contact, draft)
    if contact is None or contact.consult is None:
        return
    if not contact.consult.answered:
        draft.reject("your colleague has not answered yet")
    elif contact.consult.aside is not event.to_customer and not contact.consult.joined:
        draft.reject("you talk with this one already")
    elif _work(floor, event.agent, event.contact) is Work.HOLD:
        draft.reject("take the call off hold first")
    else:
        draft.emit(ConsultFaced(event.contact, event.agent, event.to_customer))
        _does(floor, draft, event.agent, event.contact, Work.TALKING if event.to_customer else Work.CONSULTING)
        _other_does(floor, draft, contact.consult, event.contact, Work.CONSULTING)


def join_all(floor: Floor, event: events.ConferenceAsked, draft: Draft) -> None:
    """Let customer, agent and colleague talk together."""
    contact = _consulted(floor, event.agent, event.contact, draft)
    if contact is None or contact.consult is None:
        return
    if not contact.consult.answered:
        draft.reject("your colleague has not answered yet")
    elif contact.consult.joined:
        draft.reject("you talk with both already")
    elif _work(floor, event.agent, event.contact) is Work.HOLD:
        draft.reject("take the call off hold first")
    else:
        draft.emit(ConferenceStarted(event.contact, event.agent, contact.consult.colleague))
        _does(floor, draft, event.agent, event.contact, Work.TALKING)
        _other_does(floor, draft, contact.consult, event.contact, Work.TALKING)


def complete(floor: Floor, event: events.ConsultCompleted, draft: Draft) -> None:
    """Pass the customer on to the colleague who knows by now."""
    contact = _consulted(floor, event.agent, event.contact, draft)
    if contact is None or contact.consult is None:
        return
    if not contact.consult.answered:
        draft.reject("your colleague has not answered yet: wait, or go back and transfer at once")
    else:
        _join(floor, draft, event.contact, contact, event.agent)


def cancel(floor: Floor, event: events.ConsultCancelled, draft: Draft) -> None:
    """Go back to the customer."""
    if _consulted(floor, event.agent, event.contact, draft) is not None:
        settle(floor, draft, event.contact, ConsultOutcome.CANCELLED)
        _back(floor, draft, event.contact)


def _consulted(floor: Floor, agent: AgentId, contact_id: ContactId, draft: Draft) -> ContactOnFloor | None:
    contact = floor.contacts.get(contact_id)
    if contact is None or contact.consult is None or contact.agent != agent:
        draft.reject("you are consulting nobody about this contact")
        return None
    return contact


def _join(floor: Floor, draft: Draft, contact_id: ContactId, contact: ContactOnFloor, agent: AgentId) -> None:
    """Let the agent leave and the customer talk with the colleague, or with who was called outside."""
    assert contact.consult is not None, "who is joined was consulted"
    colleague = contact.consult.colleague
    draft.emit(ConsultEnded(contact_id, agent, colleague, ConsultOutcome.COMPLETED))
    if colleague is None:
        transfers.leave(floor, draft, contact_id, agent, TransferTarget.NUMBER, TransferKind.CONSULT)
        draft.emit(ExternalAnswered(contact_id))
        return
    transfers.leave(floor, draft, contact_id, agent, TransferTarget.AGENT, TransferKind.CONSULT, to_agent=colleague)
    draft.emit(TalkStarted(contact_id, None, contact.queue, Channel.VOICE, colleague))
    _talks_on(floor, draft, contact_id, colleague)


def settle(floor: Floor, draft: Draft, contact_id: ContactId, outcome: ConsultOutcome) -> None:
    """End a consultation, if there is one, and let the colleague go; what follows for the customer is not said here."""
    contact = floor.contacts[contact_id]
    if contact.consult is None:
        return
    assert contact.agent is not None, "who consults is in talk"
    colleague, answered = contact.consult.colleague, contact.consult.answered
    gone = outcome is ConsultOutcome.CUSTOMER_GONE
    withdraw(floor, draft, contact_id, OfferOutcome.CALLER_GONE if gone else OfferOutcome.WITHDRAWN)
    if contact.consult.called:
        draft.emit(ExternalEnded(contact_id, DialOutcome.ANSWERED if answered else DialOutcome.CANCELLED))
    draft.emit(ConsultEnded(contact_id, contact.agent, colleague, outcome))
    if answered and colleague is not None:
        draft.emit(WorkChanged(colleague, contact_id, Channel.VOICE, Work.ENDED))


def _back(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """Let the agent talk with the customer again."""
    agent = floor.contacts[contact_id].agent
    assert agent is not None, "who consulted is in talk"
    _talks_on(floor, draft, contact_id, agent)


def _talks_on(floor: Floor, draft: Draft, contact_id: ContactId, agent: AgentId) -> None:
    """Let an agent have the customer alone; a phone that is on hold stays so, which is said anew of this talk."""
    held = _work(floor, agent, contact_id) is Work.HOLD
    _does(floor, draft, agent, contact_id, Work.TALKING)
    if held:
        _does(floor, draft, agent, contact_id, Work.HOLD)


def _work(floor: Floor, agent: AgentId, contact: ContactId) -> Work:
    return floor.agents[agent].work[contact][1]


def _other_does(floor: Floor, draft: Draft, consult: Consult, contact: ContactId, work: Work) -> None:
    """State what a colleague does; who is outside does nothing that is counted."""
    if consult.colleague is not None:
        _does(floor, draft, consult.colleague, contact, work)


def _does(floor: Floor, draft: Draft, agent: AgentId, contact: ContactId, work: Work) -> None:
    if _work(floor, agent, contact) is not work:
        draft.emit(WorkChanged(agent, contact, Channel.VOICE, work))


def not_answered(floor: Floor, fact: OfferEnded, draft: Draft) -> None:
    """The colleague did not answer: the next of the queue that was asked, or back to the customer."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.consult is None or fact.outcome is OfferOutcome.ACCEPTED:
        return
    assert contact.agent is not None, "who consults is in talk"
    consult = contact.consult
    asked = (*consult.asked, fact.agent)
    another = None if consult.queue is None else first_to_consult(floor, consult.queue, asked)
    if another is not None:
        draft.emit(ConsultMoved(fact.contact, contact.agent, another))
        offer_by_name(floor, draft, fact.contact, another)
    else:
        settle(floor, draft, fact.contact, ConsultOutcome.NOT_ANSWERED)
        _back(floor, draft, fact.contact)


def outside_changed(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    """Who was called outside answered, and both talk; or that line is down."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.consult is None:
        return
    if fact.state is LegState.UP and not contact.consult.answered:
        assert contact.agent is not None, "who consults is in talk"
        draft.emit(ConsultAnswered(fact.contact, contact.agent, None))
    elif fact.state is LegState.ENDED and contact.consult.called:
        outcome = DialOutcome.ANSWERED if contact.consult.answered else dialled(fact.status)
        draft.emit(ExternalEnded(fact.contact, outcome, fact.status))


def outside_over(floor: Floor, fact: ExternalEnded, draft: Draft) -> None:
    """Who was called outside did not answer, or hung up: back to the customer."""
    contact = floor.contacts.get(fact.contact)
    if contact is not None and contact.consult is not None:
        answered = contact.consult.answered
        settle(floor, draft, fact.contact, ConsultOutcome.COLLEAGUE_GONE if answered else ConsultOutcome.NOT_ANSWERED)
        _back(floor, draft, fact.contact)


def colleague_left(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """The colleague hung up: back to the customer."""
    settle(floor, draft, contact_id, ConsultOutcome.COLLEAGUE_GONE)
    _back(floor, draft, contact_id)


def agent_hung_up(floor: Floor, fact: AgentLegDown, draft: Draft) -> bool:
    """Settle a consultation in which a line went down; return whether that is all that follows."""
    contact = floor.contacts[fact.contact]
    consult, agent = contact.consult, contact.agent
    if consult is None or agent is None:
        return False
    if fact.offer is not None and fact.offer == consult.offer:
        if consult.answered:  # else her offer has ended just now
            colleague_left(floor, draft, fact.contact)
    elif consult.answered:
        _join(floor, draft, fact.contact, contact, agent)
    elif consult.colleague is not None:
        settle(floor, draft, fact.contact, ConsultOutcome.AGENT_GONE)
        target = ToAgent(consult.colleague) if consult.queue is None else ToQueue(consult.queue)
        transfers.pass_on(floor, draft, fact.contact, agent, target)
    else:  # it rings on outside, for the customer from now on
        draft.emit(ConsultEnded(fact.contact, agent, None, ConsultOutcome.AGENT_GONE))
        transfers.leave(floor, draft, fact.contact, agent, TransferTarget.NUMBER)
    return True


EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {
    events.ConsultAsked: ask,
    events.ConsultNumberAsked: ask_outside,
    events.ConsultQueueAsked: ask_queue,
    events.ConsultTurned: turn,
    events.ConsultCompleted: complete,
    events.ConsultCancelled: cancel,
    events.ConferenceAsked: join_all,
}

REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    OfferEnded: (not_answered,),
    ExternalEnded: (outside_over,),
}
