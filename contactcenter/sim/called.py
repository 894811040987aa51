"""People whom agents call: busy, out, or ready to talk."""

from __future__ import annotations

from contactcenter.model.commands import Collect
from contactcenter.sim.scene import Scene
from contactcenter.sim.streams import log_normal_ms
from contactcenter.sim.telephony import Line

__all__ = ["Outside"]

BUSY, REFUSED = 486, 603
CALLED_PATIENCE_MS = 20_000  # whom we call waits less than who called us


class Outside:
    """Everybody behind the trunk (`telephony.Phone`)."""

    def __init__(self, scene: Scene) -> None:
        """Let the same seed answer the same calls."""
        self._scene = scene
        self._calls = 0

    def rung(self, line: Line) -> None:
        """Let one of them hear it ring."""
        self._calls += 1
        _Called(self._scene, line, self._calls).decide()


class _Called:
    """One who is called."""

    def __init__(self, scene: Scene, line: Line, number: int) -> None:
        self._scene = scene
        self._line = line
        self._random = scene.streams.stream(f"called/{number}")
        self._talked = False
        line.end = self

    def decide(self) -> None:
        """Be busy, let it ring, or answer after a while, and wait a little for somebody to talk to."""
        habits, leg = self._scene.habits, self._line.leg
        telephony, world = self._scene.telephony, self._scene.world
        chance = self._random.randrange(1000)
        if chance < habits.called_busy_permille:
            status = self._random.choice((BUSY, BUSY, REFUSED))
            world.after(self._random.randrange(200, 3_000), lambda: telephony.refuse(leg, status))
        elif chance >= habits.called_busy_permille + habits.called_silent_permille:
            answer_ms = log_normal_ms(self._random, 3 * habits.answer_ms, 0.6)
            patience_ms = log_normal_ms(self._random, CALLED_PATIENCE_MS, 1.0)
            world.after(answer_ms, lambda: telephony.answer(leg))
            world.after(answer_ms + patience_ms, self._give_up)

    def _give_up(self) -> None:
        if not self._talked:
            self._scene.telephony.hang_up(self._line.leg)

    def answered(self) -> None:
        """The line is up."""

    def ended(self) -> None:
        """The centre hung up."""

    def asked(self, collect: Collect) -> str:
        """Nobody asks who is called for keys."""
        return ""

    def together(self) -> None:
        """Talk, and hang up at the end unless the agent does."""
        if self._talked:
            return
        self._talked = True
        habits, leg = self._scene.habits, self._line.leg
        talk_ms = log_normal_ms(self._random, habits.talk_ms // 2, habits.talk_sigma or 0.8)
        self._scene.world.after(talk_ms, lambda: self._scene.telephony.hang_up(leg))
