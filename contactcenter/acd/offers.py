"""How an offer is made to one agent, and how it ends: accepted by phone or console, or in another named way."""

from __future__ import annotations

from contactcenter.acd.capacity import can_take
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import outcome_of
from contactcenter.model.events import OfferAccepted, OfferRejected
from contactcenter.model.facts import (
    AgentLegDown,
    AgentLegUp,
    OfferEnded,
    OfferMade,
    OfferTaken,
    PresenceChanged,
    TalkStarted,
    VisitEnded,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, GroupId, OfferId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, OfferOutcome, Presence, VisitOutcome, Withdrawal, Work

__all__ = [
    "accept_from_console",
    "end_offer",
    "leg_down",
    "leg_up",
    "make_offer",
    "reject_from_console",
    "ring_over",
    "withdraw",
    "withdraw_from",
]


def make_offer(
    floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId, group: GroupId | None = None
) -> None:
    """Present a contact to an agent, alone or as one of a group, for as long as the queue lets it ring."""
    contact, agent = floor.contacts[contact_id], floor.agents[agent_id]
    assert contact.visit is not None, "only a queued contact is offered"
    assert contact.queue is not None, "a visit has a queue"
    assert can_take(floor, agent, contact.channel), "the idle lines hold only who can take"
    queue = floor.queues[contact.queue]
    ring_ms = queue.ring_ms if contact.channel is Channel.VOICE else queue.text_ring_ms
    station = agent.station if contact.channel is Channel.VOICE else None
    draft.emit(
        OfferMade(
            OfferId(draft.new_id("O")),
            contact_id,
            contact.visit,
            contact.queue,
            contact.channel,
            agent_id,
            station,
            draft.now + ring_ms,
            group,
        )
    )
    draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.RINGING))


def accept_from_console(floor: Floor, event: OfferAccepted, draft: Draft) -> None:
    """Take the console's Accept: text begins at once, a phone that answers on command is dialled now."""
    offer = floor.offers.get(event.offer)
    if offer is None or offer.agent != event.agent:
        draft.reject("this offer is over")
    elif offer.channel is not Channel.VOICE:
        _accept(floor, draft, event.offer)
    elif offer.taken or not floor.answers_on_command(floor.agents[offer.agent].station):
        draft.reject("answer this call on the phone")
    else:
        draft.emit(OfferTaken(event.offer, offer.contact, offer.agent))


def reject_from_console(floor: Floor, event: OfferRejected, draft: Draft) -> None:
    """Take the console's Reject."""
    offer = floor.offers.get(event.offer)
    if offer is None or offer.agent != event.agent:
        draft.reject("this offer is over")
    else:
        end_offer(floor, draft, event.offer, OfferOutcome.REJECTED)


def leg_up(floor: Floor, fact: AgentLegUp, draft: Draft) -> None:
    """For voice the phone's answer is the accept; a leg whose offer is over has ended, so the offer lives."""
    _accept(floor, draft, fact.offer)


def leg_down(floor: Floor, fact: AgentLegDown, draft: Draft) -> None:
    """The agent's phone refused or failed while the offer lived."""
    if fact.offer is not None and fact.offer in floor.offers:
        end_offer(floor, draft, fact.offer, outcome_of(fact.status), fact.status)


def ring_over(floor: Floor, draft: Draft, offer_id: OfferId, outcome: OfferOutcome) -> None:
    """The time for an answer, or for a sign of life of the phone, is over; an ended offer has no alarm."""
    end_offer(floor, draft, offer_id, outcome)


def _accept(floor: Floor, draft: Draft, offer_id: OfferId) -> None:
    offer = floor.offers[offer_id]
    contact = floor.contacts[offer.contact]
    visit, queue, opened_at = contact.visit, contact.queue, contact.opened_at
    assert visit is not None, "only a queued contact is offered"
    assert queue is not None, "a visit has a queue"
    wait_ms = draft.now - opened_at
    channel, agent = offer.channel, offer.agent
    for other in [each for each in contact.offers if each != offer_id]:
        end_offer(floor, draft, other, OfferOutcome.WITHDRAWN, cause=Withdrawal.RACE_LOST)
    draft.emit(OfferEnded(offer_id, offer.contact, agent, channel, OfferOutcome.ACCEPTED))
    draft.emit(VisitEnded(visit, offer.contact, queue, channel, VisitOutcome.HANDLED, wait_ms, agent))
    draft.emit(TalkStarted(offer.contact, visit, queue, channel, agent))
    draft.emit(WorkChanged(agent, offer.contact, channel, Work.TALKING))


def end_offer(
    floor: Floor,
    draft: Draft,
    offer_id: OfferId,
    outcome: OfferOutcome,
    status: int = 0,
    cause: Withdrawal | None = None,
) -> None:
    """End an offer that was not accepted; a contact that rings nowhere else stands in its line at its old place."""
    offer = floor.offers[offer_id]
    draft.emit(OfferEnded(offer_id, offer.contact, offer.agent, offer.channel, outcome, status, cause))
    agent = floor.agents[offer.agent]
    if outcome is OfferOutcome.NO_ANSWER and not agent.config.phone_only:
        # Not the agent's wish: the idle time is kept, so that one click brings back the old turn.
        draft.emit(PresenceChanged(offer.agent, Presence.NOT_READY, "no_answer", agent.idle_since))
    draft.emit(WorkChanged(offer.agent, offer.contact, offer.channel, Work.ENDED))


def withdraw(floor: Floor, draft: Draft, contact: ContactId, outcome: OfferOutcome) -> None:
    """End the live offers of a contact, if there are any, for a reason that is not the agents'."""
    for offer in list(floor.contacts[contact].offers):
        end_offer(floor, draft, offer, outcome)


def withdraw_from(
    floor: Floor, draft: Draft, agent: AgentId, outcome: OfferOutcome, cause: Withdrawal | None = None
) -> None:
    """End the live offer to an agent, if there is one."""
    offer = floor.agents[agent].offer
    if offer is not None:
        end_offer(floor, draft, offer, outcome, cause=cause)
