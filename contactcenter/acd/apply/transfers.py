"""How passing a contact on changes the routing floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import move
from contactcenter.acd.contacts import Consult, Passing
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import (
    AgentLegUp,
    ConferenceStarted,
    ConsultAnswered,
    ConsultEnded,
    ConsultFaced,
    ConsultMoved,
    ConsultStarted,
    EndDeferred,
    ExternalAnswered,
    ExternalDialled,
    ExternalEnded,
    TransferStarted,
)
from contactcenter.model.transfers import TransferTarget
from contactcenter.model.words import DialOutcome

__all__ = ["TRANSFER_CHANGES"]


def _started(floor: Floor, fact: TransferStarted, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.passing = Passing(fact.agent)
    if fact.to is TransferTarget.AGENT:
        move(contact, ContactState.DIRECTED)
    elif fact.to is TransferTarget.NUMBER:
        move(contact, ContactState.EXTERNAL)


def _end_deferred(floor: Floor, fact: EndDeferred, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.ending, contact.farewell = fact.outcome, None
    move(contact, ContactState.WRAP_UP)
    # Who was told farewell has heard it, or hung up; who was asked for a message left none.
    floor.timers.clear_kinds("acd", ("farewell", "message"), fact.contact)


def _external_dialled(floor: Floor, fact: ExternalDialled, now: int) -> None:
    agent = floor.agents[fact.agent]
    agent.dialled_at = (*agent.dialled_lately(now), now)
    consult = floor.contacts[fact.contact].consult
    if consult is not None:
        consult.called = True
    floor.timers.set(("acd", "external", fact.contact), fact.expires_at)


def _external_answered(floor: Floor, fact: ExternalAnswered, now: int) -> None:
    floor.contacts[fact.contact].passing = None
    floor.timers.clear(("acd", "external", fact.contact))


def _external_ended(floor: Floor, fact: ExternalEnded, now: int) -> None:
    floor.timers.clear(("acd", "external", fact.contact))
    contact = floor.contacts[fact.contact]
    if contact.consult is not None:
        contact.consult.called = False
    elif fact.outcome not in (DialOutcome.ANSWERED, DialOutcome.CANCELLED):
        move(contact, ContactState.DIRECTED)


def _consult_started(floor: Floor, fact: ConsultStarted, now: int) -> None:
    floor.contacts[fact.contact].consult = Consult(fact.colleague, queue=fact.queue)


def _consult_moved(floor: Floor, fact: ConsultMoved, now: int) -> None:
    consult = floor.contacts[fact.contact].consult
    assert consult is not None, "another one is asked within a consultation"
    assert consult.colleague is not None, "out of a queue a colleague was asked"
    consult.asked, consult.colleague = (*consult.asked, consult.colleague), fact.colleague


def _leg_up(floor: Floor, fact: AgentLegUp, now: int) -> None:
    consult = floor.contacts[fact.contact].consult
    if consult is not None:
        consult.leg = fact.leg


def _consult_answered(floor: Floor, fact: ConsultAnswered, now: int) -> None:
    consult = floor.contacts[fact.contact].consult
    assert consult is not None, "who answers was asked"
    consult.answered = True
    floor.timers.clear(("acd", "external", fact.contact))


def _consult_faced(floor: Floor, fact: ConsultFaced, now: int) -> None:
    consult = floor.contacts[fact.contact].consult
    assert consult is not None, "only in a consultation somebody is turned to"
    consult.aside, consult.joined = not fact.to_customer, False


def _conference_started(floor: Floor, fact: ConferenceStarted, now: int) -> None:
    consult = floor.contacts[fact.contact].consult
    assert consult is not None, "who joins was consulted"
    consult.aside, consult.joined = False, True


def _consult_ended(floor: Floor, fact: ConsultEnded, now: int) -> None:
    floor.contacts[fact.contact].consult = None


TRANSFER_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    TransferStarted: _started,
    EndDeferred: _end_deferred,
    ConsultStarted: _consult_started,
    ConsultMoved: _consult_moved,
    AgentLegUp: _leg_up,
    ConsultAnswered: _consult_answered,
    ConsultFaced: _consult_faced,
    ConferenceStarted: _conference_started,
    ConsultEnded: _consult_ended,
    ExternalDialled: _external_dialled,
    ExternalAnswered: _external_answered,
    ExternalEnded: _external_ended,
}
