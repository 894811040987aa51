"""What an agent wants to be next, or is made to be by a supervisor."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Presence

__all__ = ["NextStateChosen", "StateForced"]


class NextStateChosen(EventBase, frozen=True):
    """An agent chose what to be when the hands are empty: ready, not ready for a configured reason, or signed out."""

    agent: AgentId
    presence: Presence
    reason: str = ""


class StateForced(EventBase, frozen=True):
    """A supervisor, by the name `by` of the account, chose what an agent is to be when the hands are empty."""

    agent: AgentId
    presence: Presence
    reason: str
    by: str
