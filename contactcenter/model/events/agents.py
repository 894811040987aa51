"""What agents and their consoles did."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId, MessageId, OfferId, PersonId, StationId
from contactcenter.model.sealed import Sealed

__all__ = [
    "AgentSignedIn",
    "AgentSignedOut",
    "ConsoleConnected",
    "ConsoleLost",
    "ContactClosed",
    "DialAsked",
    "InternalCallAsked",
    "NotReadyChosen",
    "OfferAccepted",
    "OfferRejected",
    "ReadyChosen",
    "WrapUpFinished",
]


class AgentSignedIn(EventBase, frozen=True):
    """An agent signed in and picked the station where his calls ring (none: no voice)."""

    agent: AgentId
    station: StationId | None


class AgentSignedOut(EventBase, frozen=True):
    """An agent left for the day."""

    agent: AgentId


class ReadyChosen(EventBase, frozen=True):
    """An agent asked to be offered contacts."""

    agent: AgentId


class NotReadyChosen(EventBase, frozen=True):
    """An agent asked not to be offered contacts, for a configured reason."""

    agent: AgentId
    reason: str


class ConsoleConnected(EventBase, frozen=True):
    """The agent's console holds a live connection again."""

    agent: AgentId


class ConsoleLost(EventBase, frozen=True):
    """The last live connection of the agent's console is gone."""

    agent: AgentId


class OfferAccepted(EventBase, frozen=True):
    """The agent pressed Accept (text channels, and phones that can answer on command)."""

    agent: AgentId
    offer: OfferId


class OfferRejected(EventBase, frozen=True):
    """The agent pressed Reject."""

    agent: AgentId
    offer: OfferId


class ContactClosed(EventBase, frozen=True):
    """The agent hung up or closed the conversation from the console."""

    agent: AgentId
    contact: ContactId


class DialAsked(EventBase, frozen=True):
    """Somebody asked that an agent be put through to a customer; the number was checked before it was sealed.

    `number_key` is a keyed hash of the number.
    """

    agent: AgentId
    number: Sealed
    number_key: str
    person: PersonId


class InternalCallAsked(EventBase, frozen=True):
    """An agent asked to talk with a colleague."""

    agent: AgentId
    colleague: AgentId


class WrapUpFinished(EventBase, frozen=True):
    """The agent is done with a contact; `disposition` is empty when none was chosen, `note` names a stored text."""

    agent: AgentId
    contact: ContactId
    disposition: str
    note: MessageId | None = None
