"""Facts of call control: the arrival of calls, lines, bridges, playbacks, stations. Arrivals of texts look the same."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, ConversationId, LegId, OfferId, PersonId, PlayId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Channel, Direction, LegRole, LegState

__all__ = [
    "AgentLegDown",
    "AgentLegUp",
    "BridgeMade",
    "ContactArrived",
    "CustomerLeft",
    "KeyHeard",
    "LegChanged",
    "LegOpened",
    "PlayIssued",
    "PromptEnded",
    "StationChanged",
]


class ContactArrived(FactBase, frozen=True):
    """A contact exists from here: a customer came on one channel, or (outbound) an agent is to call one.

    Decided by calls or conversations, an outbound or internal one by routing; its entry is our number that is shown.
    `may_call_back` says that our rules let us call the number back. A direct call is for `agent`; an internal one has
    neither entry nor customer.
    """

    contact: ContactId
    channel: Channel
    entry: str
    flow: str
    language: str
    person: PersonId | None
    address: Sealed | None
    address_key: str
    leg: LegId | None = None
    conversation: ConversationId | None = None
    direction: Direction = Direction.INBOUND
    may_call_back: bool = False
    agent: AgentId | None = None


class CustomerLeft(FactBase, frozen=True):
    """The customer is gone (hung up, ended the chat, fell silent for good), or was lost with `failed`."""

    contact: ContactId
    failed: bool = False


class LegOpened(FactBase, frozen=True):
    """A line exists."""

    leg: LegId
    contact: ContactId
    role: LegRole
    state: LegState
    offer: OfferId | None = None
    station: StationId | None = None
    dialog: Sealed | None = None


class LegChanged(FactBase, frozen=True):
    """A line moved to another state; `status` is the SIP code where one was the cause."""

    leg: LegId
    contact: ContactId
    role: LegRole
    state: LegState
    status: int = 0
    dialog: Sealed | None = None


class AgentLegUp(FactBase, frozen=True):
    """The agent's phone answered an offer."""

    contact: ContactId
    offer: OfferId
    leg: LegId


class AgentLegDown(FactBase, frozen=True):
    """The agent's line ended or failed: by the SIP code `status`, by a hang-up (0), or lost by us (`failed`).

    A line that was rung to call a customer has no offer.
    """

    contact: ContactId
    offer: OfferId | None
    leg: LegId
    status: int
    rang: bool
    failed: bool = False


class BridgeMade(FactBase, frozen=True):
    """Two lines of a contact hear each other, in a conference also a third one."""

    contact: ContactId
    caller: LegId
    agent: LegId
    third: LegId | None = None


class PlayIssued(FactBase, frozen=True):
    """A playback or collection was started on a line; `prompt` is the flow's prompt it serves, if any."""

    contact: ContactId
    leg: LegId
    play: PlayId
    prompt: PlayId | None = None


class StationChanged(FactBase, frozen=True):
    """A station became reachable at `target`, or unreachable (None)."""

    station: StationId
    target: Sealed | None


class KeyHeard(FactBase, frozen=True):
    """The customer made a menu choice by key or by a bare text."""

    contact: ContactId
    key: str


class PromptEnded(FactBase, frozen=True):
    """The customer heard (or was sent) a prompt of the flow to its end; `outcome` for collections."""

    contact: ContactId
    prompt: PlayId
    outcome: str = "completed"
    length: int = 0
    value: Sealed | None = None
    key: str = ""
