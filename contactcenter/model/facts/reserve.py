"""Facts of a queue's reserve, decided by routing."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import QueueId

__all__ = ["ReserveCalled", "ReserveReleased"]


class ReserveCalled(FactBase, frozen=True):
    """A queue is in need: its reserve serves it too from now on. So many waited, one of them for so long."""

    queue: QueueId
    waiting: int
    oldest_wait_ms: int


class ReserveReleased(FactBase, frozen=True):
    """A queue is in need no more: its reserve is offered nothing of it any longer; what it has in hand goes on."""

    queue: QueueId
    waiting: int
    oldest_wait_ms: int
