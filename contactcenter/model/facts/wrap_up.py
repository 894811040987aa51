"""Facts of after-contact work beyond its beginning and its end."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId, ContactId

__all__ = ["WrapUpExtended"]


class WrapUpExtended(FactBase, frozen=True):
    """An agent took more time for after-contact work, for the first or second time; it ends at `until_at` (ms)."""

    contact: ContactId
    agent: AgentId
    number: int
    until_at: int
