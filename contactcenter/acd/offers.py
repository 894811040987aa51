"""How an offer ends: accepted by the phone or the console, or in one of the other named ways."""

from __future__ import annotations

from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import outcome_of
from contactcenter.model.events import OfferAccepted, OfferRejected
from contactcenter.model.facts import (
    AgentLegDown,
    AgentLegUp,
    OfferEnded,
    OfferTaken,
    PresenceChanged,
    TalkStarted,
    VisitEnded,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, OfferId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, OfferOutcome, Presence, VisitOutcome, Work

__all__ = [
    "accept_from_console",
    "end_offer",
    "leg_down",
    "leg_up",
    "reject_from_console",
    "ring_over",
    "withdraw",
    "withdraw_from",
]


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
    draft.emit(OfferEnded(offer_id, offer.contact, agent, channel, OfferOutcome.ACCEPTED))
    draft.emit(VisitEnded(visit, offer.contact, queue, channel, VisitOutcome.HANDLED, wait_ms, agent))
    draft.emit(TalkStarted(offer.contact, visit, queue, channel, agent))
    draft.emit(WorkChanged(agent, offer.contact, channel, Work.TALKING))


def end_offer(floor: Floor, draft: Draft, offer_id: OfferId, outcome: OfferOutcome, status: int = 0) -> None:
    """End an offer that was not accepted; the contact stands in its line again at its old place."""
    offer = floor.offers[offer_id]
    draft.emit(OfferEnded(offer_id, offer.contact, offer.agent, offer.channel, outcome, status))
    agent = floor.agents[offer.agent]
    if outcome is OfferOutcome.NO_ANSWER and not agent.config.phone_only:
        # Not the agent's wish: the idle time is kept, so that one click brings back the old turn.
        draft.emit(PresenceChanged(offer.agent, Presence.NOT_READY, "no_answer", agent.idle_since))
    draft.emit(WorkChanged(offer.agent, offer.contact, offer.channel, Work.ENDED))


def withdraw(floor: Floor, draft: Draft, contact: ContactId, outcome: OfferOutcome) -> None:
    """End the live offer of a contact, if there is one, for a reason that is not the agent's."""
    offer = floor.contacts[contact].offer
    if offer is not None:
        end_offer(floor, draft, offer, outcome)


def withdraw_from(floor: Floor, draft: Draft, agent: AgentId, outcome: OfferOutcome) -> None:
    """End the live offer to an agent, if there is one."""
    offer = floor.agents[agent].offer
    if offer is not None:
        end_offer(floor, draft, offer, outcome)
