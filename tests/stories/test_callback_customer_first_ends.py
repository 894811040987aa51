"""A customer who is called first: what ends his callback, and who stops his phone from ringing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contactcenter.model import commands, events
from contactcenter.model.facts import (
    CallbackPostponed,
    ContactEnded,
    DialEnded,
    DialStarted,
    OfferEnded,
    OfferMade,
    TalkStarted,
)
from contactcenter.model.words import (
    CallbackOutcome,
    ContactOutcome,
    DialOutcome,
    OfferOutcome,
    Presence,
    VisitOutcome,
)
from contactcenter.reports.callbacks import CallbackState
from contactcenter.reports.intervals import IntervalFigures
from tests.stories.callbacks import (
    FIRST,
    HOUR_MS,
    HOURS,
    SECOND,
    asks,
    callback_config,
    callback_state,
    customer,
    ends,
    lifts,
    visits,
)
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed, sealed

SOON_MS = 60_000


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre whose callbacks ring the customer first, replayed at the end of the story."""
    yield from replayed(callback_config(customer_first=True))


@pytest.mark.parametrize("rings", [True, False])
def test_a_customer_who_hangs_up_while_he_waits_has_abandoned_the_callback(centre: Centre, rings: bool) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    if not rings:
        centre.happens(events.OfferRejected(ANNA, centre.offer().offer))
    centre.passes(3_000)
    centre.happens(events.LegHungUp(customer(centre)))
    assert ends(centre) == [(CallbackOutcome.ABANDONED, ContactOutcome.ABANDONED)]
    assert centre.facts(ContactEnded)[0].contact == contact
    assert [fact.outcome for fact in centre.facts(OfferEnded)] == ([OfferOutcome.CALLER_GONE] if rings else [])
    assert visits(centre) == [VisitOutcome.CALLED_BACK, VisitOutcome.ABANDONED]
    assert centre.center.calls.lines.calls == {}
    figures = IntervalFigures()
    for entry in centre.journal:
        for fact in entry.facts:
            figures.apply(fact, entry.at)
    tally = figures.total(MORNING - HOUR_MS, MORNING + HOUR_MS)[FAULTS]
    assert (tally.offered, tally.ended, tally.judged, tally.gone) == (2, 2, 1, 1)
    assert tally.abandon_rate() == 0, "the wait was judged when he chose to be called back"


def test_a_customer_whom_we_lose_while_he_waits_is_called_again_soon(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    centre.happens(events.LegLost(customer(centre), "worker_lost"))
    [postponed] = centre.facts(CallbackPostponed)
    assert (postponed.tries, postponed.until_at) == (0, centre.now + SOON_MS)
    centre.passes(SOON_MS)
    assert centre.all_facts(DialStarted)[-1].contact == contact
    lifts(centre)
    centre.answers()
    centre.happens(events.LegLost(customer(centre), "worker_lost"))
    assert centre.all_facts(ContactEnded) == []
    lifts(centre)
    assert centre.facts(OfferMade)[0].contact == contact


def goes_to_lunch(centre: Centre) -> None:
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))


def wishes_to_go(centre: Centre) -> None:
    centre.happens(events.NextStateChosen(ANNA, Presence.NOT_READY, "lunch"))


def ends_it(centre: Centre) -> None:
    centre.happens(events.ContactClosed(ANNA, centre.all_facts(DialStarted)[-1].contact))


def loses_the_phone(centre: Centre) -> None:
    centre.happens(events.PhoneUnbound(centre.all_facts(DialStarted)[-1].station, "expired"))


def loses_the_console(centre: Centre) -> None:
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(15_000)


@pytest.mark.parametrize("goes", [goes_to_lunch, wishes_to_go, ends_it, loses_the_phone, loses_the_console])
def test_nobody_is_called_any_more_when_the_agent_goes(centre: Centre, goes: Callable[[Centre], Any]) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    leg = customer(centre)
    goes(centre)
    assert centre.all_facts(DialEnded)[-1].outcome is DialOutcome.CANCELLED
    assert leg not in centre.center.calls.lines.legs
    postponed = centre.all_facts(CallbackPostponed)[-1]
    assert postponed.tries == 0, "not the customer's attempt"
    dials = len(centre.all_facts(DialStarted))
    centre.signs_in(BO)
    centre.passes(SOON_MS)
    assert centre.all_facts(DialStarted)[dials].agent in (ANNA, BO)


def test_a_phone_that_registers_anew_and_another_wish_to_be_ready_change_nothing(centre: Centre) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    station = centre.all_facts(DialStarted)[0].station
    centre.happens(events.PhoneBound(station, sealed("sip:elsewhere@10.0.0.8")))
    centre.happens(events.ConsoleLost(ANNA))
    centre.happens(events.ConsoleConnected(ANNA))
    assert callback_state(centre) == [CallbackState.DIALLING]


def test_who_is_put_on_the_way_out_by_her_own_call_is_not_a_callback(centre: Centre) -> None:
    centre.signs_in(ANNA)
    asked = events.DialAsked(ANNA, sealed(SECOND), SECOND, sealed(SECOND).person)
    centre.happens(asked)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    assert centre.all_facts(DialEnded) == [], "her own call goes on"


def test_supervisors_leave_alone_who_is_on_the_line(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    assert "on the line" in centre.refuses(events.CallbackCancelled(contact))
    assert "on the line" in centre.refuses(events.CallbackHurried(contact))


def test_hours_that_end_do_not_cut_who_is_on_the_line(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(8 * HOUR_MS - 3_000)
    centre.signs_in(ANNA)
    lifts(centre)
    centre.happens(events.LegRinging(centre.ringing_leg()))
    centre.passes(5_000)
    assert centre.all_facts(CallbackPostponed) == []
    centre.answers()
    assert centre.facts(TalkStarted)[0].contact == contact


def test_a_call_that_rings_when_the_hours_end_is_answered_or_waits_for_the_morning(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(8 * HOUR_MS - 3_000)
    centre.signs_in(ANNA)
    centre.passes(5_000)
    centre.happens(events.LegFailed(customer(centre), 486))
    assert centre.facts(CallbackPostponed)[0] == CallbackPostponed(contact, "busy", HOURS[1][0], 1)


def test_a_new_configuration_may_end_the_hours_at_once(centre: Centre) -> None:
    contact = asks(centre)
    centre.happens(events.ConfigPublished("shorter", callback_config(hours=(HOURS[1],), customer_first=True)))
    centre.signs_in(ANNA)
    assert centre.all_facts(DialStarted) == []
    assert centre.all_facts(CallbackPostponed)[-1] == CallbackPostponed(contact, "hours", HOURS[1][0], 0)


def test_a_customer_who_calls_while_his_phone_rings_has_the_place(centre: Centre) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    leg = customer(centre)
    again = centre.calls(FIRST)
    assert centre.all_facts(DialEnded)[-1].outcome is DialOutcome.CANCELLED
    assert leg not in centre.center.calls.lines.legs
    assert ends(centre) == [(CallbackOutcome.REPLACED, ContactOutcome.CALLBACK_CANCELLED)]
    assert centre.offer().contact == again


def test_a_customer_who_waits_on_our_line_keeps_his_place_when_his_number_calls(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    centre.calls(FIRST)
    assert ends(centre) == []
    assert callback_state(centre) == [CallbackState.ON_LINE]
    centre.answers()
    assert centre.facts(TalkStarted)[0].contact == contact


@pytest.mark.parametrize("answered", [True, False])
def test_after_a_kill_the_customer_is_called_again(centre: Centre, answered: bool) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    if answered:
        lifts(centre)
    centre.crash()
    assert centre.commands(commands.ReleaseDialog)
    postponed = centre.facts(CallbackPostponed)[-1]
    assert (postponed.tries, postponed.until_at) == (0, centre.now + SOON_MS)
    centre.passes(SOON_MS)
    assert centre.all_facts(DialStarted)[-1].contact == contact
