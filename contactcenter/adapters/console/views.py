"""What the desk knows of agents and contacts right now, and the news that a fact makes.

Plain values filled by the `desktop` fold; personal values stay sealed in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from contactcenter.model.config import Rules
from contactcenter.model.facts import PenaltyBegan
from contactcenter.model.flow import Flow, MenuNode
from contactcenter.model.ids import (
    AgentId,
    ContactId,
    ConversationId,
    CustomerId,
    MessageId,
    OfferId,
    PersonId,
    QueueId,
    StationId,
)
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Author, Channel, Delivery, DialOutcome, Direction, Presence, Work

__all__ = [
    "AgentNews",
    "AgentView",
    "ConsultView",
    "ContactGone",
    "ContactNews",
    "ContactView",
    "DialNews",
    "MessageNews",
    "MessageView",
    "News",
    "NextView",
    "PathStep",
    "WorkView",
    "labels_of",
]


@dataclass(slots=True)
class MessageView:
    """One text of a conversation; a stored one has its body in the records, a system text is named by prompts."""

    id: MessageId
    number: int
    author: Author
    at: int
    agent: AgentId | None
    prompts: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    language: str
    delivery: Delivery | None


@dataclass(frozen=True, slots=True)
class PathStep:
    """A menu choice on the way; `label` is the prompt that names it."""

    node: str
    key: str
    label: str


@dataclass(slots=True)
class ConsultView:
    """A colleague who is consulted about a call.

    Without a colleague it is somebody outside.
    `aside`: the agent talks with her, not the customer; `joined`: all three talk together.
    """

    agent: AgentId
    colleague: AgentId | None
    answered: bool = False
    aside: bool = True
    joined: bool = False


@dataclass(frozen=True, slots=True)
class LeftView:
    """A message that a caller has left; of one that is not `whole`, nobody knows how long it is."""

    whole: bool
    duration_ms: int


@dataclass(slots=True)
class ContactView:
    """A living contact, and an ended one for a while; a chat's `address` is the name its visitor gave.

    `agent` had it in hand last; it rings at those who are `rung`, several of a group at once.
    A call among colleagues is `between` who called and who was called.
    """

    id: ContactId
    channel: Channel
    entry: str
    flow: str
    language: str
    person: PersonId | None
    address: Sealed | None
    address_key: str
    conversation: ConversationId | None
    arrived_at: int
    path: list[PathStep] = field(default_factory=list)
    inputs: dict[str, Sealed | None] = field(default_factory=dict)
    customer: CustomerId | None = None
    queue: QueueId | None = None
    opened_at: int = 0
    waited_ms: int | None = None
    position: int | None = None
    wait_ms: int | None = None
    agent: AgentId | None = None
    recording: bool = False
    messages: list[MessageView] = field(default_factory=list)
    ended: bool = False
    direction: Direction = Direction.INBOUND
    rung: list[AgentId] = field(default_factory=list)
    passed_on_by: AgentId | None = None
    called_back: bool = False
    left: LeftView | None = None
    consult: ConsultView | None = None
    between: tuple[AgentId | None, ...] = ()


@dataclass(slots=True)
class WorkView:
    """What one agent does with one contact; `rules` are those under which she wraps it up."""

    contact: ContactId
    state: Work
    offer: OfferId | None
    since_at: int
    expires_at: int | None = None
    wrap_up_ends_at: int | None = None
    extensions: int = 0
    auto: bool = False
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class NextView:
    """What an agent will be when the hands are empty, and which supervisor chose it, if any."""

    presence: Presence
    reason: str
    by: str


@dataclass(slots=True)
class AgentView:
    """One agent: presence, seat, console, and the contacts in hand in the order they came."""

    id: AgentId
    name: str
    presence: Presence = Presence.LOGGED_OUT
    reason: str = ""
    since_at: int = 0
    station: StationId | None = None
    console: bool = False
    penalties: dict[QueueId | None, PenaltyBegan] = field(default_factory=dict)
    next: NextView | None = None
    work: dict[ContactId, WorkView] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentNews:
    """An agent's own state is new."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class ContactNews:
    """A contact is new or changed, for the agent who has it in hand and for its own conversation."""

    contact: ContactId
    agent: AgentId | None


@dataclass(frozen=True, slots=True)
class ContactGone:
    """A contact left an agent's hands."""

    contact: ContactId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class MessageNews:
    """A text was posted or its delivery changed."""

    contact: ContactId
    message: MessageId
    agent: AgentId | None


@dataclass(frozen=True, slots=True)
class DialNews:
    """A customer whom an agent called was not reached."""

    contact: ContactId
    agent: AgentId
    outcome: DialOutcome


News = AgentNews | ContactNews | ContactGone | MessageNews | DialNews


def labels_of(flows: Iterable[Flow]) -> dict[tuple[str, str, str], str]:
    """Return the prompt that names each choice of a menu, by flow, node and key."""
    return {
        (flow.id, branch.name, choice.key): choice.label
        for flow in flows
        for branch in flow.nodes
        if isinstance(branch.node, MenuNode)
        for choice in branch.node.choices
    }
