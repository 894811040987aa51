"""Passing a customer on to a number outside: who may, and each way in which the call there ends.

Whom agents may pass on to is a matter of plain numbers, which only the shells see; here is what the centre knows.
"""

from __future__ import annotations

from contactcenter.acd import endings
from contactcenter.acd.agents import AgentState
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.dialling import NO_TRUNK, WAIT
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState, dialled
from contactcenter.model.facts import ExternalAnswered, ExternalDialled, ExternalEnded, LegChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.step import Draft
from contactcenter.model.transfers import ToNumber
from contactcenter.model.words import Channel, ContactOutcome, DialOutcome, LegState

__all__ = ["call", "customer_left", "line_changed", "refusal"]


def refusal(floor: Floor, contact: ContactOnFloor, sender: AgentState, now: int) -> str:
    """Return why a contact cannot be passed on to a number now, or an empty text."""
    rules = floor.outgoing
    if rules is None:
        return NO_TRUNK
    if contact.channel is not Channel.VOICE or contact.is_message:
        return "only calls can be passed on to a number: choose an agent or a queue"
    if sender.has_dialled_enough(rules, now):
        return WAIT
    return ""


def call(floor: Floor, draft: Draft, contact_id: ContactId, sender: AgentId, target: ToNumber) -> None:
    """Call the number for the customer, who hears it ring."""
    rules = floor.outgoing
    assert rules is not None, "without rules it was refused"
    until_at = draft.now + rules.ring_ms
    draft.emit(ExternalDialled(contact_id, sender, rules.trunk, rules.shown, target.number, until_at))


def line_changed(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    """Follow the line outside: answered, or down."""
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.state is not ContactState.EXTERNAL:
        return
    if fact.state is LegState.UP and contact.passing is not None:
        draft.emit(ExternalAnswered(fact.contact))
    elif fact.state is LegState.ENDED and contact.passing is not None:
        draft.emit(ExternalEnded(fact.contact, dialled(fact.status), fact.status))
    elif fact.state is LegState.ENDED:
        draft.emit(ExternalEnded(fact.contact, DialOutcome.ANSWERED, fact.status))
        endings.end(floor, draft, fact.contact, ContactOutcome.HANDLED)


def customer_left(floor: Floor, draft: Draft, contact_id: ContactId, failed: bool) -> None:
    """End the call outside with the customer's line."""
    passing = floor.contacts[contact_id].passing
    draft.emit(ExternalEnded(contact_id, DialOutcome.ANSWERED if passing is None else DialOutcome.CANCELLED))
    endings.end(floor, draft, contact_id, ContactOutcome.FAILED_NODE if failed else ContactOutcome.HANDLED)
