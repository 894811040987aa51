"""A queue's day: who comes outside its hours, who waits when it closes, and what becomes of texts."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contactcenter.model import commands, events, facts
from contactcenter.model.config import CalendarConfig, CenterConfig
from contactcenter.model.flow import Branch, EnqueueNode, HangUpNode
from contactcenter.model.ids import ContactId, MessageId
from contactcenter.model.recipes import Overflow
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.transfers import ToQueue
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome
from tests.stories.callbacks import asks, callback_config
from tests.stories.centre import ANNA, FAULTS, MORNING, Centre
from tests.stories.test_recipes import CARL, HELP, config_with, due, endings, step, visits

MINUTE = 60_000
HOURS = ((MORNING, MORNING + 60 * MINUTE), (MORNING + 240 * MINUTE, MORNING + 300 * MINUTE))


def open_for_an_hour(
    *, closed: str = "night", open_at: tuple[tuple[int, int], ...] = HOURS, **queue: Any
) -> CenterConfig:
    """The queue for faults is open for an hour from now, and again three hours later."""
    config = config_with(hours="day", **queue)
    enqueue = EnqueueNode(FAULTS, "bye", closed=closed)
    direct = replace(
        config.flows[1],
        nodes=(
            Branch("faults", enqueue),
            Branch("night", HangUpNode(("closed",), "closed")),
            Branch("bye", HangUpNode()),
        ),
    )
    calendars = (CalendarConfig("day", open_at),)
    return replace(config, flows=(config.flows[0], direct), calendars=calendars)


def test_who_calls_in_time_is_queued_and_who_calls_later_hears_that_it_is_closed() -> None:
    centre = Centre(open_for_an_hour())
    centre.passes(60 * MINUTE - 1)
    centre.calls("+8613900000001")
    assert len(centre.all_facts(facts.VisitOpened)) == 1
    centre.passes(1)
    centre.calls("+8613900000002")
    assert centre.commands(commands.Play)[0].prompts == ("closed",)
    assert len(centre.all_facts(facts.VisitOpened)) == 1
    centre.check_replay()


def test_a_flow_without_a_branch_for_it_takes_the_one_for_a_full_queue() -> None:
    centre = Centre(open_for_an_hour(closed=""))
    centre.passes(61 * MINUTE)
    centre.calls()
    assert endings(centre) == [ContactOutcome.SELF_SERVED]


def test_who_waits_at_closing_is_served_for_half_an_hour_more() -> None:
    centre = Centre(open_for_an_hour())
    centre.passes(50 * MINUTE)
    first, second = centre.calls("+8613900000001"), centre.calls("+8613900000002")
    centre.passes(25 * MINUTE)
    centre.signs_in(ANNA)
    centre.answers()
    assert centre.offer().contact == first
    centre.passes(15 * MINUTE - 1_001)
    assert endings(centre) == []
    centre.passes(1)
    assert visits(centre) == [(FAULTS, VisitOutcome.HANDLED), (FAULTS, VisitOutcome.CLOSED)]
    (farewell,) = centre.all_facts(facts.FarewellBegun)
    assert (farewell.contact, farewell.prompts) == (second, ("queue_closed",))
    centre.passes(60_000)
    assert endings(centre) == [ContactOutcome.CLOSED], "the talk goes on"
    assert due(centre) == [], "closing is no step of a recipe"
    centre.check_replay()


def test_the_grace_is_the_queues_own_and_words_need_not_be_said() -> None:
    centre = Centre(open_for_an_hour(closing_grace_ms=0, closing=()))
    centre.calls()
    centre.passes(60 * MINUTE)
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)] and endings(centre) == [ContactOutcome.CLOSED]


def test_a_telephone_that_rings_at_closing_may_still_be_answered() -> None:
    centre = Centre(open_for_an_hour(closing_grace_ms=0))
    centre.calls("+8613900000001")
    centre.passes(60 * MINUTE - 5_000)
    centre.signs_in(ANNA)
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(6_000)
    assert visits(centre) == []
    centre.answers()
    assert visits(centre) == [(FAULTS, VisitOutcome.HANDLED)]


def test_who_was_rung_for_in_vain_over_closing_is_told_before_anybody_else_is_rung() -> None:
    centre = Centre(open_for_an_hour(closing_grace_ms=0))
    centre.calls("+8613900000001")
    centre.passes(60 * MINUTE - 5_000)
    centre.signs_in(ANNA)
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(20_000)
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)]
    centre.check_replay()


def chat(centre: Centre, name: str) -> ContactId:
    """A visitor reports a fault."""
    conversation = centre.chats(name)
    centre.chooses(conversation, "1", f"choice of {name}")
    centre.chooses(conversation, "", f"meter of {name}")
    return centre.all_facts(facts.ContactArrived)[-1].contact


def test_a_chat_is_told_in_writing_and_a_text_waits_for_the_morning() -> None:
    centre = Centre(open_for_an_hour())
    centre.texts("before")
    visitor = chat(centre, "visitor")
    centre.passes(90 * MINUTE)
    assert [(fact.contact, fact.outcome) for fact in centre.all_facts(facts.ContactEnded)] == [
        (visitor, ContactOutcome.CLOSED)
    ]
    centre.texts("at night", "+8613900000002")
    assert centre.all_facts(facts.VisitOpened)[-1].channel is Channel.SMS
    centre.passes(150 * MINUTE)
    centre.signs_in(ANNA)
    assert centre.offer().channel is Channel.SMS, "the first of them is offered in the morning"
    centre.check_replay()


def test_a_short_pause_closes_nobody() -> None:
    pause = ((MORNING, MORNING + 60 * MINUTE), (MORNING + 80 * MINUTE, MORNING + 120 * MINUTE))
    centre = Centre(open_for_an_hour(open_at=pause))
    centre.passes(55 * MINUTE)
    centre.calls()
    centre.passes(94 * MINUTE)
    assert visits(centre) == []
    centre.passes(MINUTE)
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)]


def test_changed_hours_hold_at_once_for_those_who_wait() -> None:
    centre = Centre(open_for_an_hour())
    centre.calls()
    centre.passes(10 * MINUTE)
    shorter = open_for_an_hour(open_at=((MORNING, MORNING + 5 * MINUTE),), closing_grace_ms=MINUTE)
    centre.happens(events.ConfigPublished("second", shorter))
    centre.passes(0)
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)]


def test_hours_that_are_taken_away_close_nobody() -> None:
    centre = Centre(open_for_an_hour())
    centre.calls()
    centre.happens(events.ConfigPublished("second", config_with()))
    centre.passes(120 * MINUTE)
    assert visits(centre) == []


def test_a_crash_between_closing_and_the_end_of_the_grace_forgets_nobody() -> None:
    centre = Centre(open_for_an_hour())
    visitor = chat(centre, "visitor")
    centre.passes(70 * MINUTE)
    centre.crash()
    centre.passes(20 * MINUTE)
    assert [fact.contact for fact in centre.all_facts(facts.ContactEnded)] == [visitor]
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)]
    centre.check_replay()


def test_who_was_promised_a_callback_is_not_closed_in_the_night_and_calls_no_reserve() -> None:
    reserve = ReserveConfig("help", wait_ms=MINUTE, until_wait_ms=1_000)
    config = callback_config(queue={"hours": "day", "reserve": reserve})
    centre = Centre(replace(config, calendars=(CalendarConfig("day", HOURS),)))
    contact = asks(centre)
    centre.passes(240 * MINUTE)
    assert [fact.outcome for fact in centre.all_facts(facts.VisitEnded)] == [VisitOutcome.CALLED_BACK]
    assert centre.all_facts(facts.ReserveCalled) == []
    centre.signs_in(ANNA)
    assert centre.offer().contact == contact
    centre.check_replay()


def help_with_hours(*steps: Any) -> CenterConfig:
    """The queue for help is open for an hour, the one for faults always."""
    config = config_with(*steps)
    queues = tuple(replace(queue, hours="day") if queue.id == HELP else queue for queue in config.queues)
    return replace(config, queues=queues, calendars=(CalendarConfig("day", HOURS),))


@pytest.mark.parametrize(("later", "done"), [(0, True), (60 * MINUTE, False)])
def test_nobody_overflows_into_a_queue_that_is_closed(later: int, done: bool) -> None:
    centre = Centre(help_with_hours(step(10, Overflow(HELP))))
    centre.passes(later)
    centre.calls()
    centre.passes(10_000)
    assert due(centre) == [("Overflow", done)]


def test_nobody_is_passed_on_into_a_queue_that_is_closed() -> None:
    centre = Centre(help_with_hours())
    centre.passes(60 * MINUTE)
    centre.signs_in(ANNA, CARL)
    contact = centre.calls()
    centre.answers()
    asked = events.TransferAsked(ANNA, contact, ToQueue(HELP))
    assert "closed now" in centre.refuses(asked)


def test_a_chat_that_comes_back_to_a_closed_queue_is_told_unless_somebody_is_there() -> None:
    centre = Centre(open_for_an_hour(closing_grace_ms=0))
    centre.signs_in(ANNA)
    visitor = chat(centre, "visitor")
    centre.accepts(ANNA)
    centre.passes(70 * MINUTE)
    centre.happens(events.AgentSignedOut(ANNA))
    centre.passes(0)
    assert [(fact.contact, fact.outcome) for fact in centre.all_facts(facts.ContactEnded)] == [
        (visitor, ContactOutcome.CLOSED)
    ]


def test_a_text_that_waits_for_the_morning_is_answered_in_the_time_that_the_queue_is_open() -> None:
    centre = Centre(open_for_an_hour())
    centre.passes(50 * MINUTE)
    centre.texts("no light")
    centre.passes(190 * MINUTE)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    centre.passes(5 * MINUTE - 1_000)
    centre.happens(events.AgentTextWritten(ANNA, centre.offer().contact, MessageId("we come")))
    (answered,) = centre.facts(facts.CustomerAnswered)
    assert answered.answer_ms == 15 * MINUTE, "ten minutes in the evening and five in the morning"
    centre.check_replay()
