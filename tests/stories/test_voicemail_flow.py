"""Messages from a flow: who finds a queue closed or full leaves one without having waited."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.acd.transitions import ContactState
from contactcenter.model import commands, events
from contactcenter.model.config import CalendarConfig, CenterConfig, DirectConfig, EntryConfig
from contactcenter.model.facts import (
    ContactEnded,
    FlowEnded,
    MessageBegun,
    MessageLeft,
    MessageRequested,
    OfferMade,
    PlaceKept,
    TalkStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.flow import Branch, EnqueueNode
from contactcenter.model.ids import CustomerId, LegId
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome
from tests.stories.callbacks import hears
from tests.stories.centre import ANNA, FAULTS, MORNING, Centre, replayed
from tests.stories.handing import state
from tests.stories.voicemail import (
    ASKED_BY_FLOW,
    FIRST,
    MINUTE_MS,
    SECOND,
    SPOKEN_MS,
    asked_by_flow,
    running,
    speaks,
    stored,
    voicemail_config,
)

OPENS_AT = MORNING + 60 * MINUTE_MS


def config(**queue: object) -> CenterConfig:
    """The small centre whose queue opens in an hour; its flow asks callers for a message until then."""
    usual = voicemail_config({"hours": "day", "priority": 3, "class_priority": (("VIP", 20),), **queue})
    usual = asked_by_flow(usual, Branch("faults", EnqueueNode(FAULTS, "bye", closed="message")))
    day = CalendarConfig("day", ((OPENS_AT, OPENS_AT + 60 * MINUTE_MS),))
    return msgspec.structs.replace(usual, calendars=(day,))


@pytest.fixture
def centre() -> Iterator[Centre]:
    """That centre, replayed at the end of the story."""
    yield from replayed(config())


def test_who_calls_outside_the_hours_leaves_a_message_for_the_morning(centre: Centre) -> None:
    contact = centre.calls()
    assert centre.all_facts(MessageRequested) == [MessageRequested(contact, FAULTS, ASKED_BY_FLOW, 4)]
    [begun] = centre.all_facts(MessageBegun)
    assert (begun.prompts, begun.queue, begun.priority) == ((*ASKED_BY_FLOW, "music/beep"), FAULTS, 7)
    assert centre.all_facts(FlowEnded) == [FlowEnded(contact, "message")]
    came_at = centre.now
    speaks(centre)
    centre.keys("#")
    stored(centre)

    [left] = centre.facts(MessageLeft)
    assert (left.duration_ms, left.whole, left.recording) == (SPOKEN_MS, True, running(centre))
    [opened] = centre.all_facts(VisitOpened)
    assert (opened.queue, opened.priority, opened.placed_at, opened.message) == (FAULTS, 7, came_at, True)
    assert centre.all_facts(VisitEnded) == []  # nobody waited, so nobody gave up waiting
    assert centre.commands(commands.Play)[0].prompts == ("voicemail_saved",)
    hears(centre)
    assert centre.commands(commands.HangUpLeg)

    centre.passes(70 * MINUTE_MS)
    centre.signs_in(ANNA)
    assert (centre.offer().contact, centre.offer().station) == (contact, None)
    centre.accepts(ANNA)
    assert [(fact.outcome, fact.message) for fact in centre.facts(VisitEnded)] == [(VisitOutcome.HANDLED, True)]
    assert [fact.queue for fact in centre.facts(TalkStarted)] == [FAULTS]
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.HANDLED]


def test_during_the_hours_the_same_flow_asks_nobody(centre: Centre) -> None:
    centre.passes(61 * MINUTE_MS)
    centre.calls()
    assert centre.all_facts(MessageBegun) == [] and centre.all_facts(VisitOpened)


def test_a_message_may_be_left_while_somebody_is_free_and_is_offered_once_it_is_there(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    assert centre.all_facts(OfferMade) == []
    speaks(centre)
    centre.hangs_up()
    stored(centre)
    assert centre.offer().contact == contact


@pytest.mark.parametrize("how", ["before the tone", "nothing said"])
def test_who_leaves_none_was_in_the_flow(centre: Centre, how: str) -> None:
    centre.calls()
    if how == "nothing said":
        speaks(centre, ms=500)
    centre.hangs_up()
    if how == "nothing said":
        stored(centre, 400)
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.LEFT_IN_IVR]
    assert centre.all_facts(VisitOpened) == [] and centre.all_facts(MessageLeft) == []


def test_whom_we_lose_before_the_tone_failed_by_us_and_had_no_place_to_keep(centre: Centre) -> None:
    centre.calls()
    centre.happens(events.LegLost(LegId(f"leg of {FIRST}"), "worker_lost"))
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.FAILED_NODE]
    assert centre.all_facts(PlaceKept) == []


def test_a_kill_while_somebody_speaks_keeps_what_was_said_until_then(centre: Centre) -> None:
    contact = centre.calls()
    speaks(centre)
    centre.crash()
    [left] = centre.facts(MessageLeft)
    assert (left.contact, left.whole) == (contact, False)
    assert state(centre, contact) is ContactState.WAITING


def test_chats_are_not_asked_and_go_the_other_way(centre: Centre) -> None:
    flows = config().flows
    chats = msgspec.structs.replace(flows[0], start=flows[1].start, nodes=flows[1].nodes)
    centre.happens(events.ConfigPublished("second", msgspec.structs.replace(config(), flows=(chats, flows[1]))))
    centre.chats()
    assert centre.all_facts(MessageBegun) == []
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.CLOSED]


def test_a_queue_that_takes_no_messages_any_more_lets_callers_go_the_other_way(centre: Centre) -> None:
    centre.calls()
    centre.happens(events.ConfigPublished("second", config(voicemail=None)))
    centre.calls(SECOND)
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.CLOSED]
    speaks(centre)  # who is being asked already goes on by the rules of that moment
    centre.hangs_up()
    stored(centre)
    assert len(centre.all_facts(MessageLeft)) == 1


def test_the_longest_message_is_that_of_its_queue() -> None:
    centre = Centre(config(voicemail=VoicemailConfig(max_ms=30_000)))
    centre.calls()
    speaks(centre, ms=29_000)
    assert centre.center.routing.floor.timers.deadline() == centre.now + 1_000
    centre.passes(1_000)
    assert centre.all_facts(MessageBegun) and centre.commands(commands.StopRecording)
    centre.check_replay()


@pytest.mark.parametrize("known", ["before the tone", "after the message"])
def test_a_customer_whose_class_becomes_known_goes_before_others(centre: Centre, known: str) -> None:
    contact = centre.calls()
    identified = events.CustomerIdentified(contact, CustomerId("42"), "VIP", "en")
    if known == "before the tone":
        centre.happens(identified)
    speaks(centre)
    centre.hangs_up()
    stored(centre)
    if known == "after the message":
        centre.happens(identified)
    assert centre.center.routing.floor.contacts[contact].priority == 27


def test_who_dials_an_agents_own_number_may_come_to_a_message_by_the_flow_for_that() -> None:
    own = EntryConfig("8001", Channel.VOICE, "", "en", ANNA)
    usual = config()
    direct = DirectConfig(flow="direct")
    centre = Centre(msgspec.structs.replace(usual, entries=(*usual.entries, own), direct=direct))
    contact = centre.calls(dialled="8001")
    speaks(centre)
    centre.hangs_up()
    stored(centre)
    assert [fact.contact for fact in centre.all_facts(MessageLeft)] == [contact]
    centre.passes(61 * MINUTE_MS)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.HANDLED]
    centre.check_replay()
