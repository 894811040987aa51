"""Passing a contact on at once: to a named agent, a queue or a number, and what follows when it is not taken there.

The customer is never left alone: what nobody takes comes back to the sender, and from there to the queue at the old
place. Everything known travels along, for it is the same contact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import endings, external, wrap_up
from contactcenter.acd.agents import AgentState
from contactcenter.acd.callbacks import reached
from contactcenter.acd.capacity import hindrance
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.offers import offer_by_name
from contactcenter.acd.priority import bonus
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.acd.visits import open_visit
from contactcenter.model.events import TransferAsked
from contactcenter.model.facts import ExternalEnded, OfferEnded, TalkEnded, TransferStarted
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.step import Draft
from contactcenter.model.transfers import Target, ToAgent, ToNumber, ToQueue, TransferKind, TransferTarget
from contactcenter.model.words import Channel, ContactOutcome, DialOutcome, OfferOutcome, Party, Presence, Work

__all__ = ["ALARMS", "EVENTS", "REACTIONS", "leave", "pass_on", "queue_refusal"]


def ask(floor: Floor, event: TransferAsked, draft: Draft) -> None:
    """Pass a contact on that the agent talks with."""
    contact = floor.contacts.get(event.contact)
    if contact is None or contact.state is not ContactState.TALKING or contact.agent != event.agent:
        draft.reject("this conversation is over or not yours")
        return
    if contact.consult is not None:
        draft.reject("you are consulting somebody: complete that, or go back to the customer first")
        return
    if contact.colleague is not None:
        draft.reject("a call among colleagues is not passed on: end it, and call somebody else")
        return
    refusal = _refusal(floor, contact, event.agent, event.target, draft.now)
    if refusal:
        draft.reject(refusal)
    else:
        pass_on(floor, draft, event.contact, event.agent, event.target)


def _refusal(floor: Floor, contact: ContactOnFloor, sender: AgentId, target: Target, now: int) -> str:
    """Return why a contact cannot be passed on to a place, or an empty text."""
    if isinstance(target, ToQueue):
        return queue_refusal(floor, contact, target.queue, now)
    if isinstance(target, ToNumber):
        return external.refusal(floor, contact, floor.agents[sender], now)
    agent = floor.agents.get(target.agent)
    if agent is None or not agent.listed:
        return "there is no such agent: choose one of the list"
    if target.agent == sender:
        return "this contact is with you already: choose somebody else"
    hindered = _hindrance(floor, agent, contact)
    return f"this agent cannot take it now ({hindered}): choose somebody else, or a queue" if hindered else ""


def _hindrance(floor: Floor, agent: AgentState, contact: ContactOnFloor) -> str:
    return "no console" if contact.is_unheard_by(agent) else hindrance(floor, agent, contact.channel)


def queue_refusal(floor: Floor, contact: ContactOnFloor, queue: QueueId, now: int) -> str:
    """Return why nobody is sent to a queue, or asked out of it, or an empty text."""
    if queue not in floor.listed_queues:
        return "there is no such queue: choose one of the list"
    if contact.is_message:  # it may wait for the morning, but not for who can never listen
        served_by = [agent for agent in floor.agents.values() if agent.listed and queue in agent.rings]
        heard = any(not contact.is_unheard_by(agent) for agent in served_by)
        return "" if heard else "nobody of this queue has a console to listen: choose another one, or an agent"
    if not floor.takes(queue, contact.channel, now):
        return "this queue is closed now: choose another one, or an agent"
    return ""


def pass_on(floor: Floor, draft: Draft, contact_id: ContactId, sender: AgentId, target: Target) -> None:
    """Let the sender leave, and the customer go where she wants."""
    if isinstance(target, ToAgent):
        leave(floor, draft, contact_id, sender, TransferTarget.AGENT, to_agent=target.agent)
        offer_by_name(floor, draft, contact_id, target.agent)
    elif isinstance(target, ToQueue):
        leave(floor, draft, contact_id, sender, TransferTarget.QUEUE, to_queue=target.queue)
        _enqueue(floor, draft, contact_id, target.queue)
    else:
        leave(floor, draft, contact_id, sender, TransferTarget.NUMBER)
        external.call(floor, draft, contact_id, sender, target)


def leave(
    floor: Floor,
    draft: Draft,
    contact_id: ContactId,
    sender: AgentId,
    target: TransferTarget,
    kind: TransferKind = TransferKind.BLIND,
    to_agent: AgentId | None = None,
    to_queue: QueueId | None = None,
) -> None:
    """Part the sender from the customer, who stays."""
    contact = floor.contacts[contact_id]
    channel, under = contact.channel, contact.queue if contact.own_rules is None else None
    reached(floor, draft, contact_id)
    draft.emit(TalkEnded(contact_id, sender, channel, Party.AGENT, passed_on=True))
    draft.emit(TransferStarted(contact_id, channel, sender, kind, target, under, to_agent, to_queue))
    wrap_up.begin(floor, draft, contact_id, sender)


def _enqueue(floor: Floor, draft: Draft, contact_id: ContactId, queue_id: QueueId) -> None:
    """Open a visit at the place that the contact had: what the flow gave it goes along, what the old queue gave not."""
    contact, queue = floor.contacts[contact_id], floor.queues[queue_id]
    priority, placed_at = queue.priority + bonus(queue, contact.customer_class), draft.now
    if contact.queue is not None:
        priority += contact.priority - floor.queues[contact.queue].priority - contact.bonus
        placed_at = contact.placed_at
    open_visit(floor, draft, contact_id, queue_id, priority, placed_at, message=contact.is_message)


def not_taken(floor: Floor, fact: OfferEnded, draft: Draft) -> None:
    """Let a contact that the named agent did not take come back to the sender, and from there to the queue."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.state is not ContactState.DIRECTED or not _was_passed_on(contact):
        return
    free = not _hindrance(floor, floor.agents[fact.agent], contact)
    if fact.outcome is OfferOutcome.WITHDRAWN and free:
        offer_by_name(floor, draft, fact.contact, fact.agent)  # an engine took over, or what withdrew it is over
    else:
        _come_back(floor, draft, fact.contact, refused_by=fact.agent)


def _was_passed_on(contact: ContactOnFloor) -> bool:
    """Return whether a contact that is on its way was passed on by an agent: a direct call came by itself."""
    return contact.passing is not None and contact.passing.sender is not None


def not_reached(floor: Floor, fact: ExternalEnded, draft: Draft) -> None:
    """Let a customer come back whom a number outside did not take."""
    contact = floor.contacts.get(fact.contact)
    if contact is not None and contact.state is ContactState.DIRECTED:
        _come_back(floor, draft, fact.contact, refused_by=None)


def _come_back(floor: Floor, draft: Draft, contact_id: ContactId, refused_by: AgentId | None) -> None:
    contact = floor.contacts[contact_id]
    assert contact.passing is not None, "what is on its way was passed on"
    sender = contact.passing.sender
    assert sender is not None, "and that by somebody"
    if refused_by != sender and _takes_back(floor, floor.agents[sender], contact_id, contact.channel):
        offer_by_name(floor, draft, contact_id, sender)
    else:
        _give_to_queue(floor, draft, contact_id, sender)


def _takes_back(floor: Floor, sender: AgentState, contact: ContactId, channel: Channel) -> bool:
    """Return whether the sender could be offered the contact again: that she still wraps it up is no hindrance."""
    if contact not in sender.work:
        return not hindrance(floor, sender, channel)
    if sender.presence is not Presence.READY or sender.offer is not None:
        return False
    if sender.next is not None and sender.next.presence is not Presence.READY:
        return False  # she has chosen to go: nothing more is to ring for her
    # What only waits for its result takes no unit, the contact's own wrap-up perhaps among it.
    held = channel is Channel.VOICE and sender.work[contact][1] is not Work.RESULT_OPEN
    return sender.load(Channel.VOICE) == held and (channel is not Channel.VOICE or floor.rings(sender.station))


def _give_to_queue(floor: Floor, draft: Draft, contact_id: ContactId, sender: AgentId) -> None:
    """Let a contact wait where it had waited; who came from none, in the first queue that the sender serves."""
    contact = floor.contacts[contact_id]
    served = floor.agents[sender].queues
    queue = contact.queue if contact.queue is not None else served[0] if served else None
    if queue is not None:
        _enqueue(floor, draft, contact_id, queue)
    else:
        endings.end(floor, draft, contact_id, ContactOutcome.HANDLED)


def ring_over(floor: Floor, draft: Draft, name: str) -> None:
    """The time for an answer outside is over."""
    draft.emit(ExternalEnded(ContactId(name), DialOutcome.NO_ANSWER))


EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {TransferAsked: ask}

REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    OfferEnded: (not_taken,),
    ExternalEnded: (not_reached,),
}

ALARMS: dict[str, Callable[..., None]] = {"external": ring_over}
