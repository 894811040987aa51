"""Late, doubled and misplaced words of the telephony side are refused in words and change nothing."""

import pytest

from contactcenter.calls.control import CallControl
from contactcenter.calls.playing import hold_music
from contactcenter.calls.state import Call
from contactcenter.calls.transitions import LEG_TRANSITIONS
from contactcenter.model import events
from contactcenter.model.entry import Position
from contactcenter.model.events import Event
from contactcenter.model.facts import LegChanged, OfferTaken
from contactcenter.model.ids import ContactId, LegId, OfferId, StationId
from contactcenter.model.part import changes_of
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import LegState
from tests.stories.centre import ANNA, Centre, sealed

GONE = LegId("gone")
CALLER = LegId("leg of +8613900000001")


@pytest.mark.parametrize(
    "event",
    [
        events.LegRinging(GONE),
        events.LegAnswered(GONE),
        events.LegFailed(GONE, 486),
        events.LegHungUp(GONE),
        events.LegLost(GONE, "why"),
        events.LegHeld(GONE),
        events.LegResumed(GONE),
    ],
)
def test_a_leg_that_is_gone_has_no_more_to_say(event: Event) -> None:
    assert Centre().refuses(event) == "this leg is gone"


def test_a_leg_says_everything_once() -> None:
    centre = Centre()
    centre.calls()
    assert centre.refuses(events.LegAnswered(CALLER)) == "a leg that is up cannot become up"
    assert centre.refuses(events.LegResumed(CALLER)) == "a leg that is up cannot become up"


def test_a_ringing_phone_cannot_be_taken_off_hold() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    assert centre.refuses(events.LegResumed(centre.ringing_leg())) == "this leg is not on hold"


def test_a_second_answer_during_hold_is_no_second_talk() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.happens(events.LegHeld(centre.ringing_leg()))
    assert centre.refuses(events.LegAnswered(centre.ringing_leg())) == "this leg was answered already"
    centre.check_replay()


def test_the_callers_own_hold_changes_nothing_for_the_agent() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.happens(events.LegHeld(CALLER))
    assert not centre.step.commands
    centre.happens(events.LegResumed(CALLER))
    assert not centre.step.commands
    centre.check_replay()


def test_a_phone_of_no_station_is_not_bound() -> None:
    stranger = events.PhoneBound(StationId("roof"), sealed("sip:roof@10.0.0.1"))
    assert "not in the configuration" in Centre().refuses(stranger)


def test_nobody_is_dialled_for_a_caller_who_is_gone() -> None:
    control = CallControl(Timers())
    control.lines.calls[ContactId("C")] = Call(None, "en", None, None)
    draft = Draft(0, Position(1, 1), changes_of([control]))
    control.react(OfferTaken(OfferId("O"), ContactId("C"), ANNA), draft)
    hold_music(control.lines.calls[ContactId("C")], ContactId("C"), draft)
    assert not draft.facts and not draft.commands


def test_our_own_slips_are_caught_at_once() -> None:
    direct = Centre().center.calls.lines.flows["direct"]
    for flow in (None, direct):
        with pytest.raises(AssertionError, match="the collection meter"):
            Call(flow, "en", None, None).collect_node("meter")
    with pytest.raises(AssertionError):
        CallControl(Timers()).alarm(("calls", "x"), Draft(0, Position(1, 1), {}))
    centre = Centre()
    contact = centre.calls()
    leg = centre.center.calls.lines.legs[CALLER]
    with pytest.raises(AssertionError):
        centre.center.calls.apply(LegChanged(CALLER, contact, leg.role, LegState.DIALLING), 0)


def test_every_state_of_a_leg_has_its_row() -> None:
    assert set(LEG_TRANSITIONS) == set(LegState)
