"""What callers are told of their wait on simulated days: the oracle finds what it is for, and the figures come true."""

from __future__ import annotations

import pytest

from contactcenter.model.estimate import WaitEstimate
from contactcenter.model.facts import PositionTold, VisitOpened
from contactcenter.model.ids import ContactId, QueueId, VisitId
from contactcenter.model.step import Entry, Position
from contactcenter.model.words import Channel
from contactcenter.reports.forecasts import Accuracy, WaitForecasts
from contactcenter.sim.violations import Ledger
from contactcenter.sim.wait_checkers import WaitChecker
from tests.sim.centres import FAULTS
from tests.sim.test_mathematics import busy_queue

ANNE, VOICE = ContactId("anne"), Channel.VOICE
WAIT = WaitEstimate(60_000, 20_000, 120_000)


def broken(*told: PositionTold) -> list[str]:
    """What the oracle finds wrong with what one caller is told."""
    ledger = Ledger()
    checker = WaitChecker(ledger)
    opened = VisitOpened(VisitId("v"), ANNE, QueueId("faults"), VOICE, priority=0, placed_at=0)
    for number, fact in enumerate((opened, *told)):
        checker.see(Entry(Position(1, number), number, "test", None, (fact,)))  # type: ignore[arg-type]
    checker.finish(99)
    return [violation.invariant for violation in ledger.violations]


def test_a_first_wait_and_a_better_one_are_sound() -> None:
    assert broken(PositionTold(ANNE, 1, WAIT, True), PositionTold(ANNE, 1, WAIT)) == []


@pytest.mark.parametrize(
    "told",
    [
        (PositionTold(ANNE, 1, None, True),),
        (PositionTold(ANNE, 1, WaitEstimate(10, 20, 30)),),
        (PositionTold(ANNE, 1, WAIT, True), PositionTold(ANNE, 1, WAIT, True)),
        (PositionTold(ANNE, 1, WAIT), PositionTold(ANNE, 1, WaitEstimate(60_001, 20_000, 120_000))),
    ],
    ids=["told though not known", "an interval beside the expected", "told again, no better", "grew by itself"],
)
def test_the_oracle_finds_what_it_is_for(told: tuple[PositionTold, ...]) -> None:
    assert broken(*told) == ["E1"]


@pytest.mark.parametrize("patience_ms", [0, 300_000], ids=["nobody gives up", "callers give up"])
def test_most_waits_lie_within_what_was_estimated(patience_ms: int) -> None:
    """At 10 agents near their limit four of five are promised; few samples and people who leave cost a little."""
    accuracy = Accuracy()
    for seed in (1, 2, 3):
        forecasts = WaitForecasts()
        for entry in busy_queue(seed, calls_per_hour=196, patience_ms=patience_ms).engine.entries:
            for fact in entry.facts:
                forecasts.apply(fact, entry.at)
        of_seed = forecasts.accuracy(FAULTS)
        accuracy = Accuracy(
            accuracy.judged + of_seed.judged,
            accuracy.within + of_seed.within,
            accuracy.late_ms + of_seed.late_ms,
            accuracy.early_ms + of_seed.early_ms,
        )
    share = accuracy.within_percent()
    assert accuracy.judged > 500 and share is not None
    assert 70 < share < 90, accuracy
