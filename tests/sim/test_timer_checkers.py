"""The oracle of alarms finds what comes too early, twice, or for no cause; that of answers, who answers for another."""

from __future__ import annotations

import pytest

from contactcenter.model import facts
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import EngineStarted, OfferAccepted
from contactcenter.model.ids import AgentId, ContactId, OfferId, QueueId, VisitId
from contactcenter.model.words import Channel, OfferOutcome
from contactcenter.sim.checkers import ContactChecker
from contactcenter.sim.timer_checkers import TimerChecker
from contactcenter.sim.violations import Ledger
from tests.reports.day import ANN, BOB, MINUTE, Day
from tests.sim.floor_days import broken, come, opened

REJECTED, UNANSWERED, BUSY = OfferOutcome.REJECTED, OfferOutcome.NO_ANSWER, OfferOutcome.BUSY


def ended(day: Day, outcome: OfferOutcome) -> None:
    """A chat that came was offered to Ann, and this became of it."""
    come(day, "c1")
    day.ring("c1", ANN)
    day.at += 5_000
    day.state(facts.OfferEnded(OfferId("oc1"), ContactId("c1"), ANN, Channel.CHAT, outcome))


def test_t1_a_ring_that_ends_too_early() -> None:
    day = opened()
    ended(day, UNANSWERED)
    assert "T1" in broken(day)


def test_t1_a_refusal_forgotten_too_early_or_twice() -> None:
    day = opened()
    ended(day, REJECTED)
    day.at += 10_000
    day.state(facts.RefusalsForgotten(ContactId("c1")))
    assert "T1" not in broken(day)
    day.state(facts.RefusalsForgotten(ContactId("c1")))
    assert "T1" in broken(day)
    hasty = opened()
    ended(hasty, REJECTED)
    hasty.state(facts.RefusalsForgotten(ContactId("c1")))
    assert "T1" in broken(hasty)


def test_t1_a_pause_that_ends_without_having_begun() -> None:
    day = opened()
    day.state(facts.PauseEnded(ANN))
    assert "T1" in broken(day)
    missed = opened()
    ended(missed, BUSY)
    missed.state(facts.PauseEnded(ANN))
    assert "T1" not in broken(missed)


def test_t1_a_preference_that_ends_twice() -> None:
    day = opened()
    day.arrive("c1", Channel.SMS)
    day.state(
        facts.VisitOpened(
            VisitId("v1"), ContactId("c1"), QueueId("faults"), Channel.SMS, 0, MINUTE, preferred=AgentId("ann")
        )
    )
    day.state(facts.PreferenceEnded(ContactId("c1")))
    assert "T1" not in broken(day)
    day.state(facts.PreferenceEnded(ContactId("c1")))
    assert "T1" in broken(day)


def test_o2_an_agent_who_answers_for_another() -> None:
    ended = facts.OfferEnded(OfferId("o1"), ContactId("c1"), ANN, Channel.CHAT, OfferOutcome.ACCEPTED)
    taken = facts.OfferTaken(OfferId("o1"), ContactId("c1"), ANN)
    for fact in (ended, taken):
        ledger = Ledger()
        for agent in (ANN, BOB):
            entry = Entry(Position(1, 1), MINUTE, "test", OfferAccepted(agent, OfferId("o1")), (fact,))
            ContactChecker(ledger).see(entry)
        assert [found.invariant for found in ledger.violations] == ["O2"]


@pytest.mark.parametrize("withdrawn", [True, False])
def test_o5_a_ring_that_goes_on_under_the_next_engine(withdrawn: bool) -> None:
    day = opened()
    come(day, "c1")
    day.ring("c1", ANN)
    ledger = Ledger()
    checker = TimerChecker(ledger)
    for entry in day.entries():
        checker.see(entry)
    over = facts.OfferEnded(OfferId("oc1"), ContactId("c1"), ANN, Channel.CHAT, OfferOutcome.WITHDRAWN)
    told = (over,) if withdrawn else ()
    checker.see(Entry(Position(2, 1), day.at, "test", EngineStarted("test"), told))
    assert [found.invariant for found in ledger.violations] == ([] if withdrawn else ["O5"])
