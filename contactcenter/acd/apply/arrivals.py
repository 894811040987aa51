"""How contacts come to the routing floor, by arrival or by being called; a part of `apply`, by the same rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import move, stand_aside
from contactcenter.acd.contacts import Colleague, ContactOnFloor, Passing
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import ContactArrived, DialEnded, DialStarted, DirectDiverted, LegOpened
from contactcenter.model.words import Direction, LegRole

__all__ = ["ARRIVAL_CHANGES"]

ARRIVES_AS = {
    Direction.OUTBOUND: ContactState.DIALLING,
    Direction.INTERNAL: ContactState.DIALLING,
    Direction.DIRECT: ContactState.DIRECTED,
}


def _arrived(floor: Floor, fact: ContactArrived, now: int) -> None:
    state = ARRIVES_AS.get(fact.direction, ContactState.IN_FLOW)
    contact = ContactOnFloor(fact.channel, fact.address_key, state, may_call_back=fact.may_call_back)
    contact.direction = fact.direction
    if fact.agent is not None:
        contact.passing, contact.own_rules = Passing(None, fact.agent), floor.direct
    floor.contacts[fact.contact] = contact


def _dial_started(floor: Floor, fact: DialStarted, now: int) -> None:
    contact, agent = floor.contacts[fact.contact], floor.agents[fact.agent]
    contact.agent, contact.dialled_on = fact.agent, fact.leg
    if fact.colleague is not None:
        contact.colleague, contact.own_rules = Colleague(fact.colleague), floor.internal
    elif contact.callback is None:
        contact.own_rules = floor.outgoing
        agent.dialled_at = (*agent.dialled_lately(now), now)
    else:
        move(contact, ContactState.DIALLING)
        stand_aside(floor, fact.contact, contact)
    floor.timers.set(("acd", "dial", fact.contact), fact.expires_at)


def _leg_opened(floor: Floor, fact: LegOpened, now: int) -> None:
    contact = floor.contacts[fact.contact]
    if fact.offer is not None:
        floor.offers[fact.offer].leg = fact.leg
    rules = contact.callback.outgoing if contact.callback is not None else contact.own_rules
    if fact.role is LegRole.CALLED and rules is not None:
        contact.called = True
        floor.timers.set(("acd", "dial", fact.contact), now + rules.ring_ms)


def _dial_ended(floor: Floor, fact: DialEnded, now: int) -> None:
    floor.timers.clear(("acd", "dial", fact.contact))


def _diverted(floor: Floor, fact: DirectDiverted, now: int) -> None:
    """Who goes through a flow is from here as who dialled its number; in a queue this follows with the visit.

    An agent who could not be asked has left nothing to others: she is asked when she comes free first.
    """
    contact = floor.contacts[fact.contact]
    if fact.flow:
        move(contact, ContactState.IN_FLOW)
    if fact.flow or (fact.queue is not None and fact.hindrance):
        contact.passing, contact.own_rules = None, None


ARRIVAL_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    ContactArrived: _arrived,
    DialStarted: _dial_started,
    LegOpened: _leg_opened,
    DialEnded: _dial_ended,
    DirectDiverted: _diverted,
}
