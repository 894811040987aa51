"""Facts of calls that agents make, and of calls to one agent that she did not take. Decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, LegId, QueueId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import DialOutcome

__all__ = ["DialEnded", "DialStarted", "DirectDiverted"]


class DialStarted(FactBase, frozen=True):
    """A customer is called for an agent, whose own phone rings first, until `expires_at`; `shown` is our number.

    With `customer_first` the agent is kept meanwhile, and her phone does not ring.
    Of an internal call only the agent's own phone is rung by this; an offer to the `colleague` follows.
    Where the agent dialled on that phone itself, its line `leg` is there already, and only to be answered.
    """

    contact: ContactId
    agent: AgentId
    station: StationId
    trunk: str
    shown: str
    expires_at: int
    customer_first: bool = False
    colleague: AgentId | None = None
    leg: LegId | None = None
    dialog: Sealed | None = None


class DialEnded(FactBase, frozen=True):
    """Calling a customer or colleague ended in its one named way; `status` is the SIP code where one was the cause."""

    contact: ContactId
    agent: AgentId
    outcome: DialOutcome
    status: int = 0


class DirectDiverted(FactBase, frozen=True):
    """A direct call was not taken by its agent: it goes to `queue`, or through `flow`, or is told so and ends.

    `hindrance` says why she was not asked at all; it is empty when she was.
    """

    contact: ContactId
    agent: AgentId
    hindrance: str
    queue: QueueId | None = None
    flow: str = ""
