"""What callers are told of their wait on simulated days: the oracle finds what it is for, and the figures come true."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contactcenter.model.entry import Entry, Position
from contactcenter.model.estimate import WaitEstimate
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import CustomerAnswered, Fact, PositionTold, TalkEnded, TextPosted, VisitOpened
from contactcenter.model.ids import AgentId, ContactId, ConversationId, MessageId, VisitId
from contactcenter.model.words import Author, Channel, Party
from contactcenter.reports.forecasts import Accuracy, WaitForecasts
from contactcenter.sim.violations import Ledger
from contactcenter.sim.wait_checkers import AnswerChecker, WaitChecker
from tests.sim.centres import FAULTS
from tests.theory.queues import busy_queue

ANNE, VOICE = ContactId("anne"), Channel.VOICE
WAIT = WaitEstimate(60_000, 20_000, 120_000)


def entry(at: int, *facts: Fact) -> Entry:
    """What was journaled at a time."""
    return Entry(Position(1, at), at, "test", TimePassed(), facts)


def broken(*told: PositionTold) -> list[str]:
    """What the oracle finds wrong with what one caller is told."""
    ledger = Ledger()
    checker = WaitChecker(ledger)
    opened = VisitOpened(VisitId("v"), ANNE, FAULTS, VOICE, priority=0, placed_at=0)
    facts: tuple[Fact, ...] = (opened, *told)
    for number, fact in enumerate(facts):
        checker.see(entry(number, fact))
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


def test_an_answer_stops_the_clock_of_its_visit_once() -> None:
    opened = VisitOpened(VisitId("v"), ANNE, FAULTS, Channel.CHAT, priority=0, placed_at=0)
    wrote = TextPosted(ANNE, ConversationId("c"), 1, Author.AGENT, MessageId("m"))
    answered = CustomerAnswered(ANNE, VisitId("v"), FAULTS, Channel.CHAT, AgentId("bo"), answer_ms=1)
    for facts, expected in (
        ((wrote, answered), []),
        ((wrote,), ["E2"]),
        ((answered,), ["E2"]),
        ((wrote, replace(answered, answer_ms=2)), ["E2"]),
        ((wrote, answered, wrote, answered), ["E2"]),
    ):
        ledger = Ledger()
        checker = AnswerChecker(ledger)
        checker.see(entry(0, opened))
        checker.see(entry(1, *facts))
        checker.see(entry(2, TalkEnded(ANNE, AgentId("bo"), Channel.CHAT, Party.AGENT)))
        checker.finish(3)
        assert [violation.invariant for violation in ledger.violations] == expected


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
