"""How simulated agents pass contacts on: now and then, in mid-talk, to a colleague, a queue or a number drawn by lot.

The colleague may be away or have the hands full: then the wish is refused, and the agent talks on.
"""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.model import events
from contactcenter.model.ids import AgentId, ContactId, PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.model.transfers import Target, ToAgent, ToNumber, ToQueue
from contactcenter.sim.scene import Scene

__all__ = ["HandingOn"]


class HandingOn:
    """One agent's habit."""

    def __init__(self, scene: Scene, agent: AgentId) -> None:
        """Draw from a stream of its own, so that whoever never passes on has the same day as before."""
        self._scene = scene
        self._agent = agent
        self._random = scene.streams.stream(f"agent/{agent}/handing on")

    def plan(self, contact: ContactId, talks: Callable[[], bool]) -> None:
        """Perhaps pass a contact on some time into the talk that begins now; `talks` tells whether it still goes on."""
        if self._random.randrange(1000) < self._scene.habits.pass_on_permille:
            after_ms = self._random.randrange(500, 90_000)
            self._scene.world.after(after_ms, lambda: self._pass_on(contact) if talks() else None)

    def _pass_on(self, contact: ContactId) -> None:
        self._scene.submit(events.TransferAsked(self._agent, contact, self._target()))

    def _target(self) -> Target:
        config, chance = self._scene.config, self._random.randrange(5)
        if chance == 0 and config.outgoing is not None:
            key = f"k{self._random.randrange(self._scene.habits.population)}"
            person = PersonId(f"person/{key}")
            return ToNumber(Sealed(person, b"number"), key, person)
        if chance < 3:
            return ToQueue(self._random.choice(config.queues).id)
        return ToAgent(self._random.choice(config.agents).id)
