"""People who call: they dial, listen, press right and wrong keys or none, wait as long as they can, talk, and go.

A caller may hang up at every step.
"""

from __future__ import annotations

from contactcenter.model.commands import Collect
from contactcenter.model.facts import Fact, PromptIssued, TalkStarted, VisitOpened
from contactcenter.model.ids import LegId, PersonId
from contactcenter.sim.scene import Scene
from contactcenter.sim.streams import log_normal_ms
from contactcenter.sim.telephony import prompt_ms

__all__ = ["Caller"]

WRONG_KEYS = "#*9876543210"
REDIAL_MS = 30_000  # who is cut off calls again within this time


class Caller:
    """One caller on one call; who is cut off by us dials again."""

    def __init__(self, scene: Scene, number: int, dialled: str) -> None:
        """Make a person with habits of his own."""
        self._scene = scene
        self._random = scene.streams.stream(f"caller/{number}")
        self._key = f"k{self._random.randrange(scene.habits.population)}"
        self._dialled = dialled
        self._leg = LegId("")
        self._waits = False
        self._talked = False

    def dial(self) -> None:
        """Call the centre."""
        person = PersonId(f"person/{self._key}")
        self._waits, self._talked = False, False
        self._leg = self._scene.telephony.call(self._dialled, self, person, self._key)
        self._scene.callers[self._leg] = self
        if self._chance(self._scene.habits.leave_unanswered_permille):
            self._leave_within(100)

    def notice(self, fact: Fact) -> None:
        """Hear the flow ask, begin to wait, begin to talk."""
        match fact:
            case PromptIssued() if fact.choices:
                self._choose(fact)
            case VisitOpened():
                self._wait()
            case TalkStarted():
                self._waits = False

    def go(self) -> None:
        """Hang up: the centre's day is over."""
        self._waits = False
        self._scene.telephony.hang_up(self._leg)

    def answered(self) -> None:
        """The centre answered: listen."""

    def asked(self, collect: Collect) -> str:
        """Key in a value, or fall silent, or key in too little."""
        if self._chance(self._scene.habits.silent_permille):
            return ""
        short = self._chance(self._scene.habits.wrong_key_permille)
        count = max(1, collect.min_keys - 1) if short else collect.max_keys
        return "".join(str(self._random.randrange(10)) for _ in range(count))

    def together(self) -> None:
        """Talk, and hang up at the end unless the agent does."""
        if self._talked:
            return
        self._talked = True
        habits, leg = self._scene.habits, self._leg
        talk_ms = log_normal_ms(self._random, habits.talk_ms, habits.talk_sigma)
        if self._chance(habits.agent_ends_permille):
            talk_ms *= 3  # the agent will be first, nearly always
        self._scene.world.after(talk_ms, lambda: self._scene.telephony.hang_up(leg))

    def ended(self) -> None:
        """The centre ended the call; one who was not served and not told goodbye calls again."""
        if self._waits and self._scene.world.now < self._scene.open_until_at:
            self._scene.world.after(self._random.randrange(REDIAL_MS), self.dial)
        self._waits = False

    def _choose(self, fact: PromptIssued) -> None:
        """Press a key of the menu, while it speaks or some time after; or a wrong one; or none; or give up."""
        habits = self._scene.habits
        listened_ms = self._random.randrange(500, 3_000 + sum(prompt_ms(prompt) for prompt in fact.prompts))
        if self._chance(habits.leave_menu_permille):
            self._leave_within(listened_ms)
        elif not self._chance(habits.silent_permille):
            keys = [key for key, _ in fact.choices]
            wrong = [key for key in WRONG_KEYS if key not in keys]
            key = self._random.choice(wrong if self._chance(habits.wrong_key_permille) else keys)
            leg = self._leg
            self._scene.world.after(listened_ms, lambda: self._scene.telephony.press(leg, key))

    def _wait(self) -> None:
        """Wait in the queue until patience ends."""
        self._waits = True
        mean_ms, leg = self._scene.habits.patience_ms, self._leg
        if mean_ms:
            patience_ms = round(self._random.expovariate(1 / mean_ms))
            self._scene.world.after(patience_ms, lambda: self._give_up(leg))

    def _give_up(self, leg: LegId) -> None:
        if self._waits and leg == self._leg:
            self._waits = False
            self._scene.telephony.hang_up(leg)

    def _leave_within(self, within_ms: int) -> None:
        leg = self._leg
        self._scene.world.after(self._random.randrange(within_ms), lambda: self._scene.telephony.hang_up(leg))

    def _chance(self, permille: int) -> bool:
        return self._random.randrange(1000) < permille
