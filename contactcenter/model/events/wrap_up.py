"""What agents do about after-contact work beyond finishing it."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId

__all__ = ["ExtensionAsked"]


class ExtensionAsked(EventBase, frozen=True):
    """An agent needs more time to wrap a contact up; `number` 1 is the first time, so that a resend takes no second."""

    agent: AgentId
    contact: ContactId
    number: int
