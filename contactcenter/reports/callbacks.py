"""The callbacks that are promised and not over, as a list for supervisors: the oldest promise first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contactcenter.model.facts import (
    CallbackAnswered,
    CallbackEnded,
    CallbackPostponed,
    CallbackPromised,
    CallbackResumed,
    ContactArrived,
    ContactEnded,
    DialStarted,
    Fact,
    OfferEnded,
    OfferMade,
    TalkStarted,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, QueueId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Channel, OfferOutcome

__all__ = ["CallbackRow", "CallbackState", "PromisedCallbacks"]


class CallbackState(StrEnum):
    """What is done for a callback now."""

    PROMISED = "promised"
    """The caller is still on the line."""
    WAITING = "waiting"
    POSTPONED = "postponed"
    OFFERED = "offered"
    DIALLING = "dialling"
    ON_LINE = "on_line"
    """The customer was called first, and waits for the agent."""
    TALKING = "talking"


@dataclass(slots=True)
class CallbackRow:
    """One callback: whom, for which queue, since when in the line, and how often it was tried; times in ms."""

    contact: ContactId
    queue: QueueId
    number: Sealed | None
    placed_at: int
    promised_at: int
    expires_at: int
    state: CallbackState = CallbackState.PROMISED
    tries: int = 0
    until_at: int = 0
    reason: str = ""


class PromisedCallbacks:
    """The fold of callbacks."""

    def __init__(self) -> None:
        """Begin with none."""
        self._callers: dict[ContactId, Sealed | None] = {}
        self._visits: dict[ContactId, VisitOpened] = {}
        self._rows: dict[ContactId, CallbackRow] = {}

    def rows(self) -> list[CallbackRow]:
        """Return all that are promised and not over, the oldest promise first."""
        return list(self._rows.values())

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact that was stated at `at` (ms) into account."""
        match fact:
            case ContactArrived(channel=Channel.VOICE):
                self._callers[fact.contact] = fact.address
            case VisitOpened(channel=Channel.VOICE):
                self._visits[fact.contact] = fact
                self._move(fact.contact, CallbackState.WAITING)
            case CallbackPromised():
                self._promised(fact, at)
            case CallbackEnded():
                self._rows.pop(fact.contact, None)
            case ContactEnded():
                self._callers.pop(fact.contact, None)
                self._visits.pop(fact.contact, None)
            case _:
                self._follow(fact)

    def _promised(self, fact: CallbackPromised, at: int) -> None:
        """Take down a promise, in the place of the caller's visit; who asked on a website comes now."""
        number = fact.number or self._callers.get(fact.contact)
        queue, placed_at = fact.queue, at
        if queue is None:
            queue, placed_at = self._visits[fact.contact].queue, self._visits[fact.contact].placed_at
        row = CallbackRow(fact.contact, queue, number, placed_at, at, fact.expires_at, until_at=fact.opens_at)
        self._rows[fact.contact] = row

    def _follow(self, fact: Fact) -> None:
        match fact:
            case CallbackPostponed():
                self._move(fact.contact, CallbackState.POSTPONED)
                row = self._rows[fact.contact]
                row.reason, row.until_at, row.tries = fact.reason, fact.until_at, fact.tries
            case CallbackAnswered():
                self._move(fact.contact, CallbackState.ON_LINE)
            case OfferMade() | OfferEnded() if self._is_on_line(fact.contact):
                pass
            case OfferMade():
                self._move(fact.contact, CallbackState.OFFERED)
            case CallbackResumed():
                self._move(fact.contact, CallbackState.WAITING)
            case OfferEnded() if fact.outcome is not OfferOutcome.ACCEPTED:
                self._move(fact.contact, CallbackState.WAITING)
            case DialStarted():
                self._move(fact.contact, CallbackState.DIALLING)
            case TalkStarted():
                self._move(fact.contact, CallbackState.TALKING)

    def _is_on_line(self, contact: ContactId) -> bool:
        row = self._rows.get(contact)
        return row is not None and row.state is CallbackState.ON_LINE

    def _move(self, contact: ContactId, state: CallbackState) -> None:
        row = self._rows.get(contact)
        if row is not None:
            row.state = state
