"""The modes in force, folded from facts: what holds since when, by whom and until when, and what held before.

Nothing here decides: `modes` does. What the centre is without its modes is remembered from the configuration that was
applied without any.
"""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.model.config import CenterConfig
from contactcenter.model.facts import ConfigApplied, Fact, ModeChanged
from contactcenter.model.ids import QueueId
from contactcenter.model.modes import NORMAL
from contactcenter.model.words import ModeSource

__all__ = ["ModeFigures", "ModesInForce"]


@dataclass(frozen=True, slots=True)
class ModeFigures:
    """The last switch of one queue, or of the whole centre (None): what holds since when and until when (ms), by whom.

    `former` and `former_until_at` are what goes back to before it; a queue that is normal follows the centre.
    """

    queue: QueueId | None
    mode: str
    name: str
    since_at: int
    until_at: int | None
    by: str
    source: ModeSource
    reason: str
    former: str
    former_until_at: int | None


class ModesInForce:
    """The fold; `config` is what is published, without any mode."""

    def __init__(self) -> None:
        """Begin with nothing published and everything normal."""
        self.config: CenterConfig | None = None
        self._last: dict[QueueId | None, ModeFigures] = {}

    def apply(self, fact: Fact, at: int) -> bool:
        """Take a fact that was stated at `at` (ms) into account; return whether it changed a mode."""
        if isinstance(fact, ConfigApplied) and not fact.modes:
            self.config = fact.config
        if not isinstance(fact, ModeChanged):
            return False
        self._last.pop(fact.queue, None)
        self._last[fact.queue] = ModeFigures(
            queue=fact.queue,
            mode=fact.mode,
            name=self._name_of(fact.mode),
            since_at=at,
            until_at=fact.until_at,
            by=fact.by,
            source=fact.source,
            reason=fact.reason,
            former=fact.former,
            former_until_at=fact.former_until_at,
        )
        return True

    def last(self) -> list[ModeFigures]:
        """Return the last switch of the centre and of each queue, the newest at the end; some went back to normal."""
        return list(self._last.values())

    def in_force(self) -> list[ModeFigures]:
        """Return what is not normal."""
        return [each for each in self._last.values() if each.mode != NORMAL]

    def mode_of(self, queue: QueueId | None) -> str:
        """Return the mode of a queue's own, or of the centre (None)."""
        figures = self._last.get(queue)
        return figures.mode if figures is not None else NORMAL

    def _name_of(self, mode: str) -> str:
        known = self.config.modes if self.config is not None else ()
        return next((each.name for each in known if each.id == mode), mode)
