"""A supervisor who looks at the list of callbacks now and then, and has one called at once or taken off."""

from __future__ import annotations

from contactcenter.model import events
from contactcenter.model.facts import CallbackPromised, Fact
from contactcenter.sim.scene import Scene

__all__ = ["CallbackSupervisor"]

LOOK_MS = 3_600_000


class CallbackSupervisor:
    """One who hears of every promise (`scene.Person`)."""

    def __init__(self, scene: Scene) -> None:
        """Begin with an empty list."""
        self._scene = scene
        self._random = scene.streams.stream("supervisor/callbacks")

    def notice(self, fact: Fact) -> None:
        """Act on some callbacks, some time later; by then they may be over."""
        if isinstance(fact, CallbackPromised) and self._random.randrange(1000) < self._scene.habits.supervisor_permille:
            act = self._random.choice((events.CallbackCancelled, events.CallbackHurried))(fact.contact)
            self._scene.world.after(self._random.randrange(LOOK_MS), lambda: self._scene.submit(act))
