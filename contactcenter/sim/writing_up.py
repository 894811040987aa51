"""How a simulated agent writes up what was said: soon, late, with more time, or not at all unless that is refused."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from contactcenter.model import events
from contactcenter.model.facts import WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Work
from contactcenter.sim.scene import Scene
from contactcenter.sim.streams import log_normal_ms

__all__ = ["AFTER_TALK", "WritingUp"]

AFTER_TALK = (Work.WRAP_UP, Work.RESULT_OPEN)
EXTENSIONS_TRIED = 3  # one more than is usually given
REFUSED_MS = 10_000  # how soon an agent who was refused names a result


class WritingUp:
    """One agent's pen."""

    def __init__(self, scene: Scene, agent: AgentId, random: Random) -> None:
        """Draw what was always drawn from `random`, so that days of before stay what they were."""
        self._scene = scene
        self._agent = agent
        self._random = random
        self._again = scene.streams.stream(f"agent/{agent}/writing up")
        self._codes: dict[ContactId, tuple[str, ...]] = {}
        self._work: dict[ContactId, Work] = {}

    def learn(self, contact: ContactId, codes: tuple[str, ...]) -> None:
        """Know which results a contact may have."""
        self._codes[contact] = codes

    def see(self, fact: WorkChanged) -> None:
        """Begin to write up, or be done with it."""
        contact, habits = fact.contact, self._scene.habits
        if fact.work not in AFTER_TALK:
            self._work.pop(contact, None)
            return
        self._work[contact] = fact.work
        if self._random.randrange(1000) >= habits.forget_wrap_up_permille:
            self._later(log_normal_ms(self._random, habits.wrap_up_ms, 0.6), lambda: self._write(contact))
        if self._again.randrange(1000) < habits.extend_permille:
            for number in range(1, 1 + EXTENSIONS_TRIED):
                self._extend_later(self._again.randrange(number * habits.wrap_up_ms), contact, number)

    def finish_all(self) -> None:
        """Name a result for everything that is open, to go home."""
        for contact in list(self._work):
            self._name(contact)

    def _write(self, contact: ContactId) -> None:
        if contact in self._work:
            code = self._random.choice(("", *self._codes.get(contact, ())))
            self._scene.submit(events.WrapUpFinished(self._agent, contact, code))
            self._later(REFUSED_MS, lambda: self._name(contact))

    def _name(self, contact: ContactId) -> None:
        if contact in self._work:
            code = self._again.choice(self._codes.get(contact) or ("",))
            self._scene.submit(events.WrapUpFinished(self._agent, contact, code))

    def _extend_later(self, delay_ms: int, contact: ContactId, number: int) -> None:
        asked = events.ExtensionAsked(self._agent, contact, number)
        self._later(delay_ms, lambda: self._scene.submit(asked) if contact in self._work else None)

    def _later(self, delay_ms: int, act: Callable[[], None]) -> None:
        self._scene.world.after(delay_ms, act)
