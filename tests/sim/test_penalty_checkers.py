"""The oracle of penalties finds each thing that must never be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contactcenter.model.facts import OfferEnded, OfferMade, PenaltyBegan, PenaltyEnded
from contactcenter.model.ids import ContactId, OfferId, VisitId
from contactcenter.model.words import Channel, OfferOutcome
from contactcenter.sim.penalty_checkers import PenaltyChecker
from contactcenter.sim.violations import Ledger
from tests.reports.day import ANN, FAULTS, MINUTE, Day

PENALTY_MS = 10_000


def rings(day: Day) -> None:
    """A call of the fault queue rings at Ann."""
    made = (OfferId("o"), ContactId("c"), VisitId("v"), FAULTS, Channel.VOICE, ANN, None, day.at + 15_000)
    day.state(OfferMade(*made))


def rejected(day: Day, penalty_ms: int | None = PENALTY_MS, outcome: OfferOutcome = OfferOutcome.REJECTED) -> None:
    """Ann rejects it, and pays with a penalty."""
    rings(day)
    day.state(OfferEnded(OfferId("o"), ContactId("c"), ANN, Channel.VOICE, outcome))
    if penalty_ms is not None:
        day.state(PenaltyBegan(ANN, FAULTS, OfferOutcome.REJECTED, day.at + penalty_ms))


def ends(day: Day, after_ms: int) -> None:
    """The penalty ends."""
    day.at += after_ms
    day.state(PenaltyEnded(ANN, FAULTS))


def sound(day: Day) -> None:
    """It lasts as configured, and then it rings again."""
    rejected(day)
    ends(day, PENALTY_MS)
    rings(day)


def none_at_all(day: Day) -> None:
    """A rejection goes unpunished."""
    rejected(day, None)


def too_long(day: Day) -> None:
    """It is longer than configured."""
    rejected(day, 2 * PENALTY_MS)


def for_nothing(day: Day) -> None:
    """A lost race is punished."""
    rejected(day, outcome=OfferOutcome.WITHDRAWN)


def not_kept(day: Day) -> None:
    """It rings again in the penalty."""
    rejected(day)
    day.at += 1_000
    rings(day)


def too_early(day: Day) -> None:
    """It ends before its time."""
    rejected(day)
    ends(day, PENALTY_MS - 1)


def never(day: Day) -> None:
    """It never ends."""
    rejected(day)
    day.at += MINUTE
    rings(day)


@pytest.mark.parametrize(
    ("tell", "found"),
    [
        (sound, []),
        (none_at_all, ["P1"]),
        (too_long, ["P1"]),
        (for_nothing, ["P1"]),
        (not_kept, ["P2"]),
        (too_early, ["P2"]),
        (never, ["P2"]),
    ],
)
def test_the_oracle_of_penalties_finds(tell: Callable[[Day], object], found: list[str]) -> None:
    day, ledger = Day(at=MINUTE), Ledger()
    day.configure()
    tell(day)
    checker = PenaltyChecker(ledger)
    for entry in day.entries():
        checker.see(entry)
    checker.finish(day.at)
    assert list(dict.fromkeys(violation.invariant for violation in ledger.violations)) == found
