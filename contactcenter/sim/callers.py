"""People who call: they dial, listen, press right and wrong keys or none, wait as long as they can, talk, and go.

A caller may hang up at every step.
"""

from __future__ import annotations

from contactcenter.model.commands import Collect
from contactcenter.model.facts import (
    CallbackMoved,
    CallbackPromised,
    Fact,
    MessageBegun,
    MessageLeft,
    MessageRecording,
    PromptIssued,
    TalkStarted,
    VisitOpened,
)
from contactcenter.model.ids import LegId, PersonId, QueueId
from contactcenter.model.words import CallbackStep
from contactcenter.sim.scene import Scene
from contactcenter.sim.streams import log_normal_ms
from contactcenter.sim.telephony import prompt_ms

__all__ = ["Caller"]

WRONG_KEYS = "#*9876543210"
REDIAL_MS = 30_000  # who is cut off calls again within this time
THINK_MS = 60_000  # within this time somebody who waits makes up his mind about a callback
AGAIN_MS = 1_800_000  # within this time somebody who was promised a call calls again


class Caller:
    """One caller on one call; who is cut off by us dials again."""

    def __init__(self, scene: Scene, number: int, dialled: str, direct: bool = False) -> None:
        """Make a person with habits of his own; one who calls an agent's own number is `direct`."""
        name = f"direct caller/{number}" if direct else f"caller/{number}"
        self._scene = scene
        self._direct = direct
        self._random = scene.streams.stream(name)
        self._speech = scene.streams.stream(f"{name}/message")
        self._decisions = scene.streams.stream(f"{name}/callback")
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
            case VisitOpened() if not fact.off_line:
                self._wait()
                self._consider(fact.queue)
                self._consider_message(fact.queue)
            case CallbackMoved():
                self._decide(fact.step)
            case CallbackPromised():
                self._be_promised()
            case MessageBegun() if self._speech_chance(self._scene.habits.message_given_up_permille):
                self._hang_up_within(6_000)
            case MessageRecording():
                self._speak()
            case MessageLeft():
                self._waits = False
            case TalkStarted():
                self._waits = False

    def go(self) -> None:
        """Hang up: the centre's day is over."""
        self._waits = False
        self._scene.telephony.hang_up(self._leg)

    def answered(self) -> None:
        """The centre answered: listen; who calls an agent may hang up before she answers."""
        if self._direct and self._chance(self._scene.habits.direct_given_up_permille):
            self._leave_within(12_000)

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

    def _consider(self, queue: QueueId) -> None:
        """Press the queue's key for a callback, where it has one, after some thought."""
        rules = next((each.callback for each in self._scene.config.queues if each.id == queue), None)
        if rules is not None and rules.key and self._wants(self._scene.habits.callback_permille):
            self._press_within(THINK_MS, rules.key)

    def _consider_message(self, queue: QueueId) -> None:
        """Press the queue's key to leave a message, where it has one, after some thought."""
        rules = next((each.voicemail for each in self._scene.config.queues if each.id == queue), None)
        if rules is not None and rules.key and self._speech_chance(self._scene.habits.message_permille):
            leg, within_ms = self._leg, self._speech.randrange(THINK_MS)
            self._scene.world.after(within_ms, lambda: self._scene.telephony.press(leg, rules.key))

    def _speak(self) -> None:
        """Leave a message, short or long, and end it by the key or by hanging up."""
        self._waits = False  # who speaks does not give up for impatience
        leg, telephony = self._leg, self._scene.telephony
        spoken_ms = 500 + round(self._speech.expovariate(1 / self._scene.habits.message_ms))
        end = (lambda: telephony.press(leg, "#")) if self._speech_chance(400) else (lambda: telephony.hang_up(leg))
        self._scene.world.after(spoken_ms, end)

    def _speech_chance(self, permille: int) -> bool:
        return self._speech.randrange(1000) < permille

    def _hang_up_within(self, within_ms: int) -> None:
        leg, at_ms = self._leg, self._speech.randrange(within_ms)
        self._scene.world.after(at_ms, lambda: self._scene.telephony.hang_up(leg))

    def _decide(self, step: CallbackStep) -> None:
        """Say yes to the number, or give another one, or nothing, or hang up in the middle of it."""
        habits = self._scene.habits
        if self._wants(habits.callback_undecided_permille):
            if self._wants(500):
                self._leave_within(5_000)
        elif step in (CallbackStep.CONFIRMING, CallbackStep.READING_BACK):
            self._press_within(8_000, "2" if self._wants(habits.callback_other_number_permille) else "1")
        elif step is CallbackStep.PROMISED and self._wants(500):
            self._leave_within(5_000)

    def _be_promised(self) -> None:
        self._waits = False
        if self._wants(self._scene.habits.call_again_permille):
            self._scene.world.after(self._decisions.randrange(10_000, AGAIN_MS), self._call_again)

    def _call_again(self) -> None:
        if self._scene.world.now < self._scene.open_until_at:
            self.dial()

    def _press_within(self, within_ms: int, key: str) -> None:
        leg = self._leg
        self._scene.world.after(self._decisions.randrange(within_ms), lambda: self._scene.telephony.press(leg, key))

    def _wants(self, permille: int) -> bool:
        return self._decisions.randrange(1000) < permille

    def _give_up(self, leg: LegId) -> None:
        if self._waits and leg == self._leg:
            self._waits = False
            self._scene.telephony.hang_up(leg)

    def _leave_within(self, within_ms: int) -> None:
        leg = self._leg
        self._scene.world.after(self._random.randrange(within_ms), lambda: self._scene.telephony.hang_up(leg))

    def _chance(self, permille: int) -> bool:
        return self._random.randrange(1000) < permille
