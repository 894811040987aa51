"""The messages that are not over, as a list for supervisors: the oldest place first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    EndDeferred,
    Fact,
    MessageLeft,
    OfferMade,
    TalkEnded,
    TalkStarted,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Channel

__all__ = ["MessageRow", "MessageState", "WaitingMessages"]


class MessageState(StrEnum):
    """What is done about a message now."""

    WAITING = "waiting"
    PASSED_ON = "passed_on"
    """It rings at one agent by name: to whom it was passed on, or who is to take it back."""
    IN_HAND = "in_hand"
    WRAP_UP = "wrap_up"


@dataclass(slots=True)
class MessageRow:
    """One message: from whom, for which queue, since when in the line (ms), how long, and who has it or had it."""

    contact: ContactId
    queue: QueueId
    number: Sealed | None
    placed_at: int
    duration_ms: int
    whole: bool
    state: MessageState = MessageState.WAITING
    agent: AgentId | None = None


class WaitingMessages:
    """The fold of messages that are not over."""

    def __init__(self) -> None:
        """Begin with none."""
        self._callers: dict[ContactId, Sealed | None] = {}
        self._left: dict[ContactId, MessageLeft] = {}
        self._rows: dict[ContactId, MessageRow] = {}

    def rows(self) -> list[MessageRow]:
        """Return all that are not over, the oldest place first."""
        return sorted(self._rows.values(), key=lambda row: (row.placed_at, row.contact))

    def apply(self, fact: Fact) -> None:
        """Take a fact into account."""
        match fact:
            case ContactArrived(channel=Channel.VOICE):
                self._callers[fact.contact] = fact.address
            case MessageLeft():
                self._left[fact.contact] = fact
            case VisitOpened(message=True):
                self._opened(fact, self._left[fact.contact])
            case TalkStarted() if fact.contact in self._rows:
                row = self._rows[fact.contact]
                row.state, row.agent = MessageState.IN_HAND, fact.agent
            case TalkEnded() | EndDeferred() if fact.contact in self._rows:
                self._rows[fact.contact].state = MessageState.WRAP_UP
            case OfferMade(visit=None) if fact.contact in self._rows:
                row = self._rows[fact.contact]
                row.state, row.agent = MessageState.PASSED_ON, fact.agent
            case ContactEnded():
                for known in (self._callers, self._left, self._rows):
                    known.pop(fact.contact, None)

    def _opened(self, visit: VisitOpened, left: MessageLeft) -> None:
        number = self._callers.get(visit.contact)
        row = MessageRow(visit.contact, visit.queue, number, visit.placed_at, left.duration_ms, left.whole)
        self._rows[visit.contact] = row
