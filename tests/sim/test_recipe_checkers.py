"""The oracles of recipes, closing and reserves find what they are for."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.model.config import CalendarConfig
from contactcenter.model.facts import (
    ConfigApplied,
    EndDeferred,
    FarewellBegun,
    OfferEnded,
    OfferMade,
    QueueRequested,
    RecipeStepDue,
    ReserveCalled,
    ReserveReleased,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, OfferId, PlayId, VisitId
from contactcenter.model.recipes import Overflow, RaisePriority, RecipeStep
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.words import Channel, ContactOutcome, OfferOutcome, VisitOutcome
from contactcenter.sim.hours_checkers import HoursChecker
from contactcenter.sim.recipe_checkers import RecipeChecker, ReserveChecker
from contactcenter.sim.violations import Ledger
from tests.reports.day import ANN, FAULTS, SALES, Day, config

CALLER = "caller"
RAISE, MOVE = RaisePriority(5), Overflow(SALES)
STEPS = (
    RecipeStep(10_000, RAISE),
    RecipeStep(20_000, RAISE, every_ms=5_000, times=2),
    RecipeStep(30_000, MOVE),
)
RESERVE = ReserveConfig("sales", 2, 60_000, 1, 20_000)


def broken(day: Day) -> list[str]:
    """What the oracles find broken, each once."""
    ledger = Ledger()
    checkers = (RecipeChecker(ledger), ReserveChecker(ledger), HoursChecker(ledger))
    for entry in day.entries():
        for checker in checkers:
            checker.see(entry)
    for checker in checkers:
        checker.finish(day.at)
    return list(dict.fromkeys(violation.invariant for violation in ledger.violations))


def waiting(reserve: ReserveConfig | None = None) -> Day:
    """A caller waits in a queue with a recipe."""
    day, usual = Day(at=1_000), config()
    queues = (replace(usual.queues[0], recipe=STEPS, reserve=reserve), usual.queues[1])
    day.state(ConfigApplied("hash", replace(usual, queues=queues)))
    day.arrive(CALLER)
    day.enter(CALLER)
    return day


def due(day: Day, after_ms: int, number: int = 0, done: bool = True) -> None:
    """A step is due some time later."""
    day.at += after_ms
    day.state(RecipeStepDue(VisitId(CALLER), ContactId(CALLER), FAULTS, RAISE, number, done))


def moved(day: Day, placed_at: int = 1_000) -> None:
    """The caller overflows."""
    day.leave(CALLER, VisitOutcome.OVERFLOWED)
    day.opened_at[CALLER] = (day.at, SALES, Channel.VOICE)
    day.state(VisitOpened(VisitId("second"), ContactId(CALLER), SALES, Channel.VOICE, 0, placed_at))


def test_a_sound_recipe_passes() -> None:
    day = waiting()
    due(day, 10_000)
    due(day, 10_000, 1)
    due(day, 5_000, 1, done=False)
    due(day, 5_000, 1)
    moved(day)
    assert broken(day) == []


def test_a_step_that_is_done_twice_too_often_or_too_early() -> None:
    day = waiting()
    due(day, 9_999)
    assert broken(day) == ["R1"]
    day = waiting()
    due(day, 10_000)
    due(day, 1)
    assert broken(day) == ["R1"]
    day = waiting()
    for _ in range(3):
        due(day, 20_000, 1)
    assert broken(day) == ["R1"]


def test_a_step_of_no_recipe_or_of_nobody() -> None:
    day = waiting()
    due(day, 10_000, 7)
    assert broken(day) == ["R1"]
    day = waiting()
    day.leave(CALLER)
    due(day, 10_000)
    assert broken(day) == ["R1"]


def test_a_step_while_a_telephone_rings() -> None:
    day = waiting()
    contact, visit = ContactId(CALLER), VisitId(CALLER)
    day.state(OfferMade(OfferId("o"), contact, visit, FAULTS, Channel.VOICE, ANN, None, day.at + 15_000))
    due(day, 10_000)
    assert broken(day) == ["R1"]


def test_an_overflow_that_loses_the_place_leads_nowhere_or_back() -> None:
    day = waiting()
    moved(day, placed_at=2_000)
    assert broken(day) == ["R2"]
    day = waiting()
    day.leave(CALLER, VisitOutcome.OVERFLOWED)
    assert broken(day) == ["R2"]
    day = waiting()
    day.leave(CALLER, VisitOutcome.OVERFLOWED)
    day.enter(CALLER)
    assert broken(day) == ["R2"]


def closed() -> Day:
    """A caller is told that the queue is closed."""
    day = waiting()
    day.leave(CALLER, VisitOutcome.CLOSED)
    day.state(FarewellBegun(ContactId(CALLER), PlayId("p"), ("closed",)))
    return day


def test_closed_is_closed() -> None:
    day = closed()
    day.at += 5_000
    day.end(CALLER, ContactOutcome.CLOSED)
    assert broken(day) == []


def test_who_was_closed_is_gone_though_whoever_passed_him_on_writes_for_long() -> None:
    for outcome, found in ((ContactOutcome.CLOSED, []), (ContactOutcome.ABANDONED, ["R3"])):
        day = closed()
        day.state(EndDeferred(ContactId(CALLER), Channel.VOICE, ContactOutcome.CLOSED))
        day.at += 600_000
        day.arrive("other")
        day.end(CALLER, outcome)
        assert broken(day) == found


def test_who_was_closed_and_is_counted_otherwise_stays_or_waits_again() -> None:
    day = closed()
    day.end(CALLER, ContactOutcome.ABANDONED)
    assert broken(day) == ["R3"]
    day = closed()
    day.at += 62_000
    day.arrive("other")
    assert broken(day) == ["R3"]
    day = closed()
    day.enter(CALLER)
    assert broken(day) == ["R3"]
    day = waiting()
    day.state(FarewellBegun(ContactId(CALLER), PlayId("p"), ("closed",)))
    assert broken(day) == ["R3"]


def in_need() -> Day:
    """Two callers wait: the queue is in need, and its reserve is called."""
    day = waiting(RESERVE)
    day.arrive("second")
    day.enter("second")
    day.state(ReserveCalled(FAULTS, 2, 0))
    return day


def test_a_reserve_that_is_called_and_let_go_in_time() -> None:
    day = in_need()
    day.leave(CALLER)
    day.leave("second")
    day.state(ReserveReleased(FAULTS, 0, 0))
    assert broken(day) == []


def test_a_reserve_that_flaps() -> None:
    day = in_need()
    day.leave(CALLER)
    day.state(ReserveReleased(FAULTS, 1, 0))
    assert broken(day) == ["R4"], "one waits, and fewer than one should"
    day = in_need()
    day.state(ReserveCalled(FAULTS, 2, 0))
    assert broken(day) == ["R4"]
    day = waiting(RESERVE)
    day.state(ReserveCalled(FAULTS, 1, 0))
    assert broken(day) == ["R4"]
    day = waiting(RESERVE)
    day.leave(CALLER)
    day.state(ReserveReleased(FAULTS, 0, 0))
    assert broken(day) == ["R4"]


def test_a_queue_in_need_that_calls_nobody() -> None:
    day = waiting(RESERVE)
    day.at += 62_000
    day.arrive("other")
    assert broken(day) == ["R4"]


def in_the_evening(channel: Channel = Channel.VOICE) -> Day:
    """Somebody waits in a queue that closes at 50 s, with ten seconds of grace."""
    day, usual = Day(at=1_000), config()
    queues = (replace(usual.queues[0], hours="day", closing_grace_ms=10_000), usual.queues[1])
    calendars = (CalendarConfig("day", ((0, 50_000),)),)
    day.state(ConfigApplied("hash", replace(usual, queues=queues, calendars=calendars)))
    day.arrive(CALLER, channel)
    day.enter(CALLER, FAULTS, channel)
    return day


def test_who_waits_in_a_closed_queue_beyond_the_grace() -> None:
    day = in_the_evening()
    day.at = 60_500
    day.arrive("other")
    assert broken(day) == []
    day.at = 61_000
    day.arrive("third")
    assert broken(day) == ["R5"]


def test_a_text_may_wait_and_a_telephone_may_ring_on() -> None:
    day = in_the_evening(Channel.SMS)
    day.at = 90_000
    day.arrive("other", Channel.SMS)
    day.state(QueueRequested(ContactId("other"), FAULTS, 0))
    assert broken(day) == []
    day = in_the_evening()
    day.at = 59_000
    day.ring(CALLER, ANN)
    day.at = 70_000
    day.arrive("other")
    assert broken(day) == []
    day.state(OfferEnded(OfferId(f"o{CALLER}"), ContactId(CALLER), ANN, Channel.VOICE, OfferOutcome.REJECTED))
    assert broken(day) == ["R5"]


def test_who_comes_when_it_is_closed() -> None:
    day = in_the_evening()
    day.leave(CALLER)
    day.at = 50_000
    day.arrive("other")
    day.state(QueueRequested(ContactId("other"), FAULTS, 0))
    assert broken(day) == ["R5"]
