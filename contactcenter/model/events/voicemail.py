"""What supervisors did about messages."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import ContactId

__all__ = ["MessageDismissed"]


class MessageDismissed(EventBase, frozen=True):
    """A supervisor, `by` name, took a message out of the line: nobody is to listen to it."""

    contact: ContactId
    by: str = ""
