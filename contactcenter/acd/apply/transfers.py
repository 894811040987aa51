"""How passing a contact on changes the routing floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.places import move
from contactcenter.acd.state import Floor, Passing
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import EndDeferred, TransferStarted
from contactcenter.model.transfers import TransferTarget

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


TRANSFER_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    TransferStarted: _started,
    EndDeferred: _end_deferred,
}
