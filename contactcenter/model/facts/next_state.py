"""Facts of what agents will be when their hands are empty, and of who chose it where it was not they."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Presence

__all__ = ["AgentForced", "NextStateChanged"]


class NextStateChanged(FactBase, frozen=True):
    """What an agent will be when the hands are empty; None: what he is then. `by` is the supervisor who chose it."""

    agent: AgentId
    presence: Presence | None
    reason: str = ""
    by: str = ""


class AgentForced(FactBase, frozen=True):
    """A supervisor chose an agent's state; what follows stands beside it in the same entry."""

    agent: AgentId
    presence: Presence
    reason: str
    by: str
