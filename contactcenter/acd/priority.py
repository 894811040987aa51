"""Who is to be served first: priority in points, and how many points waiting is worth.

    score = priority + waited / ageing          (ageing 0: priority alone, and the earlier place between equals)

`ageing` is the queue's: so many ms of waiting are worth one point. Within a queue two scores grow alike, so their order
never changes and stands in a line; between queues the scores of the moment are compared. Nobody starves in a queue that
ages: a contact with d points less is served before everybody who comes more than d * ageing later.
"""

from __future__ import annotations

from contactcenter.model.config import QueueConfig

__all__ = ["bonus", "rank", "score"]

PARTS = 10**15  # of a point: finer than two scores with different ageing can differ


def rank(queue: QueueConfig, priority: int, placed_at: int) -> int:
    """Return the order key of a place in its queue's lines, the lowest first."""
    return placed_at - priority * queue.ageing_ms if queue.ageing_ms else -priority


def score(queue: QueueConfig, priority: int, placed_at: int, now: int) -> int:
    """Return the score at a time (ms) in parts of a point, the highest is served first."""
    aged = (now - placed_at) * PARTS // queue.ageing_ms if queue.ageing_ms else 0
    return priority * PARTS + aged


def bonus(queue: QueueConfig, customer_class: str) -> int:
    """Return the points that a queue gives to a class of customers."""
    for name, points in queue.class_priority:
        if name == customer_class:
            return points
    return 0
