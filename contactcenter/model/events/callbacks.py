"""What agents, supervisors and websites did about callbacks."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId, PersonId, QueueId
from contactcenter.model.sealed import Sealed

__all__ = ["CallbackCancelled", "CallbackHurried", "CallbackRequested", "MachineMet"]


class CallbackCancelled(EventBase, frozen=True):
    """A supervisor, `by` name, took a callback off the list."""

    contact: ContactId
    by: str = ""


class CallbackHurried(EventBase, frozen=True):
    """A supervisor, `by` name, wants a customer called now, before all others."""

    contact: ContactId
    by: str = ""


class CallbackRequested(EventBase, frozen=True):
    """Somebody asked on a website to be called; the number was checked before it was sealed.

    `number_key` is a keyed hash of the number.
    """

    queue: QueueId
    number: Sealed
    number_key: str
    person: PersonId
    language: str


class MachineMet(EventBase, frozen=True):
    """The agent heard that a machine answered a callback."""

    agent: AgentId
    contact: ContactId
