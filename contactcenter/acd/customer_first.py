"""Callbacks whose customer's phone rings first: an agent is kept for him, and is offered him once he has answered.

A customer is called only while somebody who could take him is free and stays so: she is offered nothing meanwhile, and
when she goes the call ends. From the answer on he waits on the line, at his old place, as any other caller.
"""

from __future__ import annotations

from contactcenter.acd.callbacks import HOURS, SOON_MS, finish, postpone
from contactcenter.acd.offers import make_offer, withdraw
from contactcenter.acd.relaxation import relax
from contactcenter.acd.state import Floor
from contactcenter.model.facts import CallbackAnswered, DialEnded, DialStarted, WorkChanged
from contactcenter.model.hours import interval_at
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.step import Draft
from contactcenter.model.words import CallbackOutcome, DialOutcome, OfferOutcome, Work

__all__ = ["answered", "left", "serve"]


def serve(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    """Offer a contact to the agent who was chosen; a customer who is to be called first is called for her."""
    if not floor.contacts[contact_id].called_first:
        make_offer(floor, draft, contact_id, agent_id)
    elif interval_at(floor.callback_hours, draft.now) is None:
        postpone(floor, draft, contact_id, HOURS, draft.now)
    else:
        _call(floor, draft, contact_id, agent_id)


def _call(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    contact, station = floor.contacts[contact_id], floor.agents[agent_id].station
    assert contact.callback is not None, "only callbacks are called first"
    assert station is not None, "who can take a call has a station"
    outgoing = contact.callback.outgoing
    trunk, shown, until_at = outgoing.trunk, outgoing.shown, draft.now + outgoing.ring_ms
    draft.emit(DialStarted(contact_id, agent_id, station, trunk, shown, until_at, customer_first=True))
    draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.DIALLING))


def answered(floor: Floor, draft: Draft, contact_id: ContactId) -> None:
    """Let a customer who answered wait on the line, and the agent who was kept for him be free."""
    contact = floor.contacts[contact_id]
    agent_id = contact.agent
    assert agent_id is not None, "who is called is called for an agent"
    draft.emit(DialEnded(contact_id, agent_id, DialOutcome.ANSWERED))
    draft.emit(WorkChanged(agent_id, contact_id, contact.channel, Work.ENDED))
    draft.emit(CallbackAnswered(contact_id))
    relax(floor, draft, contact_id)


def left(floor: Floor, draft: Draft, contact_id: ContactId, failed: bool) -> None:
    """End a callback whose customer hung up while he waited for the agent; whom we lost is called again soon."""
    withdraw(floor, draft, contact_id, OfferOutcome.CALLER_GONE)
    if failed:
        postpone(floor, draft, contact_id, DialOutcome.FAILED, draft.now + SOON_MS)
    else:
        finish(floor, draft, contact_id, CallbackOutcome.ABANDONED)
