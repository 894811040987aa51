"""Facts of passing a contact on, and of an end that waits for those who passed it on. Decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.sealed import Sealed
from contactcenter.model.transfers import ConsultOutcome, TransferKind, TransferTarget
from contactcenter.model.words import Channel, ContactOutcome, DialOutcome

__all__ = [
    "ConferenceStarted",
    "ConsultAnswered",
    "ConsultEnded",
    "ConsultFaced",
    "ConsultMoved",
    "ConsultStarted",
    "EndDeferred",
    "ExternalAnswered",
    "ExternalDialled",
    "ExternalEnded",
    "TransferStarted",
]


class TransferStarted(FactBase, frozen=True):
    """An agent passed a contact on and is out of it; `queue` is the one whose rules the talk was under.

    What follows is an offer to `to_agent`, a visit of `to_queue`, or a call to a number outside.
    """

    contact: ContactId
    channel: Channel
    agent: AgentId
    kind: TransferKind
    to: TransferTarget
    queue: QueueId | None = None
    to_agent: AgentId | None = None
    to_queue: QueueId | None = None


class EndDeferred(FactBase, frozen=True):
    """The customer is served or gone, but agents who passed the contact on still wrap up: then it ends as `outcome`."""

    contact: ContactId
    channel: Channel
    outcome: ContactOutcome


class ExternalDialled(FactBase, frozen=True):
    """A number outside is called, to consult or for who is passed on there, until `expires_at`; `shown` is ours."""

    contact: ContactId
    agent: AgentId
    trunk: str
    shown: str
    number: Sealed
    expires_at: int


class ExternalAnswered(FactBase, frozen=True):
    """Who was called outside answered: the customer talks there."""

    contact: ContactId


class ExternalEnded(FactBase, frozen=True):
    """Calling outside, or the talk there (`answered`), is over; `status` is the SIP code where one was the cause."""

    contact: ContactId
    outcome: DialOutcome
    status: int = 0


class ConsultStarted(FactBase, frozen=True):
    """An agent consults a colleague about a call, or somebody outside: then `colleague` is None, here and below.

    An offer to the colleague follows, or a call to the number; the customer hears music. She is the first free one of
    `queue` where the agent asked for whoever that is.
    """

    contact: ContactId
    agent: AgentId
    colleague: AgentId | None
    queue: QueueId | None = None


class ConsultMoved(FactBase, frozen=True):
    """Who was asked out of a queue did not answer: another one is asked; an offer to her follows."""

    contact: ContactId
    agent: AgentId
    colleague: AgentId


class ConsultAnswered(FactBase, frozen=True):
    """The colleague answered: both talk."""

    contact: ContactId
    agent: AgentId
    colleague: AgentId | None


class ConsultFaced(FactBase, frozen=True):
    """The agent talks with the customer now, or again with the colleague; the other one hears music."""

    contact: ContactId
    agent: AgentId
    to_customer: bool


class ConferenceStarted(FactBase, frozen=True):
    """Customer, agent and colleague talk together, until the consultation ends or the agent turns to one of them."""

    contact: ContactId
    agent: AgentId
    colleague: AgentId | None


class ConsultEnded(FactBase, frozen=True):
    """A consultation ended in its one named way."""

    contact: ContactId
    agent: AgentId
    colleague: AgentId | None
    outcome: ConsultOutcome
