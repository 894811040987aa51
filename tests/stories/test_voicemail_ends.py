"""Messages that come to nothing, that are cut off, and those of the last hour."""

from __future__ import annotations

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import CalendarConfig
from contactcenter.model.facts import (
    ContactEnded,
    EndDeferred,
    MessageBegun,
    MessageLeft,
    MessageOver,
    OfferEnded,
    PlaceKept,
    RecordingChanged,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import LegId, PersonId
from contactcenter.model.transfers import ToQueue
from contactcenter.model.words import (
    Channel,
    ContactOutcome,
    OfferOutcome,
    RecordingState,
    VisitOutcome,
    Work,
    WrapUpKind,
)
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre
from tests.stories.voicemail import (
    FIRST,
    MINUTE_MS,
    SECOND,
    leaves_message,
    outcomes,
    speaks,
    stored,
    voicemail_config,
)


def test_who_hangs_up_before_the_tone_has_abandoned() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    centre.passes(20_000)
    centre.keys("5")
    centre.passes(3_000)
    centre.hangs_up()

    [ended] = centre.facts(VisitEnded)
    assert (ended.outcome, ended.wait_ms) == (VisitOutcome.ABANDONED, 20_000)
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.ABANDONED]
    centre.check_replay()


@pytest.mark.parametrize("speaks_briefly", [False, True])
def test_no_alarm_of_a_message_outlives_a_caller_whom_an_agent_still_writes_up(speaks_briefly: bool) -> None:
    centre = Centre(voicemail_config({"wrap_up": WrapUpKind.MANDATORY}))
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    centre.happens(events.TransferAsked(ANNA, contact, ToQueue(FAULTS)))
    centre.keys("5")
    if speaks_briefly:
        speaks(centre, ms=1_000)
    centre.hangs_up()
    if speaks_briefly:
        stored(centre, 900)
    assert centre.facts(EndDeferred) == [EndDeferred(contact, Channel.VOICE, ContactOutcome.ABANDONED)]
    centre.passes(10 * MINUTE_MS)
    assert outcomes(centre) == [VisitOutcome.HANDLED, VisitOutcome.ABANDONED] and not centre.all_facts(MessageOver)
    centre.wraps_up(ANNA, contact)
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.ABANDONED]
    centre.check_replay()


def test_a_message_too_short_is_none() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    centre.keys("5")
    speaks(centre, ms=1_000)
    centre.hangs_up()
    stored(centre, 900)

    assert outcomes(centre) == [VisitOutcome.ABANDONED]
    assert centre.all_facts(MessageLeft) == []
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.ABANDONED]
    centre.check_replay()


def test_a_message_ends_after_the_longest_time() -> None:
    centre = Centre(voicemail_config(max_ms=30_000))
    centre.calls()
    centre.keys("5")
    speaks(centre, ms=29_000)
    assert centre.all_facts(MessageOver) == []
    centre.passes(1_000)
    assert len(centre.all_facts(MessageOver)) == 1
    assert centre.refuses(events.KeyPressed(LegId(f"leg of {FIRST}"), "1")) == "no menu listens"
    centre.keys("#")  # too late to mean anything
    assert centre.facts(MessageOver) == []
    stored(centre, 30_000)
    assert outcomes(centre) == [VisitOutcome.VOICEMAIL]
    centre.check_replay()


def test_a_line_on_which_the_request_is_never_heard_is_given_up() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    centre.keys("5")
    centre.passes(MINUTE_MS)

    assert outcomes(centre) == [VisitOutcome.FAILED]
    assert centre.all_facts(PlaceKept)
    centre.check_replay()


def test_who_speaks_while_the_disk_is_full_is_called_back_all_the_same() -> None:
    centre = Centre(voicemail_config())
    contact = centre.calls()
    centre.keys("5")
    recording = speaks(centre)
    centre.happens(events.RecordingFailed(recording, "No space left on device"))

    [left] = centre.facts(MessageLeft)
    assert (left.contact, left.duration_ms, left.whole) == (contact, 0, False)
    assert centre.commands(commands.Play)[0].prompts == ("voicemail_not_whole",)
    centre.check_replay()


def test_a_recording_that_fails_at_the_tone_lets_the_caller_come_back_to_the_place() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    placed_at = centre.facts(VisitOpened)[0].placed_at
    centre.passes(10_000)
    centre.keys("5")
    recording = speaks(centre, ms=500)
    centre.happens(events.RecordingFailed(recording, "No space left on device"))
    assert outcomes(centre) == [VisitOutcome.FAILED]
    centre.passes(MINUTE_MS)

    centre.calls(leg="again")
    assert centre.facts(VisitOpened)[0].placed_at == placed_at
    centre.check_replay()


def test_a_kill_loses_no_message() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    contact = leaves_message(centre)
    centre.crash()
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    centre.crash()

    assert centre.center.routing.floor.agents[ANNA].work[contact][1] is Work.TALKING
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.HANDLED]
    centre.check_replay()


def test_a_kill_while_somebody_speaks_keeps_what_was_said_until_then() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    centre.keys("5")
    recording = speaks(centre)
    centre.crash()

    [left] = centre.facts(MessageLeft)
    assert (left.recording, left.whole) == (recording, False)
    assert [(fact.recording, fact.state) for fact in centre.facts(RecordingChanged)] == [
        (recording, RecordingState.FAILED)
    ]
    assert outcomes(centre) == [VisitOutcome.VOICEMAIL]
    centre.signs_in(ANNA)
    assert centre.offer().agent == ANNA
    centre.check_replay()


def test_a_kill_before_the_tone_keeps_the_place() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    centre.keys("5")
    centre.crash()

    assert outcomes(centre) == [VisitOutcome.FAILED]
    assert centre.facts(PlaceKept)
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.FAILED_NODE]
    centre.check_replay()


def test_whose_number_is_not_known_has_no_place_to_come_back_to() -> None:
    centre = Centre(voicemail_config())
    leg = LegId("leg of nobody")
    centre.happens(events.CallArrived(leg, "trunk", "200", None, "", PersonId("nobody")))
    centre.happens(events.LegAnswered(leg))
    centre.keys("5", "nobody")
    centre.crash()

    assert outcomes(centre) == [VisitOutcome.FAILED]
    assert centre.facts(PlaceKept) == []
    centre.check_replay()


def closing(at_closing: bool) -> Centre:
    """Return a centre that closes in ten minutes, with a grace of one more."""
    config = voicemail_config({"hours": "day", "closing_grace_ms": MINUTE_MS, "recipe": ()}, at_closing=at_closing)
    day = CalendarConfig("day", ((MORNING - MINUTE_MS, MORNING + 10 * MINUTE_MS),))
    return Centre(msgspec.structs.replace(config, calendars=(day,)))


def test_at_closing_who_waits_may_leave_a_message_for_the_morning() -> None:
    centre = closing(at_closing=True)
    centre.calls()
    facts = centre.passes(11 * MINUTE_MS)
    assert [fact.otherwise for fact in facts if isinstance(fact, MessageBegun)] == [VisitOutcome.CLOSED]
    speaks(centre)
    centre.hangs_up()
    stored(centre)
    centre.passes(60 * MINUTE_MS)

    assert outcomes(centre) == [VisitOutcome.VOICEMAIL]
    centre.signs_in(BO)
    assert centre.offer().agent == BO
    centre.check_replay()


def test_who_leaves_none_at_closing_was_closed_out() -> None:
    centre = closing(at_closing=True)
    centre.calls()
    centre.passes(11 * MINUTE_MS)
    centre.hangs_up()

    assert outcomes(centre) == [VisitOutcome.CLOSED]
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.CLOSED]
    centre.check_replay()


def test_a_queue_may_say_goodbye_at_closing_and_take_messages_before() -> None:
    centre = closing(at_closing=False)
    centre.calls()
    centre.passes(11 * MINUTE_MS)

    assert centre.all_facts(MessageBegun) == []
    assert outcomes(centre) == [VisitOutcome.CLOSED]
    centre.check_replay()


def test_a_supervisor_takes_a_message_out_of_the_line_to_which_nobody_is_to_listen() -> None:
    centre = Centre(voicemail_config())
    centre.calls(FIRST)
    contact = leaves_message(centre)
    centre.happens(events.MessageDismissed(contact, "sue"))
    assert outcomes(centre) == [VisitOutcome.VOICEMAIL, VisitOutcome.CLOSED]
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.CLOSED]
    assert centre.refuses(events.MessageDismissed(contact, "sue")) == "this message is over, or somebody listens to it"
    centre.check_replay()


def test_a_message_that_rings_may_be_dismissed_and_a_talk_may_not() -> None:
    centre = Centre(voicemail_config())
    centre.calls(FIRST)
    contact = leaves_message(centre)
    centre.signs_in(ANNA)
    assert centre.offer().contact == contact
    centre.happens(events.MessageDismissed(contact, "sue"))
    assert [fact.outcome for fact in centre.facts(OfferEnded)] == [OfferOutcome.WITHDRAWN]
    centre.calls(SECOND)
    talking = centre.offer().contact
    centre.answers()
    assert centre.refuses(events.MessageDismissed(talking)) == "this message is over, or somebody listens to it"
    centre.check_replay()


def test_who_still_speaks_cannot_be_dismissed() -> None:
    centre = Centre(voicemail_config())
    contact = centre.calls(FIRST)
    centre.keys("5", FIRST)
    speaks(centre)
    assert centre.refuses(events.MessageDismissed(contact)) == "this message is over, or somebody listens to it"
    centre.check_replay()


def test_a_message_in_hand_is_not_dismissed() -> None:
    centre = Centre(voicemail_config())
    centre.calls(FIRST)
    contact = leaves_message(centre)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    assert centre.refuses(events.MessageDismissed(contact)) == "this message is over, or somebody listens to it"
    centre.check_replay()
