"""The oracle of offer groups finds each thing that must never be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contactcenter.model.facts import AgentLegUp, LegChanged, LegOpened, OfferEnded, OfferMade
from contactcenter.model.ids import AgentId, ContactId, GroupId, LegId, OfferId, VisitId
from contactcenter.model.words import Channel, LegRole, LegState, OfferOutcome
from contactcenter.sim.group_checkers import MEMBERS_MAX, GroupChecker
from tests.reports.day import FAULTS, MINUTE, Day
from tests.sim import floor_days

C1, C2 = ContactId("c1"), ContactId("c2")


def rings(day: Day, agent: str, contact: ContactId = C1, offer: str = "") -> None:
    """A contact rings at an agent, as one of the group g."""
    name, visit = OfferId(offer or agent), VisitId("v1")
    made = (name, contact, visit, FAULTS, Channel.VOICE, AgentId(agent), None, day.at + 15_000, GroupId("g"))
    day.state(OfferMade(*made))
    day.state(LegOpened(LegId(f"leg {name}"), contact, LegRole.AGENT, LegState.DIALLING, name))


def over(day: Day, agent: str, outcome: OfferOutcome = OfferOutcome.WITHDRAWN) -> None:
    """An agent's offer is over, and with it the line, but for who won."""
    day.state(OfferEnded(OfferId(agent), C1, AgentId(agent), Channel.VOICE, outcome))
    if outcome is not OfferOutcome.ACCEPTED:
        line(day, agent, LegState.ENDED)


def line(day: Day, agent: str, state: LegState) -> None:
    """An agent's line changes."""
    day.state(LegChanged(LegId(f"leg {agent}"), C1, LegRole.AGENT, state))


def answers(day: Day, agent: str) -> None:
    """An agent answers."""
    line(day, agent, LegState.UP)
    day.state(AgentLegUp(C1, OfferId(agent), LegId(f"leg {agent}")))


def wins(day: Day, agent: str) -> None:
    """An agent answers and has the contact."""
    answers(day, agent)
    over(day, agent, OfferOutcome.ACCEPTED)


def broken(tell: Callable[[Day], object]) -> list[str]:
    """The invariants that a day breaks."""
    day = Day(at=MINUTE)
    tell(day)
    return floor_days.broken(day, GroupChecker)


def sound_race(day: Day) -> None:
    """Two ring, one wins, the other is released in the same step."""
    rings(day, "ann")
    rings(day, "bob")
    day.at += 1_000
    over(day, "ann")
    wins(day, "bob")
    day.at += 1_000
    line(day, "bob", LegState.HELD)
    line(day, "bob", LegState.UP)
    line(day, "bob", LegState.ENDED)


def loser_rings_on(day: Day) -> None:
    """One wins, the other is released a second later."""
    rings(day, "ann")
    rings(day, "bob")
    wins(day, "bob")
    day.at += 1_000
    over(day, "ann")


def two_win(day: Day) -> None:
    """Both are told that they have it."""
    rings(day, "ann")
    rings(day, "bob")
    over(day, "ann", OfferOutcome.ACCEPTED)
    over(day, "bob", OfferOutcome.ACCEPTED)


def two_lines_up(day: Day) -> None:
    """The caller hears two agents."""
    rings(day, "ann")
    rings(day, "bob")
    answers(day, "ann")
    wins(day, "bob")
    over(day, "ann")


def rung_twice(day: Day) -> None:
    """One agent is in the group twice."""
    rings(day, "ann")
    rings(day, "ann", offer="again")
    over(day, "ann")
    over(day, "again")


def of_two_contacts(day: Day) -> None:
    """A group mixes up two contacts."""
    rings(day, "ann")
    rings(day, "bob", C2)
    over(day, "ann")
    over(day, "bob")


def too_many(day: Day) -> None:
    """A whole building rings."""
    for number in range(MEMBERS_MAX + 1):
        rings(day, f"a{number}")
    for number in range(MEMBERS_MAX + 1):
        over(day, f"a{number}")


def line_forgotten(day: Day) -> None:
    """A phone rings on though its offer is over."""
    rings(day, "ann")
    day.state(OfferEnded(OfferId("ann"), C1, AgentId("ann"), Channel.VOICE, OfferOutcome.WITHDRAWN))


def never_ends(day: Day) -> None:
    """A group rings for ever."""
    rings(day, "ann")


@pytest.mark.parametrize(
    ("tell", "found"),
    [
        (sound_race, []),
        (loser_rings_on, ["O1"]),
        (two_win, ["O1"]),
        (two_lines_up, ["O4"]),
        (rung_twice, ["O1"]),
        (of_two_contacts, ["O1"]),
        (too_many, ["O1"]),
        (line_forgotten, ["O1"]),
        (never_ends, ["O1"]),
    ],
)
def test_the_oracle_of_groups_finds(tell: Callable[[Day], object], found: list[str]) -> None:
    assert broken(tell) == found
