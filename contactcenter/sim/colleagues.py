"""How simulated agents call each other: now and then, one after the other until somebody is free, and not for long."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.model import events
from contactcenter.model.facts import DialStarted, Fact, TalkStarted, WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Work
from contactcenter.sim.scene import Scene
from contactcenter.sim.streams import log_normal_ms

__all__ = ["CallingColleagues"]

TRIES = 3  # so many colleagues are asked for, of whom some have a call in hand
PATIENCE_MS = 15_000  # of who gives up, at most


class CallingColleagues:
    """One agent's habit."""

    def __init__(self, scene: Scene, agent: AgentId) -> None:
        """Draw from a stream of its own, so that whoever calls no colleague has the same day as before."""
        self._scene = scene
        self._agent = agent
        self._random = scene.streams.stream(f"agent/{agent}/colleagues")
        self._calls: dict[ContactId, Work] = {}

    def plan(self, begin_at: int, length_ms: int, works: Callable[[], bool]) -> None:
        """Plan some calls of a shift, where they are allowed; `works` tells whether the agent is there by then."""
        if self._scene.config.internal is None:
            return
        for _ in range(self._scene.habits.colleagues_per_shift):
            at = begin_at + self._random.randrange(length_ms)
            if self._scene.world.now < at < self._scene.open_until_at:
                self._scene.world.at(at, lambda: self._ask() if works() else None)

    def is_one(self, contact: ContactId) -> bool:
        """Whether a contact is a call to a colleague of this agent's."""
        return contact in self._calls

    def notice(self, fact: Fact, hang_up: Callable[[], None]) -> None:
        """Follow an own call: perhaps give it up while it rings, end it in time; `hang_up` puts the phone down."""
        match fact:
            case DialStarted() if fact.colleague is not None:
                self._calls[fact.contact] = Work.DIALLING
                if self._random.randrange(1000) < self._scene.habits.colleague_given_up_permille:
                    self._end(fact.contact, Work.DIALLING, self._random.randrange(PATIENCE_MS), hang_up)
            case TalkStarted() if fact.contact in self._calls:
                self._calls[fact.contact] = Work.TALKING
                talk_ms = log_normal_ms(self._random, self._scene.habits.colleague_ms, 0.8)
                self._end(fact.contact, Work.TALKING, talk_ms, hang_up)
            case WorkChanged(work=Work.ENDED):
                self._calls.pop(fact.contact, None)

    def _ask(self) -> None:
        """Ask for one after the other: once it rings somewhere the next wish is refused."""
        for _ in range(TRIES):
            colleague = self._random.choice(self._scene.config.agents).id
            self._scene.submit(events.InternalCallAsked(self._agent, colleague))

    def _end(self, contact: ContactId, still: Work, after_ms: int, hang_up: Callable[[], None]) -> None:
        """End a call that is still at that step by then, by the phone or by the console."""
        by_phone = self._random.random() < 0.5

        def end() -> None:
            if self._calls.get(contact) is still and by_phone:
                hang_up()
            elif self._calls.get(contact) is still:
                self._scene.submit(events.ContactClosed(self._agent, contact))

        self._scene.world.after(after_ms, end)
