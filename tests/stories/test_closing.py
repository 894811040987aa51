"""Customers whom nobody will serve any more: they are told, and end as closed, never as abandoned."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contactcenter.model import commands, events, facts
from contactcenter.model.ids import ContactId
from contactcenter.model.recipes import Close
from contactcenter.model.transfers import ToQueue
from contactcenter.model.words import ContactOutcome, VisitOutcome
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, FAULTS, Centre
from tests.stories.handing import BILLS, passes_on, talks, two_queues
from tests.stories.test_recipes import BYE, config_with, endings, step, visits


def closing_caller() -> tuple[Centre, ContactId]:
    """A caller whom the queue closes, hearing so."""
    centre = Centre(config_with(step(60, Close(BYE))))
    contact = centre.calls()
    centre.passes(60_000)
    return centre, contact


def test_a_caller_is_told_that_nobody_will_answer_and_then_the_line_is_closed() -> None:
    centre, contact = closing_caller()
    (play,) = centre.commands(commands.Play)
    assert (play.prompts, play.loop) == (BYE, False)
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)] and endings(centre) == []
    centre.passes(4_000)
    centre.happens(events.PlaybackEnded(play.leg, play.play))
    assert endings(centre) == [ContactOutcome.CLOSED]
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] == [play.leg]
    records = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
    (record,) = records.take_ended()
    assert (record.contact, record.visit_outcomes) == (contact, [VisitOutcome.CLOSED])
    assert (record.spent_ms(SegmentKind.QUEUE), record.spent_ms(SegmentKind.IVR)) == (60_000, 4_000)
    centre.check_replay()


def test_who_hangs_up_while_being_told_did_not_abandon() -> None:
    centre, _ = closing_caller()
    centre.hangs_up()
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)] and endings(centre) == [ContactOutcome.CLOSED]
    centre.passes(120_000)
    centre.check_replay()


def test_a_line_that_we_lose_while_the_caller_is_told_keeps_no_place() -> None:
    centre, _ = closing_caller()
    leg = centre.commands(commands.Play)[0].leg
    centre.happens(events.LegLost(leg, "worker_lost"))
    assert endings(centre) == [ContactOutcome.CLOSED]
    assert centre.all_facts(facts.PlaceKept) == []


def test_a_farewell_whose_end_nobody_reports_does_not_hold_the_line_for_ever() -> None:
    centre, _ = closing_caller()
    centre.passes(60_000)
    assert endings(centre) == [ContactOutcome.CLOSED]


def test_an_agent_who_comes_free_during_the_farewell_is_not_offered_the_caller() -> None:
    centre, _ = closing_caller()
    centre.signs_in(ANNA)
    assert centre.all_facts(facts.OfferMade) == []


def test_the_end_of_another_prompt_ends_nothing() -> None:
    centre, _ = closing_caller()
    leg = centre.commands(commands.Play)[0].leg
    assert "something else plays" in centre.refuses(events.PlaybackEnded(leg, "p0"))  # type: ignore[arg-type]


def test_a_chat_is_written_to_and_closed() -> None:
    centre = Centre(config_with(step(60, Close(BYE))))
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "12345")
    centre.passes(60_000)
    assert centre.all_facts(facts.TextPosted)[-1].prompts == BYE
    assert endings(centre) == [ContactOutcome.CLOSED]


@pytest.mark.parametrize("heard", [True, False])
def test_who_was_passed_on_and_closed_ends_once_though_the_sender_writes_for_long(heard: bool) -> None:
    config = two_queues()
    faults, bills = config.queues
    queues = (replace(faults, wrap_up_ms=180_000), replace(bills, recipe=(step(0, Close(BYE)),)))
    centre = Centre(replace(config, queues=queues))
    contact = talks(centre)
    passes_on(centre, contact, ToQueue(BILLS))
    centre.passes(0)
    if heard:
        play = centre.commands(commands.Play)[-1]
        centre.happens(events.PlaybackEnded(play.leg, play.play))
    centre.passes(90_000)  # until after the time by which a farewell is over, whatever is heard of it
    assert [fact.outcome for fact in centre.all_facts(facts.EndDeferred)] == [ContactOutcome.CLOSED]
    assert endings(centre) == []
    centre.wraps_up(ANNA, contact)
    assert endings(centre) == [ContactOutcome.CLOSED]
    centre.check_replay()


def test_at_entry_a_queue_may_turn_people_away() -> None:
    centre = Centre(config_with(step(0, Close(BYE), "waiting > 1 and oldest_wait_s >= 30")))
    centre.calls("+8613900000001")
    centre.passes(29_000)
    centre.calls("+8613900000002")
    centre.passes(0)
    assert visits(centre) == []
    centre.passes(1_000)
    centre.calls("+8613900000003")
    centre.passes(0)
    assert visits(centre) == [(FAULTS, VisitOutcome.CLOSED)]
