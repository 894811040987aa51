"""What agents, supervisors and websites did about callbacks."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId

__all__ = ["CallbackCancelled", "CallbackHurried", "MachineMet"]


class CallbackCancelled(EventBase, frozen=True):
    """A supervisor, `by` name, took a callback off the list."""

    contact: ContactId
    by: str = ""


class CallbackHurried(EventBase, frozen=True):
    """A supervisor, `by` name, wants a customer called now, before all others."""

    contact: ContactId
    by: str = ""


class MachineMet(EventBase, frozen=True):
    """The agent heard that a machine answered a callback."""

    agent: AgentId
    contact: ContactId
