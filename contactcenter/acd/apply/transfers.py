"""How passing a contact on changes the routing floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import move
from contactcenter.acd.state import Floor, Passing
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import EndDeferred, ExternalAnswered, ExternalDialled, ExternalEnded, TransferStarted
from contactcenter.model.transfers import TransferTarget
from contactcenter.model.words import DialOutcome

__all__ = ["TRANSFER_CHANGES"]


def _started(floor: Floor, fact: TransferStarted, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.passing = Passing(fact.agent)
    if fact.to is TransferTarget.AGENT:
        move(contact, ContactState.DIRECTED)


def _end_deferred(floor: Floor, fact: EndDeferred, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.ending = fact.outcome
    move(contact, ContactState.WRAP_UP)


def _external_dialled(floor: Floor, fact: ExternalDialled, now: int) -> None:
    agent = floor.agents[fact.agent]
    agent.dialled_at = (*agent.dialled_lately(now), now)
    move(floor.contacts[fact.contact], ContactState.EXTERNAL)
    floor.timers.set(("acd", "external", fact.contact), fact.expires_at)


def _external_answered(floor: Floor, fact: ExternalAnswered, now: int) -> None:
    floor.contacts[fact.contact].passing = None
    floor.timers.clear(("acd", "external", fact.contact))


def _external_ended(floor: Floor, fact: ExternalEnded, now: int) -> None:
    floor.timers.clear(("acd", "external", fact.contact))
    if fact.outcome not in (DialOutcome.ANSWERED, DialOutcome.CANCELLED):
        move(floor.contacts[fact.contact], ContactState.DIRECTED)


TRANSFER_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    TransferStarted: _started,
    EndDeferred: _end_deferred,
    ExternalDialled: _external_dialled,
    ExternalAnswered: _external_answered,
    ExternalEnded: _external_ended,
}
