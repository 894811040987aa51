"""What the oracle of selection remembers of each agent, and who ought to be chosen by a queue's strategy.

Kept as plain lists that are counted anew each time; it shares no code with `acd.strategies`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.config import AgentConfig, QueueConfig
from contactcenter.model.eligibility import requirement_of

__all__ = ["SeenShift", "rank"]

NEVER = 1 << 62


@dataclass(slots=True)
class SeenShift:
    """What an agent did since signing in: when anything was in hand, and which offers came."""

    begun_at: int = 0
    busy: list[tuple[int, int]] = field(default_factory=list)
    talks: int = 0
    last_offer: int = 0

    def hold(self, at: int) -> None:
        """Something is in hand from now on."""
        if not self.busy or self.busy[-1][1] != NEVER:
            self.busy.append((at, NEVER))

    def release(self, at: int) -> None:
        """Nothing is in hand any more."""
        if self.busy and self.busy[-1][1] == NEVER:
            self.busy[-1] = (self.busy[-1][0], at)

    def share_busy(self, at: int) -> int:
        """Return the thousandths of the shift, up to a time, with anything in hand."""
        busy_ms = sum(max(0, min(to_at, max(at, from_at)) - from_at) for from_at, to_at in self.busy)
        return busy_ms * 1_000 // max(1, at - self.begun_at)


def rank(
    queue: QueueConfig, config: AgentConfig, order: int, shift: SeenShift, load: int, idle_since: int
) -> list[int]:
    """Return the agent's rank for a queue, the lowest is to be chosen; what is equal goes to the longest idle."""
    levels = {skill.skill: skill.level for skill in config.skills}
    skilled = sum(levels.get(name, 0) for name in requirement_of(queue).names)
    rule = {
        "longest_available": [load],
        "most_skilled": [-skilled, load],
        "least_skilled": [skilled, load],
        "least_occupied": [load, shift.share_busy(idle_since)],
        "fewest_handled": [load, shift.talks],
        "round_robin": [load, shift.last_offer],
        "ordered": [order],
        "ring_all": [load],
    }[queue.strategy]
    return [*rule, idle_since]
