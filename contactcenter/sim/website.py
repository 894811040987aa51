"""Visitors of the centre's website who ask to be called, where a queue takes such requests."""

from __future__ import annotations

from functools import partial

from contactcenter.model.events import CallbackRequested
from contactcenter.model.ids import PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.sim.arrivals import arrival_times
from contactcenter.sim.scene import Scene

__all__ = ["plan_requests"]


def plan_requests(scene: Scene) -> None:
    """Let visitors ask until the scene closes; some ask twice, or wait on the line already."""
    queues = [queue.id for queue in scene.config.queues if queue.callback is not None and queue.callback.web]
    random, habits = scene.streams.stream("website"), scene.habits
    if not queues or scene.config.outgoing is None:
        return
    times = arrival_times(random, habits.requests_per_hour, habits.profile, scene.world.now, scene.open_until_at)
    for at in list(times):
        key = f"k{random.randrange(habits.population)}"
        person = PersonId(f"person/{key}")
        event = CallbackRequested(random.choice(queues), Sealed(person, b"number"), key, person, "")
        scene.world.at(at, partial(scene.submit, event))
