"""The oracle of callbacks finds each thing that must never be."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.facts import (
    CallbackAnswered,
    CallbackEnded,
    CallbackPostponed,
    CallbackPromised,
    ConfigApplied,
    ContactEnded,
    DialEnded,
    DialStarted,
    Fact,
    LegOpened,
    OfferMade,
    PresenceChanged,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, LegId, OfferId, StationId, VisitId
from contactcenter.model.words import (
    CallbackOutcome,
    Channel,
    ContactOutcome,
    DialOutcome,
    LegRole,
    LegState,
    Presence,
    VisitOutcome,
)
from contactcenter.sim.callback_checkers import CallbackChecker
from tests.reports.day import ANN, FAULTS, MINUTE, Day, config
from tests.sim import floor_days

C1, C2 = ContactId("c1"), ContactId("c2")
HOUR = 60 * MINUTE
HOURS = ((0, 10 * HOUR),)


def states(day: Day, *told: Fact) -> None:
    """State facts now."""
    for fact in told:
        day.state(fact)


def opened(day: Day, contact: ContactId = C1, placed_at: int = 5, callback: bool = False) -> None:
    """Somebody waits, on the line or for our call."""
    visit = VisitId(f"v {contact} {callback}")
    states(day, VisitOpened(visit, contact, FAULTS, Channel.VOICE, 0, placed_at, callback=callback))


def promised(day: Day, contact: ContactId = C1, key: str = "key", placed_at: int = 5) -> None:
    """Somebody waits, is promised a call, and waits for it."""
    opened(day, contact)
    states(day, CallbackPromised(contact, None, key, 9 * HOUR, day.at))
    opened(day, contact, placed_at, callback=True)


def called(day: Day, outcome: DialOutcome | None = None) -> None:
    """The customer is called, and perhaps not reached."""
    states(day, LegOpened(LegId(f"l{day.at}"), C1, LegRole.CALLED, LegState.DIALLING))
    if outcome is not None:
        states(day, DialEnded(C1, ANN, outcome))


def kept(day: Day, contact: ContactId = C1) -> None:
    """An agent who is ready is kept for a customer whose phone rings first."""
    states(day, PresenceChanged(ANN, Presence.READY, "", day.at))
    station = StationId("p1")
    states(day, DialStarted(contact, ANN, station, "carrier", "100", day.at + MINUTE, customer_first=True))


def offered(day: Day, contact: ContactId = C1) -> None:
    """A contact is offered to the agent."""
    offer = OfferId(f"o{day.at}{contact}")
    states(day, OfferMade(offer, contact, None, FAULTS, Channel.VOICE, ANN, StationId("p1"), day.at + MINUTE))


def abandoned(day: Day) -> None:
    """The customer hangs up while he waits."""
    visit = VisitId(f"v {C1} True")
    states(day, VisitEnded(visit, C1, FAULTS, Channel.VOICE, VisitOutcome.ABANDONED, 5, callback=True))
    states(day, CallbackEnded(C1, CallbackOutcome.ABANDONED))


def over(day: Day) -> None:
    """The callback ends as it should."""
    states(day, CallbackEnded(C1, CallbackOutcome.FAILED), ContactEnded(C1, Channel.VOICE, ContactOutcome.HANDLED))


def broken(tell: Callable[[Day], object], first: bool = False) -> list[str]:
    """The invariants that a day breaks."""
    usual = config()
    rules = CallbackConfig("1", tries=2, customer_first=first)
    queues = (msgspec.structs.replace(usual.queues[0], callback=rules), usual.queues[1])
    day = Day(at=MINUTE)
    day.state(ConfigApplied("h", msgspec.structs.replace(usual, queues=queues, callback_hours=HOURS)))
    tell(day)
    return floor_days.broken(day, CallbackChecker)


def test_a_callback_as_it_should_be() -> None:
    def tell(day: Day) -> None:
        promised(day)
        called(day, DialOutcome.BUSY)
        day.at += 15 * MINUTE
        called(day, DialOutcome.CANCELLED)
        called(day, DialOutcome.NO_ANSWER)
        over(day)

    assert broken(tell) == []


def two_for_a_number(day: Day) -> None:
    promised(day)
    over(day)
    promised(day, C2)
    promised(day)
    states(day, CallbackEnded(C1, CallbackOutcome.REACHED), CallbackEnded(C2, CallbackOutcome.REACHED))


def place_lost(day: Day) -> None:
    promised(day, placed_at=6)
    over(day)


def called_at_night(day: Day) -> None:
    day.at = 11 * HOUR
    promised(day)
    called(day)
    over(day)


def never_over(day: Day) -> None:
    promised(day)


def over_without_a_word(day: Day) -> None:
    promised(day)
    states(day, ContactEnded(C1, Channel.VOICE, ContactOutcome.HANDLED))
    states(day, CallbackEnded(C1, CallbackOutcome.REACHED))


def called_after_its_time(day: Day) -> None:
    promised(day)
    day.at = 9 * HOUR
    called(day)
    over(day)


def called_too_often(day: Day) -> None:
    promised(day)
    for _ in range(2):
        called(day, DialOutcome.BUSY)
        day.at += 15 * MINUTE
    called(day)
    over(day)


def called_too_soon(day: Day) -> None:
    promised(day)
    called(day, DialOutcome.BUSY)
    day.at += 14 * MINUTE
    called(day)
    over(day)


@pytest.mark.parametrize(
    ("tell", "invariant"),
    [
        (two_for_a_number, "K1"),
        (place_lost, "K2"),
        (called_at_night, "K3"),
        (never_over, "K4"),
        (over_without_a_word, "K4"),
        (called_after_its_time, "K4"),
        (called_too_often, "K5"),
        (called_too_soon, "K5"),
    ],
)
def test_what_must_never_be_is_found(tell: Callable[[Day], None], invariant: str) -> None:
    assert invariant in broken(tell)


def test_a_customer_who_is_called_first_as_it_should_be() -> None:
    def tell(day: Day) -> None:
        promised(day)
        kept(day)
        called(day, DialOutcome.BUSY)
        states(day, CallbackPostponed(C1, "busy", day.at + 15 * MINUTE, 1))
        day.at += 15 * MINUTE
        kept(day)
        called(day, DialOutcome.ANSWERED)
        states(day, CallbackAnswered(C1))
        offered(day)
        abandoned(day)

    assert broken(tell, first=True) == []


def kept_by_nobody(day: Day) -> None:
    promised(day)
    kept(day)
    states(day, PresenceChanged(ANN, Presence.NOT_READY, "lunch", day.at))
    day.at += MINUTE
    called(day, DialOutcome.BUSY)
    over(day)


def kept_and_offered_another(day: Day) -> None:
    promised(day)
    kept(day)
    offered(day, C2)
    called(day, DialOutcome.BUSY)
    over(day)


def abandoned_on_no_line(day: Day) -> None:
    promised(day)
    kept(day)
    called(day, DialOutcome.BUSY)
    abandoned(day)


def called_while_on_the_line(day: Day) -> None:
    promised(day)
    kept(day)
    called(day, DialOutcome.ANSWERED)
    states(day, CallbackAnswered(C1))
    kept(day)
    called(day, DialOutcome.BUSY)
    over(day)


@pytest.mark.parametrize(
    "tell", [kept_by_nobody, kept_and_offered_another, abandoned_on_no_line, called_while_on_the_line]
)
def test_who_is_called_first_must_not_be_called_for_nobody(tell: Callable[[Day], None]) -> None:
    assert broken(tell, first=True) == ["K6"]


def test_a_queue_that_rings_agents_first_must_not_ring_customers_first() -> None:
    def tell(day: Day) -> None:
        promised(day)
        kept(day)
        called(day, DialOutcome.BUSY)
        over(day)

    assert broken(tell) == ["K6"]


def test_what_a_queue_does_not_do_must_not_be_promised() -> None:
    def tell(day: Day) -> None:
        day.state(ConfigApplied("i", config()))
        promised(day)
        states(day, CallbackEnded(C1, CallbackOutcome.REACHED))

    assert broken(tell)[0] == "K4"
