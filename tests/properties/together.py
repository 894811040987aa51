"""What takes several people in a certain order, in a generated life: by chance alone few come so far."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from contactcenter.model import events
from contactcenter.model.config import CenterConfig
from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import Channel, Presence, Work
from tests.properties.acts import act, agents, people, sealed
from tests.properties.agents import AgentActs

__all__ = ["TogetherActs"]

WAITS_MS, AGEINGS_MS = (1, 5_000, 15_001, 60_000, 300_000), (0, 1_000, 7_000, 60_000)


class TogetherActs(AgentActs):
    """Acts of several people who meet, or just miss each other."""

    @act(2, number=agents, ageings=st.permutations(AGEINGS_MS), waits=st.permutations(WAITS_MS), swapped=st.booleans())
    def two_queues_wait(self, number: int, ageings: list[int], waits: list[int], swapped: bool) -> None:
        """While all have a break somebody comes to wait in either queue; then one returns who could serve both.

        For that long waiting is worth something, all have room, and nobody is kept for other work: so seldom by chance.
        """
        for more in range(3):
            self.comes(number + more)
        there = self.watched.center.routing.floor.agents
        ready = [name for name, agent in there.items() if agent.presence is Presence.READY]
        able = [name for name in self._at_ease() if self._serves_all(name)]
        usual, open_to_all = self.config, {"limit": 1_000, "keep_for_calls": 0, "keep_for_texts": 0}
        pairs = zip(usual.queues, ageings, strict=False)
        self._is_published(
            replace(usual, queues=tuple(replace(queue, ageing_ms=ms, **open_to_all) for queue, ms in pairs))
        )
        for name in ready:
            self._happens(events.NotReadyChosen(name, "break"))
        for to_faults, wait_ms in zip((not swapped, swapped), waits, strict=False):
            self.calls(0, int(to_faults), queued=not to_faults)
            if to_faults:
                self._goes_to_faults()
            self.watched.passes(wait_ms)
        first = able[number % len(able)] if able else self._agent(number)
        for name in (first, *ready):
            self._happens(events.ReadyChosen(name))
        self._is_published(usual)

    def _is_published(self, config: CenterConfig) -> None:
        self.count += 1
        self._happens(events.ConfigPublished(f"published {self.count}", config))

    def _serves_all(self, name: AgentId) -> bool:
        """Return whether an agent is in the innermost circle of all queues, and so has whoever is first in any."""
        floor = self.watched.center.routing.floor
        return all((queue, 0) in floor.agents[name].circles for queue in floor.listed_queues)

    def _goes_to_faults(self) -> None:
        """Let the newest caller choose the queue that asks for a number first."""
        leg = next(reversed(self.watched.center.calls.lines.legs))
        self._happens(events.LegAnswered(leg))
        self._happens(events.PlaybackEnded(*self.watched.plays[-1]))
        self._happens(events.KeyPressed(leg, "1"))
        self._happens(events.CollectEnded(*self.watched.plays[-1], "done", 4, sealed("keys")))

    @act(number=agents, other=agents, person=people, writes=st.booleans())
    def is_answered_for(self, number: int, other: int, person: int, writes: bool) -> None:
        """A customer rings or writes, an agent comes, and whoever it is offers to, another one accepts."""
        if writes:
            self.chats(queued=True)
        else:
            self.calls(0, person, queued=True)
        self.comes(number)
        for offer in list(self.watched.center.routing.floor.offers):
            self._happens(events.OfferAccepted(self._agent(other), offer))

    @act(number=agents, other=agents, person=people, queue=st.sampled_from(("sales", "faults")))
    def asks_a_queue_in_vain(self, number: int, other: int, person: int, queue: str) -> None:
        """Who talks with a customer asks whoever of a queue is free, and one after the other does not want to."""
        self.is_put_through(number, person)
        self.comes(other)
        for agent, contact in self._talks()[-1:]:
            self._happens(events.ConsultQueueAsked(agent, contact, QueueId(queue)))
            for _ in range(2):
                for name, offer in list(self.watched.center.routing.floor.offers.items()):
                    if offer.contact == contact:
                        self._happens(events.OfferRejected(offer.agent, name))

    def _talks(self) -> list[tuple[AgentId, ContactId]]:
        """Return who talks on the telephone about which contact."""
        there = self.watched.center.routing.floor.agents.items()
        talking = (Channel.VOICE, Work.TALKING)
        return [(name, contact) for name, agent in there for contact, work in agent.work.items() if work == talking]

    @act(2, number=agents)
    def two_call_one(self, number: int) -> None:
        """Two agents call the same colleague while she is free; when the second lifts the phone it rings there."""
        for more in range(3):
            self.comes(number + more)
        idle = self._at_ease()
        if len(idle) < 3:
            return
        first, second, colleague = (idle[(number + more) % len(idle)] for more in range(3))
        before = list(self.watched.center.calls.lines.legs)
        for caller in (first, second):
            self._happens(events.InternalCallAsked(caller, colleague))
        for leg in [leg for leg in self.watched.center.calls.lines.legs if leg not in before]:
            self._happens(events.LegAnswered(leg, sealed(f"dialog {leg}")))

    def _at_ease(self) -> list[AgentId]:
        """Return who is ready at a telephone that can be rung, with nothing in hand."""
        floor = self.watched.center.routing.floor
        there = [(name, agent) for name, agent in floor.agents.items() if agent.presence is Presence.READY]
        return [name for name, agent in there if not agent.work and floor.rings(agent.station)]
