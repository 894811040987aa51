"""The oracle of next states finds each thing that must never be."""

from __future__ import annotations

from contactcenter.model.facts import AgentForced, NextStateChanged
from contactcenter.model.words import Presence, Work
from contactcenter.sim.next_state_checkers import NextStateChecker
from contactcenter.sim.violations import Ledger
from tests.reports.day import ANN, MINUTE, Day

LUNCH = NextStateChanged(ANN, Presence.NOT_READY, "lunch")


def talking() -> Day:
    """Ann is in a call."""
    day = Day(at=MINUTE)
    day.configure()
    day.present(ANN, Presence.READY)
    day.work("c1", ANN, Work.RINGING)
    day.work("c1", ANN, Work.TALKING)
    day.at += 1_000
    return day


def broken(day: Day) -> list[str]:
    """What the oracle objects to."""
    ledger = Ledger()
    checker = NextStateChecker(ledger)
    for entry in day.entries():
        checker.see(entry)
    checker.finish(day.at)
    return list(dict.fromkeys(violation.invariant for violation in ledger.violations))


def test_a_wish_that_comes_true_is_sound() -> None:
    day = talking()
    day.state(LUNCH)
    day.at += 1_000
    day.work("c1", ANN, Work.ENDED)
    day.state(NextStateChanged(ANN, None))
    day.present(ANN, Presence.NOT_READY, "lunch")
    assert broken(day) == []


def test_n1_a_wish_that_waits_for_nothing() -> None:
    day = talking()
    day.state(LUNCH)
    day.at += 1_000
    day.work("c1", ANN, Work.ENDED)
    assert broken(day) == ["N1"]


def test_n2_another_wish_comes_true_than_the_last_one() -> None:
    day = talking()
    day.state(LUNCH)
    day.at += 1_000
    day.work("c1", ANN, Work.ENDED)
    day.state(NextStateChanged(ANN, None))
    day.present(ANN, Presence.READY)
    assert broken(day) == ["N2"]


def test_n2_a_wish_that_was_none_and_a_state_that_nobody_forced() -> None:
    day = talking()
    day.state(NextStateChanged(ANN, None))
    assert broken(day) == ["N2"]
    day = talking()
    day.state(AgentForced(ANN, Presence.READY, "", ""))
    assert broken(day) == ["N2"]


def test_n3_who_will_go_is_offered_something() -> None:
    day = talking()
    day.state(LUNCH)
    day.at += 1_000
    day.arrive("c2")
    day.enter("c2")
    day.ring("c2", ANN)
    day.work("c2", ANN, Work.ENDED)
    day.work("c1", ANN, Work.ENDED)
    day.state(NextStateChanged(ANN, None))
    assert broken(day) == ["N3"]
