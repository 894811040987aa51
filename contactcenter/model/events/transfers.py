"""What agents asked for to pass a contact on."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.transfers import Target, ToNumber

__all__ = [
    "ConferenceAsked",
    "ConsultAsked",
    "ConsultCancelled",
    "ConsultCompleted",
    "ConsultNumberAsked",
    "ConsultQueueAsked",
    "ConsultTurned",
    "TransferAsked",
]


class TransferAsked(EventBase, frozen=True):
    """An agent asked to pass a contact on at once, without talking to whom it goes to."""

    agent: AgentId
    contact: ContactId
    target: Target


class ConsultAsked(EventBase, frozen=True):
    """An agent asked to talk with a colleague about a call, whose customer hears music meanwhile."""

    agent: AgentId
    contact: ContactId
    colleague: AgentId


class ConsultNumberAsked(EventBase, frozen=True):
    """An agent asked to talk with somebody outside about a call, whose customer hears music meanwhile."""

    agent: AgentId
    contact: ContactId
    target: ToNumber


class ConsultQueueAsked(EventBase, frozen=True):
    """An agent asked to talk about a call with whoever of a queue is free; the customer hears music meanwhile."""

    agent: AgentId
    contact: ContactId
    queue: QueueId


class ConsultTurned(EventBase, frozen=True):
    """An agent turned to the customer, or back to the colleague; the other one hears music."""

    agent: AgentId
    contact: ContactId
    to_customer: bool


class ConsultCompleted(EventBase, frozen=True):
    """An agent passed the customer on to the colleague who was consulted."""

    agent: AgentId
    contact: ContactId


class ConsultCancelled(EventBase, frozen=True):
    """An agent ended a consultation and went back to the customer."""

    agent: AgentId
    contact: ContactId


class ConferenceAsked(EventBase, frozen=True):
    """An agent asked to talk with the customer and the colleague who is consulted, all together."""

    agent: AgentId
    contact: ContactId
