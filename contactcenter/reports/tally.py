"""The counts of queue visits that live and historic figures share, so that a day is the sum of its intervals.

A tally knows nothing of time or queues: it counts what it is told and adds up. Short abandons are counted, but stand
outside service level and abandon rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.config import QueueConfig
from contactcenter.model.words import Channel, VisitOutcome
from contactcenter.reports.service_level import FORMULAS, Variant, percent

__all__ = ["LOST", "OUTCOMES", "Tally", "target_ms"]

OUTCOMES = tuple(VisitOutcome)
LOST = (
    VisitOutcome.ABANDONED,
    VisitOutcome.OVERFLOWED,
    VisitOutcome.CALLED_BACK,
    VisitOutcome.VOICEMAIL,
    VisitOutcome.CLOSED,
)
"""Who left a queue without having been served there: each counts as an abandon does in the named service level."""


def target_ms(queue: QueueConfig | None, channel: Channel) -> int:
    """Return within how many ms a visit on this channel ought to be handled."""
    if queue is None:
        return 0
    targets = {
        Channel.VOICE: queue.voice_target_ms,
        Channel.CHAT: queue.chat_target_ms,
        Channel.SMS: queue.sms_target_ms,
    }
    return targets[channel]


@dataclass(slots=True)
class Tally:
    """Counts of visits offered and ended, by outcome, with the waits of the handled ones.

    `returned` are the callbacks and messages among those that ended, `reached` those of them that were handled and
    `gone` those that were abandoned: how long their customers waited was judged when they left the line.
    """

    offered: int = 0
    outcomes: dict[VisitOutcome, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    handled_in_time: int = 0
    lost_in_time: int = 0
    handled_wait_ms: int = 0
    longest_wait_ms: int = 0
    returned: int = 0
    reached: int = 0
    gone: int = 0

    def offer(self) -> None:
        """Count a visit that began."""
        self.offered += 1

    def end(self, outcome: VisitOutcome, wait_ms: int, target_ms: int, answered: bool = True) -> None:
        """Count a visit that ended after `wait_ms`, judged against `target_ms`.

        Who was taken but not `answered` yet (texts) is in time only when the answer comes in time: see `answer`.
        """
        self.outcomes[outcome] += 1
        self.longest_wait_ms = max(self.longest_wait_ms, wait_ms)
        in_time = wait_ms <= target_ms
        if outcome is VisitOutcome.HANDLED:
            self.handled_wait_ms += wait_ms
            self.handled_in_time += in_time and answered
        elif outcome in LOST:
            self.lost_in_time += in_time

    def end_off_line(self, outcome: VisitOutcome) -> None:
        """Count the visit of a callback or a message that ended."""
        self.outcomes[outcome] += 1
        self.returned += 1
        self.reached += outcome is VisitOutcome.HANDLED
        self.gone += outcome is VisitOutcome.ABANDONED

    def answer(self, answer_ms: int, target_ms: int) -> None:
        """Count the first human answer to who was handled before, judged against `target_ms`."""
        self.handled_in_time += answer_ms <= target_ms

    def add(self, other: Tally) -> None:
        """Add another tally's counts to this one."""
        self.offered += other.offered
        for outcome in OUTCOMES:
            self.outcomes[outcome] += other.outcomes[outcome]
        self.handled_in_time += other.handled_in_time
        self.lost_in_time += other.lost_in_time
        self.handled_wait_ms += other.handled_wait_ms
        self.longest_wait_ms = max(self.longest_wait_ms, other.longest_wait_ms)
        self.returned += other.returned
        self.reached += other.reached
        self.gone += other.gone

    @property
    def ended(self) -> int:
        """How many visits ended, in whatever way."""
        return sum(self.outcomes.values())

    @property
    def judged(self) -> int:
        """How many visits service level and abandon rate look at: not short abandons, nor what was judged already."""
        return self.ended - self.outcomes[VisitOutcome.SHORT_ABANDONED] - self.returned

    def service_level(self, variant: Variant = Variant.ABANDONS_IGNORED, late: int = 0) -> float | None:
        """Return the share that the variant names, in percent; `late` still wait, but have missed the target."""
        handled = self.outcomes[VisitOutcome.HANDLED] - self.reached
        return FORMULAS[variant](self.handled_in_time, self.lost_in_time, handled, self.judged + late)

    def asa_ms(self) -> int | None:
        """Return the mean time from the queue to the agent's answer, ringing included, of those handled."""
        handled = self.outcomes[VisitOutcome.HANDLED] - self.reached
        return self.handled_wait_ms // handled if handled else None

    def abandon_rate(self) -> float | None:
        """Return the abandoned in percent of all judged."""
        return percent(self.outcomes[VisitOutcome.ABANDONED] - self.gone, self.judged)
