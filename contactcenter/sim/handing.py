"""How simulated agents pass contacts on: now and then, in mid-talk, to a colleague, a queue or a number drawn by lot.

The colleague is mostly one whom the console shows as free. She may be away or have the hands full all the same: then
the wish is refused, and the agent talks on.
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
        habits, chance = self._scene.habits, self._random.randrange(1000)
        after_ms = self._random.randrange(500, 90_000)
        if chance < habits.pass_on_permille:
            self._scene.world.after(after_ms, lambda: self._pass_on(contact) if talks() else None)
        elif chance < habits.pass_on_permille + habits.consult_permille:
            self._scene.world.after(after_ms, lambda: self._consult(contact) if talks() else None)

    def consulted(self, contact: ContactId) -> None:
        """A colleague answered: turn to and fro, join all, complete it, go back, or let the others decide."""
        wishes: list[events.Event] = [
            events.ConsultTurned(self._agent, contact, to_customer=True),
            events.ConsultTurned(self._agent, contact, to_customer=False),
            events.ConsultCompleted(self._agent, contact),
            events.ConsultCancelled(self._agent, contact),
            events.ConferenceAsked(self._agent, contact),
            events.ConferenceAsked(self._agent, contact),
        ]
        at_ms = 0
        for _ in range(self._random.randrange(4)):
            at_ms += self._random.randrange(500, 20_000)
            self._later(at_ms, self._random.choice(wishes))

    def _later(self, after_ms: int, wish: events.Event) -> None:
        self._scene.world.after(after_ms, lambda: self._scene.submit(wish))

    def _consult(self, contact: ContactId) -> None:
        target = self._target()
        if isinstance(target, ToNumber):
            self._scene.submit(events.ConsultNumberAsked(self._agent, contact, target))
        elif isinstance(target, ToQueue):
            self._scene.submit(events.ConsultQueueAsked(self._agent, contact, target.queue))
        else:
            self._scene.submit(events.ConsultAsked(self._agent, contact, target.agent))

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
        return ToAgent(self._colleague())

    def _colleague(self) -> AgentId:
        """Choose whom the console shows as free, mostly; she may be taken by then."""
        free = [name for name in self._scene.free.names() if name != self._agent]
        anybody = not free or self._random.randrange(4) == 0
        return self._random.choice([agent.id for agent in self._scene.config.agents] if anybody else free)
