"""Facts of a contact's walk through its flow."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId, PlayId, QueueId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Channel

__all__ = [
    "ChoiceMade",
    "FlowEnded",
    "FlowMoved",
    "FlowStarted",
    "InputKept",
    "MessageRequested",
    "PromptIssued",
    "QueueRequested",
]


class FlowStarted(FactBase, frozen=True):
    """A contact began to walk a flow."""

    contact: ContactId
    flow: str
    channel: Channel
    language: str


class FlowMoved(FactBase, frozen=True):
    """The walk stands at a node; `tries` counts from 0."""

    contact: ContactId
    node: str
    tries: int = 0


class PromptIssued(FactBase, frozen=True):
    """The flow wants prompts said; calls plays them, conversations posts them.

    `choices` are (key, label prompt) pairs of a menu; `collect` is the node's name when a value is asked for; `keys`
    tells that keys pressed meanwhile are choices of a menu, here or next, and no digits of a value. `number` is what
    the prompt `spoken_number` says, in place of the number that the caller calls from.
    """

    contact: ContactId
    prompt: PlayId
    prompts: tuple[str, ...]
    language: str
    choices: tuple[tuple[str, str], ...] = ()
    collect: str = ""
    keys: bool = True
    number: Sealed | None = None


class ChoiceMade(FactBase, frozen=True):
    """A valid menu key took the contact from a node."""

    contact: ContactId
    node: str
    key: str


class InputKept(FactBase, frozen=True):
    """A keyed-in value travels with the contact from now on."""

    contact: ContactId
    name: str
    length: int
    value: Sealed | None


class QueueRequested(FactBase, frozen=True):
    """The flow hands the contact to a queue."""

    contact: ContactId
    queue: QueueId
    priority: int


class MessageRequested(FactBase, frozen=True):
    """The flow asks a caller for a message, by prompts, for a queue."""

    contact: ContactId
    queue: QueueId
    prompts: tuple[str, ...]
    priority: int = 0


class FlowEnded(FactBase, frozen=True):
    """The walk is over: outcome queued, message, self_served, closed, or left."""

    contact: ContactId
    outcome: str
