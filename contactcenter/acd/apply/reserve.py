"""How calling a queue's reserve, and letting it go, changes the routing floor; a part of `apply`, by the same rules.

It costs as much as the reserve has agents, and only when it is called or let go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.agents import AgentState
from contactcenter.acd.capacity import reindex
from contactcenter.acd.reserve import live_oldest_at
from contactcenter.acd.staff import count_staff
from contactcenter.acd.state import Floor
from contactcenter.model.eligibility import in_reserve, steps_served
from contactcenter.model.facts import ReserveCalled, ReserveReleased
from contactcenter.model.ids import QueueId

__all__ = ["RESERVE_CHANGES", "form_reserves", "set_reserve_alarm"]


def form_reserves(floor: Floor) -> None:
    """Find who is in whose reserve by the configuration of now; a reserve that is called stays called."""
    queues = [queue for queue in floor.queues.values() if queue.reserve is not None]
    floor.reserves = {
        queue.id: tuple(
            name for name, agent in floor.agents.items() if agent.listed and in_reserve(agent.config, queue)
        )
        for queue in queues
    }
    floor.called = {queue: None for queue in floor.called if queue in floor.reserves}
    for queue in floor.called:
        for name in floor.reserves[queue]:
            _join(floor, floor.agents[name], queue)
    for queue_id in floor.reserves:
        set_reserve_alarm(floor, queue_id)


def set_reserve_alarm(floor: Floor, queue_id: QueueId) -> None:
    """Set the alarm of a queue for when somebody will have waited so long that its reserve is called."""
    reserve = floor.queues[queue_id].reserve
    if reserve is None:
        return
    oldest_at = live_oldest_at(floor, queue_id)
    if oldest_at is None or not reserve.wait_ms or queue_id in floor.called:
        floor.timers.clear(("acd", "reserve", queue_id))
    else:
        floor.timers.set(("acd", "reserve", queue_id), oldest_at + reserve.wait_ms)


def _join(floor: Floor, agent: AgentState, queue_id: QueueId) -> None:
    """Let an agent serve a queue at once, and all who wait there."""
    agent.queues = (*agent.queues, queue_id)
    _come_in(agent, queue_id, tuple(range(len(floor.queues[queue_id].relax) + 1)))


def _leave(floor: Floor, agent: AgentState, queue_id: QueueId) -> None:
    """Leave an agent only those of a queue whom the circle has opened to him anyway."""
    agent.queues = tuple(queue for queue in agent.queues if queue != queue_id)
    _come_in(agent, queue_id, steps_served(agent.config, floor.queues[queue_id]))


def _come_in(agent: AgentState, queue_id: QueueId, steps: tuple[int, ...]) -> None:
    """Let an agent serve a queue at exactly these steps of its circle."""
    others = tuple(circle for circle in agent.circles if circle[0] != queue_id)
    agent.circles = (*others, *((queue_id, step) for step in steps))
    agent.rings = {queue: ring for queue, ring in agent.rings.items() if queue != queue_id}
    if steps:
        agent.rings[queue_id] = steps[0]


def _change(floor: Floor, queue: QueueId, change: Callable[[Floor, AgentState, QueueId], None]) -> None:
    for name in floor.reserves[queue]:
        agent = floor.agents[name]
        count_staff(floor, agent, -1)
        change(floor, agent, queue)
        count_staff(floor, agent, 1)
        reindex(floor, name)
    set_reserve_alarm(floor, queue)


def _called(floor: Floor, fact: ReserveCalled, now: int) -> None:
    floor.called[fact.queue] = None
    _change(floor, fact.queue, _join)


def _released(floor: Floor, fact: ReserveReleased, now: int) -> None:
    del floor.called[fact.queue]
    _change(floor, fact.queue, _leave)


RESERVE_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    ReserveCalled: _called,
    ReserveReleased: _released,
}
