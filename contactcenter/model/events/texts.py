"""What customers, agents and carriers did in text conversations."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId, ConversationId, MessageId, PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Channel, Delivery

__all__ = [
    "AgentTextWritten",
    "ChatStarted",
    "TextArrived",
    "TextDelivery",
    "VisitorConnected",
    "VisitorLeft",
    "VisitorLost",
]


class ChatStarted(EventBase, frozen=True):
    """A visitor opened a chat on an entry of ours; `name` is what he called himself."""

    conversation: ConversationId
    entry: str
    person: PersonId
    name: Sealed | None
    language: str


class TextArrived(EventBase, frozen=True):
    """A customer's text is stored; `key` is its content when that is a bare menu choice, else empty.

    For SMS `address`, `address_key` and `entry` say who wrote to which of our numbers; a chat needs only its
    conversation.
    """

    conversation: ConversationId
    message: MessageId
    channel: Channel
    key: str = ""
    entry: str = ""
    person: PersonId | None = None
    address: Sealed | None = None
    address_key: str = ""
    provider: str = ""


class VisitorConnected(EventBase, frozen=True):
    """The chat's socket is alive again."""

    conversation: ConversationId


class VisitorLost(EventBase, frozen=True):
    """The chat's socket went away without a word."""

    conversation: ConversationId


class VisitorLeft(EventBase, frozen=True):
    """The visitor ended the chat."""

    conversation: ConversationId


class AgentTextWritten(EventBase, frozen=True):
    """An agent wrote to the customer; the body is stored under `message`."""

    agent: AgentId
    contact: ContactId
    message: MessageId


class TextDelivery(EventBase, frozen=True):
    """The carrier's word on an outgoing text; `reference` is the carrier's own id."""

    message: MessageId
    delivery: Delivery
    reference: str = ""
