"""How a contact is passed on, and to whom: the words of transfers. Nothing here decides anything."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from contactcenter.model.ids import AgentId, PersonId, QueueId
from contactcenter.model.sealed import Sealed

__all__ = ["ConsultOutcome", "Target", "ToAgent", "ToNumber", "ToQueue", "TransferKind", "TransferTarget"]


class TransferKind(StrEnum):
    """How an agent passes a contact on: at once, or after talking to whom it goes to."""

    BLIND = "blind"
    CONSULT = "consult"


class TransferTarget(StrEnum):
    """To what kind of place a contact is passed on."""

    AGENT = "agent"
    QUEUE = "queue"
    NUMBER = "number"


class ConsultOutcome(StrEnum):
    """The named ways in which a consultation ends; each ends in exactly one."""

    COMPLETED = "completed"
    """The customer was passed on to the colleague."""
    CANCELLED = "cancelled"
    """The agent went back to the customer."""
    NOT_ANSWERED = "not_answered"
    COLLEAGUE_GONE = "colleague_gone"
    CUSTOMER_GONE = "customer_gone"
    AGENT_GONE = "agent_gone"
    """The agent left before the colleague answered."""


class ToAgent(msgspec.Struct, frozen=True, tag="agent"):
    """One named agent."""

    agent: AgentId


class ToQueue(msgspec.Struct, frozen=True, tag="queue"):
    """Whoever serves a queue."""

    queue: QueueId


class ToNumber(msgspec.Struct, frozen=True, tag="number"):
    """Somebody outside, whose number was checked before it was sealed; `number_key` is a keyed hash of it."""

    number: Sealed
    number_key: str
    person: PersonId


Target = ToAgent | ToQueue | ToNumber
