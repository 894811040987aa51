"""How an offer is made to one agent, and how it ends: accepted by phone or console, or in another named way."""

from __future__ import annotations

from contactcenter.acd.agents import AgentState
from contactcenter.acd.capacity import can_take
from contactcenter.acd.contacts import ContactOnFloor, OfferState
from contactcenter.acd.endings import end_visit
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import outcome_of
from contactcenter.model.config import DirectConfig, InternalConfig, QueueConfig
from contactcenter.model.events import OfferAccepted, OfferRejected
from contactcenter.model.facts import (
    AgentLegDown,
    AgentLegUp,
    ConsultAnswered,
    DialEnded,
    OfferEnded,
    OfferMade,
    OfferTaken,
    PenaltyBegan,
    PresenceChanged,
    TalkStarted,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, GroupId, OfferId, QueueId, VisitId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, DialOutcome, OfferOutcome, Presence, VisitOutcome, Withdrawal, Work

__all__ = [
    "accept_from_console",
    "accept_without_click",
    "end_offer",
    "leg_down",
    "leg_up",
    "make_offer",
    "offer_by_name",
    "reject_from_console",
    "ring_over",
    "win",
    "withdraw",
    "withdraw_from",
]

RING_MS, TEXT_RING_MS = 15_000, 30_000  # for contacts under no queue's rules, as queues have it by default


OUTSIDE_MS = 12_000  # until a telephone outside rings, networks between us take so long; its ring time comes after
NO_ANSWER_PENALTY_MS = 30_000  # of what comes from no queue: as long as a queue's own, where it says nothing


def make_offer(
    floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId, group: GroupId | None = None
) -> None:
    """Present a contact to an agent, alone or as one of a group, for as long as the queue lets it ring."""
    contact = floor.contacts[contact_id]
    assert contact.visit is not None, "only a queued contact is offered to whoever is free"
    assert can_take(floor, floor.agents[agent_id], contact.channel), "the idle lines hold only who can take"
    _present(floor, draft, contact_id, agent_id, contact.visit, group)


def offer_by_name(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    """Present a contact that was passed on to one agent, beside all lines."""
    _present(floor, draft, contact_id, agent_id, None, None)


def _present(
    floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId, visit: VisitId | None, group: GroupId | None
) -> None:
    contact, agent = floor.contacts[contact_id], floor.agents[agent_id]
    voice = contact.channel is Channel.VOICE and not contact.is_message  # a message rings nowhere
    queue = floor.queues[contact.queue] if contact.queue is not None else None
    usual_ms = RING_MS if voice else TEXT_RING_MS
    ring_ms = usual_ms if queue is None else queue.ring_ms if voice else queue.text_ring_ms
    if isinstance(contact.own_rules, InternalConfig | DirectConfig):
        ring_ms = contact.own_rules.ring_ms
    if voice and floor.is_outside(agent.station):
        ring_ms += OUTSIDE_MS
    if contact_id in agent.work:  # the very contact that she had passed on comes back while she writes it up
        draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.ENDED))
    draft.emit(
        OfferMade(
            OfferId(draft.new_id("O")),
            contact_id,
            visit,
            contact.queue,
            contact.channel,
            agent_id,
            agent.station if voice else None,
            draft.now + ring_ms,
            group,
            visit is not None and group is None and _answers_by_itself(floor, agent, queue, voice),
        )
    )
    draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.RINGING))


def _answers_by_itself(floor: Floor, agent: AgentState, queue: QueueConfig | None, voice: bool) -> bool:
    """Return whether an agent who sees his console takes a queue's contacts without a click (`acd.auto_answer`)."""
    wanted = agent.config.auto_answer or (queue is not None and queue.auto_answer)
    able = agent.console and not agent.config.phone_only
    return wanted and able and (not voice or floor.answers_on_command(agent.station))


def accept_without_click(floor: Floor, draft: Draft, offer_id: OfferId) -> None:
    """Begin a text at once, or ring a phone that answers on command."""
    offer = floor.offers[offer_id]
    if _rings(floor, offer):
        draft.emit(OfferTaken(offer_id, offer.contact, offer.agent))
    else:
        _accept(floor, draft, offer_id)


def accept_from_console(floor: Floor, event: OfferAccepted, draft: Draft) -> None:
    """Take the console's Accept: text begins at once, a phone that answers on command is dialled now."""
    offer = floor.offers.get(event.offer)
    if offer is None or offer.agent != event.agent:
        draft.reject("this offer is over")
    elif not _rings(floor, offer):
        _accept(floor, draft, event.offer)
    elif offer.taken:
        draft.reject("answer this call on the phone")
    else:
        draft.emit(OfferTaken(event.offer, offer.contact, offer.agent))


def _rings(floor: Floor, offer: OfferState) -> bool:
    """Return whether an offer is accepted on a telephone; texts and messages are by a click."""
    return offer.channel is Channel.VOICE and not floor.contacts[offer.contact].is_message


def reject_from_console(floor: Floor, event: OfferRejected, draft: Draft) -> None:
    """Take the console's Reject."""
    offer = floor.offers.get(event.offer)
    if offer is None or offer.agent != event.agent:
        draft.reject("this offer is over")
    else:
        end_offer(floor, draft, event.offer, OfferOutcome.REJECTED)


def leg_up(floor: Floor, fact: AgentLegUp, draft: Draft) -> None:
    """For voice the phone's answer is the accept; a leg whose offer is over has ended, so the offer lives.

    Who takes a callback has the customer called before they talk, unless he was called first.
    """
    if floor.contacts[fact.contact].on_the_line:
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
    channel, agent = offer.channel, offer.agent
    win(floor, draft, offer_id)
    if contact.consult is not None:
        assert contact.agent is not None, "who asks a colleague is in talk"
        draft.emit(ConsultAnswered(offer.contact, contact.agent, agent))
        draft.emit(WorkChanged(agent, offer.contact, channel, Work.CONSULTING))
        return
    if contact.colleague is not None:
        _join_colleagues(offer.contact, contact, agent, draft)
        return
    visit = contact.visit if contact.passing is None else None
    if contact.passing is None:
        end_visit(floor, draft, offer.contact, VisitOutcome.HANDLED, agent)
    draft.emit(TalkStarted(offer.contact, visit, contact.queue, channel, agent))
    draft.emit(WorkChanged(agent, offer.contact, channel, Work.TALKING))


def _join_colleagues(contact_id: ContactId, contact: ContactOnFloor, colleague: AgentId, draft: Draft) -> None:
    """Let an agent talk with the colleague who was called."""
    assert contact.agent is not None, "who calls a colleague is on the phone"
    draft.emit(DialEnded(contact_id, contact.agent, DialOutcome.ANSWERED))
    draft.emit(TalkStarted(contact_id, None, None, contact.channel, contact.agent))
    for agent in (contact.agent, colleague):
        draft.emit(WorkChanged(agent, contact_id, contact.channel, Work.TALKING))


def win(floor: Floor, draft: Draft, offer_id: OfferId) -> None:
    """End an offer as accepted, and before it those of others to whom the same contact rings."""
    offer = floor.offers[offer_id]
    for other in [each for each in floor.contacts[offer.contact].offers if each != offer_id]:
        end_offer(floor, draft, other, OfferOutcome.WITHDRAWN, cause=Withdrawal.RACE_LOST)
    draft.emit(OfferEnded(offer_id, offer.contact, offer.agent, offer.channel, OfferOutcome.ACCEPTED))


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
    agent, contact = floor.agents[offer.agent], floor.contacts[offer.contact]
    queue = floor.queue_of(contact) if contact.queue is not None else None
    if outcome is OfferOutcome.REJECTED and queue is not None and not contact.by_name:
        _penalise(draft, offer.agent, queue.id, outcome, queue.reject_penalty_ms)
    elif outcome is OfferOutcome.NO_ANSWER and agent.config.phone_only:
        length_ms = queue.no_answer_penalty_ms if queue is not None else NO_ANSWER_PENALTY_MS
        _penalise(draft, offer.agent, None, outcome, length_ms)
    elif outcome is OfferOutcome.NO_ANSWER:
        # Not the agent's wish: the idle time is kept, so that one click brings back the old turn.
        draft.emit(PresenceChanged(offer.agent, Presence.NOT_READY, "no_answer", agent.idle_since))
    draft.emit(WorkChanged(offer.agent, offer.contact, offer.channel, Work.ENDED))


def _penalise(draft: Draft, agent: AgentId, queue: QueueId | None, outcome: OfferOutcome, length_ms: int) -> None:
    """Leave an agent alone for a while, with a queue or with everything (`acd.penalties`)."""
    if length_ms:
        draft.emit(PenaltyBegan(agent, queue, outcome, draft.now + length_ms))


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
