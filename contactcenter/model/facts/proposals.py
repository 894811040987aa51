"""Another way on, proposed to a customer who waits. Decided by the queue's recipe, its keys or a flow."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId

__all__ = ["CallbackProposed"]


class CallbackProposed(FactBase, frozen=True):
    """A waiting customer is asked whether we shall call back, at the place that the contact has now.

    `long_wait` is the reason where it is the estimated wait: it is said before the question.
    """

    contact: ContactId
    long_wait: bool = False
