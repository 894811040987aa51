"""Facts of penalties: an agent who rejected, or let it ring, is left alone for a while. Decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.model.words import OfferOutcome

__all__ = ["PenaltyBegan", "PenaltyEnded"]


class PenaltyBegan(FactBase, frozen=True):
    """Nothing of a queue (None: nothing at all) is offered to an agent until a time, for what became of an offer."""

    agent: AgentId
    queue: QueueId | None
    outcome: OfferOutcome
    until_at: int


class PenaltyEnded(FactBase, frozen=True):
    """The agent is offered contacts of the queue (None: contacts) again."""

    agent: AgentId
    queue: QueueId | None
