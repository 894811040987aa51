"""Callbacks within the hours, and their other ends: called again, cancelled, expired, taken over after a kill."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contactcenter.model import commands, events
from contactcenter.model.entry import Position
from contactcenter.model.facts import (
    CallbackEnded,
    CallbackMoved,
    CallbackPostponed,
    CallbackPromised,
    CallbackRefused,
    ContactEnded,
    OfferEnded,
    OfferMade,
    TalkStarted,
    VisitOpened,
)
from contactcenter.model.ids import LegId
from contactcenter.model.step import Draft
from contactcenter.model.words import (
    CallbackOutcome,
    CallbackRefusal,
    ContactOutcome,
    OfferOutcome,
    VisitOutcome,
)
from contactcenter.reports.contacts import ContactRecords
from contactcenter.reports.intervals import IntervalFigures
from tests.stories.callbacks import (
    DAY_MS,
    FIRST,
    HOUR_MS,
    HOURS,
    SECOND,
    agrees,
    asks,
    callback_config,
    customer,
    ends,
    reaches,
    visits,
)
from tests.stories.centre import ANNA, FAULTS, MORNING, Centre, replayed, sealed


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre that calls back, replayed at the end of the story."""
    yield from replayed(callback_config())


def test_who_asks_at_night_is_told_so_and_called_when_hours_begin() -> None:
    centre = Centre(callback_config(hours=HOURS[1:]))
    centre.signs_in(ANNA)
    centre.happens(events.NotReadyChosen(ANNA, "work"))
    centre.calls(FIRST)
    centre.keys("1")
    centre.keys("1")
    assert centre.commands(commands.Play)[0].prompts == ("callback_in_hours", "callback_promised")
    assert centre.facts(CallbackPromised)[0].opens_at == HOURS[1][0]
    centre.hangs_up()
    assert centre.facts(CallbackPostponed)[0].until_at == HOURS[1][0]
    centre.happens(events.ReadyChosen(ANNA))
    centre.passes(23 * HOUR_MS - 1_001)
    assert centre.all_facts(OfferMade) == []
    centre.passes(1)
    assert len(centre.all_facts(OfferMade)) == 1
    centre.check_replay()


def test_where_no_hours_are_left_nothing_is_promised() -> None:
    centre = Centre(callback_config(hours=()))
    centre.calls(FIRST)
    centre.keys("1")
    assert centre.facts(CallbackRefused)[0].reason is CallbackRefusal.CROWDED


def test_the_last_hours_that_are_known_end_the_promise() -> None:
    centre = Centre(callback_config(hours=HOURS[:1]))
    asks(centre)
    assert centre.all_facts(CallbackPromised)[0].expires_at == HOURS[0][1]
    centre.passes(8 * HOUR_MS)
    assert ends(centre) == [(CallbackOutcome.EXPIRED, ContactOutcome.CALLBACK_EXPIRED)]
    centre.check_replay()


def test_nobody_is_called_after_hours_but_the_next_morning(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(8 * HOUR_MS)
    [postponed] = centre.all_facts(CallbackPostponed)
    assert (postponed.reason, postponed.until_at) == ("hours", HOURS[1][0])
    centre.signs_in(ANNA)
    assert centre.all_facts(OfferMade) == []
    centre.passes(15 * HOUR_MS)
    assert centre.offer().contact == contact


def test_a_phone_that_rings_when_the_hours_end_is_let_go(centre: Centre) -> None:
    asks(centre)
    centre.passes(8 * HOUR_MS - 5_000)
    centre.signs_in(ANNA)
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(5_000)
    assert centre.all_facts(OfferEnded)[-1].outcome is OfferOutcome.WITHDRAWN
    assert centre.all_facts(CallbackPostponed)[-1].reason == "hours"


def test_hours_that_are_shortened_hold_at_once(centre: Centre) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    centre.happens(events.ConfigPublished("shorter", callback_config(hours=HOURS[1:])))
    centre.answers()
    assert centre.commands(commands.DialOut) == []
    assert centre.facts(CallbackPostponed)[0].until_at == HOURS[1][0]


def test_hours_that_are_lengthened_go_on(centre: Centre) -> None:
    asks(centre)
    longer = ((MORNING, MORNING + 9 * HOUR_MS), HOURS[1])
    centre.happens(events.ConfigPublished("longer", callback_config(hours=longer)))
    centre.passes(8 * HOUR_MS)
    assert centre.all_facts(CallbackPostponed) == []
    centre.passes(HOUR_MS)
    assert centre.all_facts(CallbackPostponed)[0].until_at == HOURS[1][0]


def test_who_cannot_be_called_by_the_next_evening_is_given_up(centre: Centre) -> None:
    asks(centre)
    centre.passes(32 * HOUR_MS)
    assert ends(centre) == [(CallbackOutcome.EXPIRED, ContactOutcome.CALLBACK_EXPIRED)]
    assert visits(centre) == [VisitOutcome.CALLED_BACK, VisitOutcome.CLOSED]


def test_an_attempt_that_is_under_way_is_not_cut_by_the_hours(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(8 * HOUR_MS - 3_000)
    centre.signs_in(ANNA)
    centre.answers()
    centre.passes(5_000)
    assert centre.all_facts(CallbackPostponed) == []
    centre.happens(events.LegFailed(customer(centre), 486))
    assert centre.facts(CallbackPostponed) == [CallbackPostponed(contact, "busy", HOURS[1][0], 1)]


def test_without_any_hours_to_come_it_waits_for_its_end(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(32 * HOUR_MS - 10_000)
    centre.signs_in(ANNA)
    centre.answers()
    centre.happens(events.LegFailed(customer(centre), 486))
    assert centre.facts(CallbackPostponed) == [CallbackPostponed(contact, "busy", HOURS[1][1], 1)]


def test_the_customer_who_calls_again_has_the_place(centre: Centre) -> None:
    asks(centre)
    centre.passes(10_000)
    centre.calls(SECOND)
    centre.passes(10_000)
    contact = centre.calls(FIRST)
    assert ends(centre) == [(CallbackOutcome.REPLACED, ContactOutcome.CALLBACK_CANCELLED)]
    assert visits(centre) == [VisitOutcome.CALLED_BACK, VisitOutcome.MOVED]
    assert centre.all_facts(VisitOpened)[-1].placed_at == MORNING
    centre.signs_in(ANNA)
    assert centre.offer().contact == contact


@pytest.mark.parametrize("stage", ["rung", "called"])
def test_the_customer_calls_again_while_we_are_at_it(centre: Centre, stage: str) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    if stage == "called":
        centre.answers()
    contact = centre.calls(FIRST)
    assert ends(centre) == [(CallbackOutcome.REPLACED, ContactOutcome.CALLBACK_CANCELLED)]
    assert (centre.offer().contact, centre.offer().agent) == (contact, ANNA)
    lines = centre.center.calls.lines.legs.values()
    assert all(line.contact == contact for line in lines)


def test_a_call_while_the_promise_is_being_said_is_a_call_of_its_own(centre: Centre) -> None:
    first = centre.calls(FIRST)
    agrees(centre)
    centre.calls(FIRST, leg="another line")
    assert centre.all_facts(CallbackEnded) == []
    centre.happens(events.KeyPressed(LegId("another line"), "1"))
    assert centre.facts(CallbackRefused)[0].reason is CallbackRefusal.PROMISED_ALREADY
    centre.hangs_up(FIRST)
    assert centre.center.routing.floor.contacts[first].callback is not None


def test_a_supervisor_cancels(centre: Centre) -> None:
    contact = asks(centre)
    centre.happens(events.CallbackCancelled(contact))
    assert ends(centre) == [(CallbackOutcome.CANCELLED, ContactOutcome.CALLBACK_CANCELLED)]
    assert "over" in centre.refuses(events.CallbackCancelled(contact))


def test_nobody_cancels_while_the_customer_is_on_the_line(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    reaches(centre)
    assert "on the line" in centre.refuses(events.CallbackCancelled(contact))
    assert "on the line" in centre.refuses(events.CallbackHurried(contact))


def test_a_supervisor_has_somebody_called_now(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = asks(centre)
    centre.answers()
    centre.happens(events.LegFailed(customer(centre), 486))
    centre.happens(events.NotReadyChosen(ANNA, "work"))
    centre.calls(SECOND)
    centre.happens(events.CallbackHurried(contact))
    assert "already" in centre.refuses(events.CallbackHurried(contact))
    centre.happens(events.ReadyChosen(ANNA))
    assert centre.offer().contact == contact
    assert centre.all_facts(CallbackPostponed)[-1].tries == 1


def test_nobody_is_hurried_outside_the_hours(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(9 * HOUR_MS)
    assert "hour" in centre.refuses(events.CallbackHurried(contact))


# --- kill -9


@pytest.mark.parametrize("stage", ["asked", "promised", "waiting", "rung", "called", "talking", "postponed"])
def test_no_callback_is_lost_with_an_engine(centre: Centre, stage: str) -> None:
    contact = centre.calls(FIRST)
    if stage != "asked":
        agrees(centre)
    if stage not in ("asked", "promised"):
        centre.hangs_up()
    if stage not in ("asked", "promised", "waiting"):
        centre.signs_in(ANNA)
    if stage in ("called", "talking", "postponed"):
        centre.answers()
    if stage == "talking":
        centre.happens(events.LegAnswered(customer(centre), sealed("dialog")))
    if stage == "postponed":
        centre.happens(events.LegFailed(customer(centre), 486))
    centre.crash()
    if stage == "asked":
        assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.FAILED_NODE]
        return
    assert centre.all_facts(ContactEnded) == []
    assert centre.center.routing.floor.agents[ANNA].work == {} or centre.offer().contact == contact
    if stage in ("promised", "waiting"):
        centre.signs_in(ANNA)
    while not centre.center.routing.floor.offers:
        centre.passes(1_000)
    reaches(centre)
    assert centre.all_facts(TalkStarted)[-1].contact == contact


# --- figures


def test_one_journey_is_one_record_and_two_visits(centre: Centre) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    reaches(centre)
    centre.passes(10_000)
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(ANNA, centre.offer().contact)
    records, intervals = ContactRecords(), IntervalFigures()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
            intervals.apply(fact, entry.at)
    [record] = records.take_ended()
    assert record.visit_outcomes == [VisitOutcome.CALLED_BACK, VisitOutcome.HANDLED]
    assert record.outcome is ContactOutcome.HANDLED
    tally = intervals.total(MORNING - DAY_MS, centre.now + 1)[FAULTS]
    assert (tally.offered, tally.ended) == (2, 2)


def test_the_talk_about_callbacks_takes_no_events(centre: Centre) -> None:
    assert centre.all_facts(CallbackMoved) == []
    draft = Draft(centre.now, Position(1, 9_999), {})
    centre.center.callbacks.handle(events.TimePassed(), draft)
    assert draft.reason == "talks about callbacks take no events"
