"""Facts of other ways on, proposed to a customer who waits. Decided by the queue's recipe, its keys or a flow."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId

__all__ = ["CallbackProposed", "VoicemailProposed"]


class CallbackProposed(FactBase, frozen=True):
    """A waiting customer is asked whether we shall call back, at the place that the contact has now.

    `long_wait` is the reason where it is the estimated wait: it is said before the question.
    """

    contact: ContactId
    long_wait: bool = False


class VoicemailProposed(FactBase, frozen=True):
    """A waiting customer is asked to leave a message, which becomes a contact of its own."""

    contact: ContactId
