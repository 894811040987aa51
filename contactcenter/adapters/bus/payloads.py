"""The shapes of all payloads but the facts' own: what is told, what may be asked, and how it is answered.

What we tell has no place for a customer's number, name or words, nor for an agent's name: ids and figures only.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from contactcenter.model.words import Channel, Direction, Presence, Work
from contactcenter.reports.activity import Doing
from contactcenter.reports.hands import Next, Staffing

__all__ = [
    "READ_MAX",
    "AgentAsked",
    "AgentState",
    "AgentTold",
    "CentreState",
    "DialAsked",
    "Done",
    "FactMessage",
    "FactsAsked",
    "FactsTold",
    "Failure",
    "ModeState",
    "NotReadyAsked",
    "Pop",
    "QueueLive",
    "TransferAsked",
    "WorkState",
]

READ_MAX = 500  # entries in one answer

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Code = Literal["malformed", "unknown", "not_allowed", "refused", "unavailable"]


class FactMessage(msgspec.Struct, frozen=True):
    """One fact: `number` (from 1) `of` the facts of entry `sequence`; `fact` is null where it was too large to tell."""

    kind: str
    epoch: int
    sequence: int
    number: int
    of: int
    at: int
    fact: dict[str, Any] | None


class CentreState(msgspec.Struct, frozen=True):
    """Whether the centre speaks, since when, and the last entry whose facts were told."""

    state: Literal["online", "offline"]
    at: int = 0
    sequence: int = 0


class ModeState(msgspec.Struct, frozen=True):
    """How the centre is run: its mode since and until when, and the queues that are in a mode of their own."""

    mode: str
    since_at: int | None
    until_at: int | None
    queues: dict[str, str]


class QueueLive(msgspec.Struct, frozen=True):
    """A queue's day so far; the figures are those of docs/figures.md, shares in percent."""

    id: str
    name: str
    channels: dict[str, int]
    waiting: int
    late: int
    longest_wait_at: int | None
    offered: int
    handled: int
    abandoned: int
    short_abandoned: int
    service_level: float | None
    service_level_variant: str
    target_percent: int
    target_ms: int
    asa_ms: int | None
    abandon_rate: float | None
    agents: Staffing
    interval_from_at: int
    next_wait_ms: tuple[int, int] | None = None
    reserve_called: bool = False


class WorkState(msgspec.Struct, frozen=True):
    """One contact in an agent's hands."""

    channel: Channel
    state: Work
    queue: str
    since_at: int
    direction: Direction = Direction.INBOUND


class AgentState(msgspec.Struct, frozen=True):
    """An agent now: presence, the one word for everything, the contacts in hand, and the next state, if chosen."""

    id: str
    presence: Presence
    reason: str
    since_at: int
    doing: Doing
    work: list[WorkState]
    next: Next | None = None
    units: int = 0
    units_used: int = 0


class Pop(msgspec.Struct, frozen=True):
    """A contact as it comes to an agent, changes with him and leaves him; sent again when the customer is found."""

    sequence: int
    at: int
    agent: str
    contact: str
    state: Work
    channel: Channel
    queue: str
    offer: str
    customer: str
    customer_class: str
    language: str
    direction: Direction = Direction.INBOUND


class AgentAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for an agent's state, or that he be ready."""

    agent: Id


class NotReadyAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks that an agent be left alone, for one of the configured reasons."""

    agent: Id
    reason: Id


class DialAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks that an agent be put through to a customer: her own phone rings first.

    `number` may be written as people write it; without a country code it is one of the centre's own country.
    """

    agent: Id
    number: Annotated[str, Meta(min_length=1, max_length=40)]


class TransferAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks that an agent's contact be passed on at once: to one agent, to a queue, or to a number."""

    agent: Id
    contact: Id
    to_agent: Id | None = None
    to_queue: Id | None = None
    to_number: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class FactsAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for the facts of up to `limit` entries after entry `after`."""

    after: Annotated[int, Meta(ge=0, le=2**53)]
    limit: Annotated[int, Meta(ge=1, le=READ_MAX)] = READ_MAX


class Failure(msgspec.Struct, frozen=True):
    """Nothing was done; `error` is a sentence."""

    code: Code
    error: str
    ok: Literal[False] = False


class Done(msgspec.Struct, frozen=True):
    """It was done, and is committed."""

    ok: Literal[True] = True


class AgentTold(msgspec.Struct, frozen=True):
    """An agent's state."""

    agent: AgentState
    ok: Literal[True] = True


class FactsTold(msgspec.Struct, frozen=True):
    """Facts as their topics tell them. Ask again after `upto` while it is below `head`."""

    facts: list[msgspec.Raw]
    upto: int
    head: int
    ok: Literal[True] = True
