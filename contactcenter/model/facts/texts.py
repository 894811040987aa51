"""Facts of conversations: messages, their delivery, the visitor's page."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, ConversationId, MessageId
from contactcenter.model.words import Author, Delivery

__all__ = ["TextDelivered", "TextPosted", "VisitorSeen"]


class TextPosted(FactBase, frozen=True):
    """A message stands in the conversation: a stored one, or a system text named by prompts and choices."""

    contact: ContactId
    conversation: ConversationId
    number: int
    author: Author
    message: MessageId
    agent: AgentId | None = None
    prompts: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    language: str = ""
    delivery: Delivery | None = None


class TextDelivered(FactBase, frozen=True):
    """What became of an outgoing text."""

    contact: ContactId
    message: MessageId
    delivery: Delivery


class VisitorSeen(FactBase, frozen=True):
    """A chat visitor's page came back, or went away without a word."""

    contact: ContactId
    conversation: ConversationId
    connected: bool
