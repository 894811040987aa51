"""What agents asked for to pass a contact on."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.transfers import Target

__all__ = ["TransferAsked"]


class TransferAsked(EventBase, frozen=True):
    """An agent asked to pass a contact on at once, without talking to whom it goes to."""

    agent: AgentId
    contact: ContactId
    target: Target
