"""Facts of passing a contact on, and of an end that waits for those who passed it on. Decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.transfers import TransferKind, TransferTarget
from contactcenter.model.words import Channel, ContactOutcome

__all__ = ["EndDeferred", "TransferStarted"]


class TransferStarted(FactBase, frozen=True):
    """An agent passed a contact on and is out of it; `queue` is the one whose rules the talk was under.

    What follows is an offer to `to_agent`, or a visit of `to_queue`.
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
