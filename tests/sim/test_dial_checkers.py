"""The oracles of outgoing calls find each thing that must never be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from contactcenter.model.config import OutgoingConfig
from contactcenter.model.facts import (
    CallbackPromised,
    ConfigApplied,
    ContactArrived,
    ContactEnded,
    DialEnded,
    DialStarted,
    Fact,
    LegOpened,
    TalkStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import ContactId, LegId, StationId, VisitId
from contactcenter.model.words import (
    Channel,
    ContactOutcome,
    DialOutcome,
    Direction,
    LegRole,
    LegState,
    Presence,
    Work,
)
from contactcenter.sim.dial_checkers import DialChecker
from tests.reports.day import ANN, BOB, FAULTS, MINUTE, Day, config
from tests.sim import floor_days

C1, C2 = ContactId("c1"), ContactId("c2")
VOICE = Channel.VOICE


def states(day: Day, *told: Fact) -> None:
    """State facts now."""
    for fact in told:
        day.state(fact)


def dialled(day: Day, contact: ContactId = C1) -> None:
    """Ann asks for a customer, and her own phone is rung."""
    states(
        day,
        ContactArrived(contact, VOICE, "100", "", "en", None, None, "key", direction=Direction.OUTBOUND),
        DialStarted(contact, ANN, StationId("p"), "carrier", "100", day.at + 20_000),
        WorkChanged(ANN, contact, VOICE, Work.DIALLING),
        LegOpened(LegId(f"a {contact}"), contact, LegRole.AGENT, LegState.DIALLING),
    )


def called(day: Day, contact: ContactId = C1) -> None:
    """The customer is rung."""
    states(day, LegOpened(LegId(f"b {contact}"), contact, LegRole.CALLED, LegState.DIALLING))


def over(day: Day, outcome: DialOutcome = DialOutcome.BUSY, contact: ContactId = C1) -> None:
    """Nobody was reached."""
    states(day, DialEnded(contact, ANN, outcome), WorkChanged(ANN, contact, VOICE, Work.ENDED))
    states(day, ContactEnded(contact, VOICE, ContactOutcome.BUSY))


def answered(day: Day, visit: str | None = None) -> None:
    """The customer answers and talks."""
    states(day, DialEnded(C1, ANN, DialOutcome.ANSWERED))
    states(day, TalkStarted(C1, VisitId(visit) if visit else None, None, VOICE, ANN))


def broken(tell: Callable[[Day], object]) -> list[str]:
    """The invariants that a day breaks."""
    day = Day(at=MINUTE)
    tell(day)
    return floor_days.broken(day, DialChecker)


def a_sound_day(day: Day) -> None:
    """One who answers, and one who is busy."""
    dialled(day)
    called(day)
    answered(day)
    states(day, ContactEnded(C1, VOICE, ContactOutcome.HANDLED))
    dialled(day, C2)
    over(day, contact=C2)


def rings_for_ever(day: Day) -> None:
    """Nothing ends the call."""
    dialled(day)
    day.at += 10 * MINUTE
    dials_nobody(day)
    day.at += 1
    over(day)


def never_ends(day: Day) -> None:
    """The day is over and it still rings."""
    dialled(day)


def ends_twice(day: Day) -> None:
    """Its end is told twice."""
    dialled(day)
    states(day, DialEnded(C1, ANN, DialOutcome.BUSY))
    over(day)


def ends_while_it_rings(day: Day) -> None:
    """The contact is over, the call is not."""
    dialled(day)
    states(day, ContactEnded(C1, VOICE, ContactOutcome.BUSY))
    states(day, DialEnded(C1, ANN, DialOutcome.BUSY))


def talks_unanswered(day: Day) -> None:
    """They talk though nobody answered."""
    dialled(day)
    states(day, TalkStarted(C1, None, None, VOICE, ANN))
    over(day)


def customer_first(day: Day) -> None:
    """The customer is called, the agent's phone is not."""
    states(day, ContactArrived(C1, VOICE, "100", "", "en", None, None, "key", direction=Direction.OUTBOUND))
    states(day, DialStarted(C1, ANN, StationId("p"), "carrier", "100", day.at))
    called(day)
    over(day)


def stands_in_a_queue(day: Day) -> None:
    """Who was called waits as one who came."""
    dialled(day)
    states(day, VisitOpened(VisitId("v"), C1, FAULTS, VOICE, 0, day.at))
    over(day)


def came_without_a_visit(day: Day) -> None:
    """Who came talks without having waited."""
    states(day, TalkStarted(C2, None, None, VOICE, BOB))


def two_at_once(day: Day) -> None:
    """Ann calls two customers at the same time."""
    dialled(day)
    dialled(day, C2)
    over(day)
    over(day, contact=C2)


def dials_nobody(day: Day) -> None:
    """Ann's work says that she calls, and she does not."""
    states(day, WorkChanged(ANN, C1, VOICE, Work.DIALLING))


def too_many(day: Day) -> None:
    """Seven calls within a minute where six are allowed."""
    for number in range(7):
        dialled(day, ContactId(f"c{number}"))
        over(day, contact=ContactId(f"c{number}"))


@pytest.mark.parametrize(
    ("tell", "invariants"),
    [
        (a_sound_day, []),
        (rings_for_ever, ["D1"]),
        (never_ends, ["D1"]),
        (ends_twice, ["D1"]),
        (ends_while_it_rings, ["D1"]),
        (talks_unanswered, ["D1"]),
        (customer_first, ["D2"]),
        (stands_in_a_queue, ["D3"]),
        (came_without_a_visit, ["D3"]),
        (two_at_once, ["D4"]),
        (dials_nobody, ["D4"]),
        (too_many, ["D5"]),
    ],
)
def test_each_oracle_finds_what_it_is_for(tell: Callable[[Day], object], invariants: list[str]) -> None:
    assert broken(tell) == invariants


@pytest.mark.parametrize(("waited_ms", "found"), [(60_000, []), (200_000, ["D1"])])
def test_a_call_back_rings_as_long_as_it_might_when_it_was_promised(waited_ms: int, found: list[str]) -> None:
    day = Day(at=MINUTE)
    for ring_ms in (90_000, 10_000):
        rules = OutgoingConfig("carrier", "100", ring_agent_ms=20_000, ring_ms=ring_ms)
        day.state(ConfigApplied(str(ring_ms), replace(config(), outgoing=rules)))
        if ring_ms == 90_000:
            day.arrive("c1")
            day.state(CallbackPromised(C1, None, "key", day.at + 60 * MINUTE, day.at))
    states(day, DialStarted(C1, ANN, StationId("p"), "carrier", "100", day.at + 90_000))
    day.at += waited_ms
    day.present(ANN, Presence.READY)
    day.at += 1
    over(day)
    assert floor_days.broken(day, DialChecker) == found
