"""The oracle of kept contacts finds who waits for nobody, or for too long."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contactcenter.model.facts import PreferenceEnded, VisitOpened
from contactcenter.model.ids import ContactId, VisitId
from contactcenter.model.words import Channel, Presence
from contactcenter.sim.sticky_checkers import StickyChecker
from tests.reports.day import ANN, FAULTS, MINUTE, Day
from tests.sim.floor_days import broken


def kept(day: Day) -> None:
    """A text is kept for Ann, who is there."""
    day.configure()
    day.present(ANN, Presence.NOT_READY, "lunch")
    day.state(VisitOpened(VisitId("v"), ContactId("c"), FAULTS, Channel.SMS, 0, day.at, ANN))
    day.at += 1_000


def let_go(day: Day) -> None:
    """It is let go when she leaves."""
    kept(day)
    day.present(ANN, Presence.LOGGED_OUT)
    day.state(PreferenceEnded(ContactId("c")))


def forgotten(day: Day) -> None:
    """She leaves, and it waits for her."""
    kept(day)
    day.present(ANN, Presence.LOGGED_OUT)


def too_long(day: Day) -> None:
    """It waits for her for two minutes."""
    kept(day)
    day.at += 2 * MINUTE
    day.present(ANN, Presence.READY)


@pytest.mark.parametrize(("tell", "found"), [(let_go, []), (forgotten, ["K1"]), (too_long, ["K2"])])
def test_the_oracle_of_kept_contacts_finds(tell: Callable[[Day], object], found: list[str]) -> None:
    day = Day(at=MINUTE)
    tell(day)
    assert broken(day, StickyChecker) == found
