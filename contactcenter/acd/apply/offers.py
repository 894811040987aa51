"""How offers, from their making to their one end, and the talks that follow change the routing floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.agents import AgentState
from contactcenter.acd.apply.groups import index_group
from contactcenter.acd.apply.parking import note_parking
from contactcenter.acd.apply.places import RETRY_REJECTED_MS, announce_again, leave_line, move, stand
from contactcenter.acd.capacity import reindex
from contactcenter.acd.contacts import ContactOnFloor, OfferState
from contactcenter.acd.progress import set_recipe_alarm
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import (
    ContactEnded,
    CustomerAnswered,
    LegChanged,
    OfferEnded,
    OfferMade,
    OfferTaken,
    TalkEnded,
    TalkStarted,
)
from contactcenter.model.ids import QueueId
from contactcenter.model.words import Channel, LegRole, LegState, OfferOutcome, Work

__all__ = ["OFFER_CHANGES"]

ALERT_MS = 4_000  # a phone that has not sent 180 by then is taken for lost, not for unanswered
OUTSIDE_ALERT_MS = 12_000  # a telephone outside, behind a trunk and other networks
HANDLE_WEIGHT = 8  # of the last ones: a mean that follows the hour, not the year


def _offer_made(floor: Floor, fact: OfferMade, now: int) -> None:
    contact, agent = floor.contacts[fact.contact], floor.agents[fact.agent]
    if contact.consult is not None:
        contact.consult.offer = fact.offer
    elif contact.colleague is not None:
        contact.called = True
        floor.timers.clear(("acd", "dial", fact.contact))
    elif not contact.offers:
        move(contact, ContactState.OFFERED)
        leave_line(floor, fact.contact, contact)
    contact.offers.append(fact.offer)
    contact.group, agent.offer = fact.group, fact.offer
    rings = fact.station is not None and not floor.answers_on_command(fact.station)
    floor.offers[fact.offer] = OfferState(fact.contact, fact.agent, fact.channel, fact.group, taken=rings)
    index_group(floor, fact.contact, contact)
    if fact.group is None:
        _count_turn(floor, agent)
    floor.timers.clear_kinds("acd", ("position", "recipe"), fact.contact)
    floor.timers.set(("acd", "ring", fact.offer), fact.expires_at)
    if rings:
        alert_ms = OUTSIDE_ALERT_MS if floor.is_outside(fact.station) else ALERT_MS
        floor.timers.set(("acd", "alert", fact.offer), now + alert_ms)


def _count_turn(floor: Floor, agent: AgentState) -> None:
    """Note that the agent had a turn; in a group only the winner has one, for losing a race is nobody's fault."""
    floor.offers_made += 1
    agent.shift.offered = floor.offers_made


def _offer_taken(floor: Floor, fact: OfferTaken, now: int) -> None:
    floor.offers[fact.offer].taken = True
    floor.timers.set(("acd", "alert", fact.offer), now + ALERT_MS)


def _leg_changed(floor: Floor, fact: LegChanged, now: int) -> None:
    contact = floor.contacts.get(fact.contact)
    if contact is None or fact.role is not LegRole.AGENT or fact.state not in (LegState.ALERTING, LegState.UP):
        return
    for offer in contact.offers:
        if floor.offers[offer].leg == fact.leg:
            floor.timers.clear(("acd", "alert", offer))


def _offer_ended(floor: Floor, fact: OfferEnded, now: int) -> None:
    ended = floor.offers.pop(fact.offer)
    floor.timers.clear_kinds("acd", ("ring", "alert"), fact.offer)
    agent, contact = floor.agents[fact.agent], floor.contacts[fact.contact]
    agent.offer = None
    contact.offers.remove(fact.offer)
    index_group(floor, fact.contact, contact)
    if fact.outcome is OfferOutcome.ACCEPTED:
        if contact.colleague is not None:
            contact.colleague.leg = ended.leg
        if ended.group is not None:
            _count_turn(floor, agent)
        return
    if contact.passing is not None:
        move(contact, ContactState.DIRECTED)
    queued = not contact.by_name
    if queued and not contact.offers:
        # Who is asked about stays with the agent who asks.
        _wait_again(floor, fact, contact, now)
    if queued and fact.outcome is OfferOutcome.REJECTED:
        contact.refused = (*contact.refused, fact.agent)
        floor.timers.set(("acd", "again", fact.contact), now + RETRY_REJECTED_MS)
    if fact.outcome in (OfferOutcome.BUSY, OfferOutcome.DEVICE_LOST) and fact.channel is Channel.VOICE:
        agent.paused = True
        floor.timers.set(("acd", "pause", fact.agent), now + floor.station_retry_ms)


def _wait_again(floor: Floor, fact: OfferEnded, contact: ContactOnFloor, now: int) -> None:
    """Let a contact that rings nowhere any more stand in its line, at its old place."""
    contact.group = None
    move(contact, ContactState.WAITING)
    stand(floor, fact.contact, contact)
    announce_again(floor, fact.contact, contact, now)
    set_recipe_alarm(floor, fact.contact, contact)


def _talk_started(floor: Floor, fact: TalkStarted, now: int) -> None:
    contact = floor.contacts[fact.contact]
    move(contact, ContactState.TALKING)
    contact.agent = contact.talked_to = fact.agent
    contact.answered = contact.answered and fact.visit is None  # passed on by name, it came through no queue again
    contact.passing = None
    contact.talks_since = now


def _customer_answered(floor: Floor, fact: CustomerAnswered, now: int) -> None:
    floor.contacts[fact.contact].answered = True
    reindex(floor, fact.agent)


def _talk_ended(floor: Floor, fact: TalkEnded, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.agent = None
    note_parking(contact, Work.ENDED, now)


def _ended(floor: Floor, fact: ContactEnded, now: int) -> None:
    contact = floor.contacts.pop(fact.contact)
    move(contact, ContactState.ENDED)
    floor.timers.clear_kinds("acd", ("farewell", "message", "again"), fact.contact)
    if contact.talks_since is not None and contact.queue is not None:
        _note_handled(floor, contact.queue, now - contact.talks_since)


def _note_handled(floor: Floor, queue: QueueId, handle_ms: int) -> None:
    """Let the mean time of talk and wrap-up follow the last of them: each weighs an eighth."""
    mean_ms = floor.handle_ms.get(queue, handle_ms)
    floor.handle_ms[queue] = mean_ms + (handle_ms - mean_ms) // HANDLE_WEIGHT


OFFER_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    OfferMade: _offer_made,
    OfferTaken: _offer_taken,
    LegChanged: _leg_changed,
    OfferEnded: _offer_ended,
    TalkStarted: _talk_started,
    CustomerAnswered: _customer_answered,
    TalkEnded: _talk_ended,
    ContactEnded: _ended,
}
