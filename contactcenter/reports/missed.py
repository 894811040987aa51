"""What became of offers that an agent did not take, and the penalties that run for it, as figures of the day.

Only `rejected` and `no_answer` count against an agent; `busy` and `device_lost` are counted apart, and a race that was
lost is not counted at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.model.facts import OfferEnded, PenaltyBegan, PenaltyEnded
from contactcenter.model.ids import QueueId
from contactcenter.model.words import OfferOutcome

__all__ = ["NOTHING_MISSED", "Missed", "MissedOffers", "Penalty"]


@dataclass(frozen=True, slots=True)
class MissedOffers:
    """How many offers of the day an agent did not take, by outcome."""

    rejected: int = 0
    no_answer: int = 0
    busy: int = 0
    device_lost: int = 0


NOTHING_MISSED = MissedOffers()


@dataclass(frozen=True, slots=True)
class Penalty:
    """Nothing of `queue` (None: nothing at all) is offered until a time (ms), for an outcome."""

    queue: QueueId | None
    outcome: OfferOutcome
    until_at: int


class Missed:
    """One agent's missed offers and penalties."""

    __slots__ = ("_counts", "_penalties")

    def __init__(self) -> None:
        """Begin with nothing missed."""
        self._penalties: dict[QueueId | None, Penalty] = {}
        self.begin_day()

    def begin_day(self) -> None:
        """Count anew; penalties run on."""
        self._counts = dict.fromkeys(OfferOutcome, 0)

    def see(self, fact: OfferEnded | PenaltyBegan | PenaltyEnded, today: bool) -> None:
        """Count how an offer ended, if that was `today`, and follow the penalties."""
        match fact:
            case OfferEnded():
                self._counts[fact.outcome] += today
            case PenaltyBegan():
                self._penalties[fact.queue] = Penalty(fact.queue, fact.outcome, fact.until_at)
            case PenaltyEnded():
                self._penalties.pop(fact.queue, None)

    def offers(self) -> MissedOffers:
        """Return the counts of the day."""
        counted = self._counts
        return MissedOffers(
            counted[OfferOutcome.REJECTED],
            counted[OfferOutcome.NO_ANSWER],
            counted[OfferOutcome.BUSY],
            counted[OfferOutcome.DEVICE_LOST],
        )

    def penalties(self) -> tuple[Penalty, ...]:
        """Return the penalties that run."""
        return tuple(self._penalties.values())
