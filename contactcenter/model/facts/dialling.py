"""Facts of calling a customer: begun for an agent, ended in one named way. Decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId, StationId
from contactcenter.model.words import DialOutcome

__all__ = ["DialEnded", "DialStarted"]


class DialStarted(FactBase, frozen=True):
    """A customer is called for an agent, whose own phone rings first, until `expires_at`; `shown` is our number.

    With `customer_first` the agent is kept meanwhile, and her phone does not ring.
    """

    contact: ContactId
    agent: AgentId
    station: StationId
    trunk: str
    shown: str
    expires_at: int
    customer_first: bool = False


class DialEnded(FactBase, frozen=True):
    """Calling a customer ended in its one named way; `status` is the SIP code where one was the cause."""

    contact: ContactId
    agent: AgentId
    outcome: DialOutcome
    status: int = 0
