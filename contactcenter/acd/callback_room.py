"""Whether one more callback can be promised before the hours in which we call are over. Whole numbers only."""

from __future__ import annotations

from contactcenter.acd.state import Floor
from contactcenter.model.hours import interval_after, interval_at
from contactcenter.model.ids import QueueId

__all__ = ["has_room", "room"]

USUAL_HANDLE_MS = 300_000  # of a queue in which nobody has talked yet


def room(agents: int, mean_handle_ms: int, time_left_ms: int) -> int:
    """Return how many customers so many agents can call one after another in the time left."""
    return max(0, agents * time_left_ms // max(1, mean_handle_ms))


def has_room(floor: Floor, queue: QueueId, now: int) -> bool:
    """Return whether one more may be promised: outside the hours, those of the next opening count whole.

    Who is ready now stands for who will be; where nobody is, one agent is expected to come.
    """
    hours = interval_at(floor.callback_hours, now) or interval_after(floor.callback_hours, now)
    if hours is None:
        return False
    agents = max(1, floor.staff[queue].ready)
    mean_handle_ms = floor.handle_ms.get(queue, USUAL_HANDLE_MS)
    return floor.callbacks_due.get(queue, 0) < room(agents, mean_handle_ms, hours[1] - max(now, hours[0]))
