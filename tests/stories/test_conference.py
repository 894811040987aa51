"""Customer, agent and colleague talk together: who hears whom, who may leave, and what the record says of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from contactcenter.model import commands, events
from contactcenter.model.facts import (
    BridgeMade,
    ConferenceStarted,
    ContactEnded,
    RecordingChanged,
    TalkStarted,
    TransferStarted,
)
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.transfers import ConsultOutcome, TransferKind
from contactcenter.model.words import ContactOutcome, RecordingState, Work
from contactcenter.reports.activity import Doing
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed
from tests.stories.consulting import CALLER, asks, consults, ended, hung_up, played
from tests.stories.handing import VOICE, two_queues, work


@pytest.fixture
def centre() -> Iterator[Centre]:
    """Two queues and three agents; replayed at the end of the story."""
    yield from replayed(two_queues())


def together(centre: Centre) -> tuple[ContactId, LegId, LegId]:
    """Anna asked Bo and joined all; return the contact, Anna's line and Bo's."""
    contact, anna, bo = consults(centre)
    centre.happens(events.ConferenceAsked(ANNA, contact))
    return contact, anna, bo


def recorded(centre: Centre) -> list[tuple[LegId | None, ...]]:
    """Return which lines are recorded from the last step on: left, right, and who is mixed into the right one."""
    return [(one.left, one.right, one.third) for one in centre.commands(commands.StartRecording)]


def heard_together(centre: Centre) -> list[tuple[LegId, ...]]:
    """Return who is joined in the last step."""
    return [command.legs for command in centre.commands(commands.Confer)]


@pytest.mark.parametrize("turned", [False, True])
def test_all_three_hear_each_other_and_are_recorded(centre: Centre, turned: bool) -> None:
    contact, anna, bo = consults(centre)
    if turned:
        centre.happens(events.ConsultTurned(ANNA, contact, to_customer=True))
    centre.happens(events.ConferenceAsked(ANNA, contact))
    assert centre.facts(ConferenceStarted) == [ConferenceStarted(contact, ANNA, BO)]
    assert centre.facts(BridgeMade) == [BridgeMade(contact, CALLER, anna, bo)]
    assert heard_together(centre) == [(CALLER, anna, bo)]
    assert [command.leg for command in centre.commands(commands.StopPlay)] == [CALLER, anna, bo]
    states = [fact.state for fact in centre.facts(RecordingChanged)]
    assert states == [RecordingState.STOPPING, RecordingState.STARTED]
    assert recorded(centre) == [(CALLER, anna, bo)]
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.TALKING}, {contact: Work.TALKING})
    assert not centre.facts(TalkStarted) and not ended(centre)


@pytest.mark.parametrize("how", ["completed", "hangs up"])
def test_the_agent_leaves_and_the_customer_stays_with_the_colleague(centre: Centre, how: str) -> None:
    contact, anna, bo = together(centre)
    centre.happens(events.LegHungUp(anna) if how == "hangs up" else events.ConsultCompleted(ANNA, contact))
    assert ended(centre) == [ConsultOutcome.COMPLETED]
    assert [fact.kind for fact in centre.facts(TransferStarted)] == [TransferKind.CONSULT]
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, FAULTS, VOICE, BO)]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, bo)]
    assert recorded(centre) == [(CALLER, bo, None)]
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {contact: Work.TALKING})
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    centre.wraps_up(BO, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]
    assert not centre.center.calls.lines.legs and not centre.center.calls.lines.calls


@pytest.mark.parametrize("how", ["let go", "hangs up", "leaves by console"])
def test_without_the_colleague_two_talk_on(centre: Centre, how: str) -> None:
    contact, anna, bo = together(centre)
    ways: dict[str, events.Event] = {
        "let go": events.ConsultCancelled(ANNA, contact),
        "hangs up": events.LegHungUp(bo),
        "leaves by console": events.ContactClosed(BO, contact),
    }
    centre.happens(ways[how])
    assert ended(centre) == [ConsultOutcome.CANCELLED if how == "let go" else ConsultOutcome.COLLEAGUE_GONE]
    assert hung_up(centre) == ([] if how == "hangs up" else [bo])
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]
    assert recorded(centre) == [(CALLER, anna, None)]
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.TALKING}, {})


def test_a_customer_who_hangs_up_ends_it_for_all(centre: Centre) -> None:
    contact, anna, bo = together(centre)
    centre.hangs_up()
    assert ended(centre) == [ConsultOutcome.CUSTOMER_GONE]
    assert sorted(hung_up(centre)) == sorted([anna, bo])
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {})


def test_an_agent_who_ends_the_call_from_the_console_ends_it_for_all(centre: Centre) -> None:
    contact, anna, bo = together(centre)
    centre.happens(events.ContactClosed(ANNA, contact))
    assert sorted(hung_up(centre)) == sorted([CALLER, anna, bo])
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {})


@pytest.mark.parametrize("to_customer", [False, True])
def test_the_agent_turns_to_one_again_and_the_other_hears_music(centre: Centre, to_customer: bool) -> None:
    contact, anna, bo = together(centre)
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=to_customer))
    left_out, stays = (bo, CALLER) if to_customer else (CALLER, bo)
    assert centre.commands(commands.Unbridge) == [commands.Unbridge(left_out, anna)]
    assert played(centre) == {left_out: "music/hold"}
    assert recorded(centre) == [(CALLER, anna, None) if to_customer else (anna, stays, None)]
    does = Work.TALKING if to_customer else Work.CONSULTING
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: does}, {contact: Work.CONSULTING})
    centre.happens(events.ConferenceAsked(ANNA, contact))
    assert heard_together(centre) == [(CALLER, anna, bo)]


def test_who_is_on_hold_is_out_and_the_others_talk_on(centre: Centre) -> None:
    contact, anna, bo = together(centre)
    centre.happens(events.LegHeld(anna))
    assert centre.commands(commands.Unbridge) == [commands.Unbridge(anna, CALLER)]
    assert not played(centre) and not recorded(centre)
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.HOLD}, {contact: Work.TALKING})
    assert centre.refuses(events.ConsultTurned(ANNA, contact, to_customer=True)) == "take the call off hold first"
    centre.happens(events.LegHeld(bo))
    assert centre.commands(commands.Unbridge) == [commands.Unbridge(bo, CALLER)]
    assert played(centre) == {CALLER: "music/hold"}, "the customer is alone"
    assert work(centre, BO) == {contact: Work.HOLD}
    centre.happens(events.LegResumed(bo))
    assert heard_together(centre) == [(CALLER, bo)]
    centre.happens(events.LegResumed(anna))
    assert heard_together(centre) == [(CALLER, anna, bo)]
    assert not recorded(centre), "one recording holds all of it"
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.TALKING}, {contact: Work.TALKING})


def test_the_agent_turns_away_from_a_colleague_on_hold(centre: Centre) -> None:
    contact, _, bo = together(centre)
    centre.happens(events.LegHeld(bo))
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=True))
    assert work(centre, BO) == {contact: Work.CONSULTING}
    centre.happens(events.LegResumed(bo))
    assert not centre.commands(commands.Bridge), "her hold key does not touch the customer's talk"
    centre.happens(events.LegHeld(bo))
    assert not played(centre) and work(centre, ANNA) == {contact: Work.TALKING}


def test_the_customer_of_a_colleague_on_hold_hears_music_when_the_agent_leaves(centre: Centre) -> None:
    contact, anna, bo = together(centre)
    centre.happens(events.LegHeld(bo))
    centre.happens(events.LegHungUp(anna))
    assert played(centre) == {CALLER: "music/hold"} and not centre.commands(commands.Bridge)
    assert work(centre, BO) == {contact: Work.HOLD}
    centre.happens(events.LegResumed(bo))
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, bo)]
    assert work(centre, BO) == {contact: Work.TALKING}


def test_the_customer_of_an_agent_on_hold_hears_music_when_the_colleague_leaves(centre: Centre) -> None:
    contact, anna, bo = together(centre)
    centre.happens(events.LegHeld(anna))
    centre.happens(events.LegHungUp(bo))
    assert played(centre) == {CALLER: "music/hold"} and not centre.commands(commands.Bridge)
    assert work(centre, ANNA) == {contact: Work.HOLD}
    centre.happens(events.LegResumed(anna))
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]


def test_what_cannot_be_joined_is_refused_with_a_sentence(centre: Centre) -> None:
    contact, anna = asks(centre)
    assert "nobody" in centre.refuses(events.ConferenceAsked(BO, contact))
    assert centre.refuses(events.ConferenceAsked(ANNA, contact)) == "your colleague has not answered yet"
    centre.answers()
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=True))
    centre.happens(events.LegHeld(anna))
    assert centre.refuses(events.ConferenceAsked(ANNA, contact)) == "take the call off hold first"
    centre.happens(events.LegResumed(anna))
    centre.happens(events.ConferenceAsked(ANNA, contact))
    assert centre.refuses(events.ConferenceAsked(ANNA, contact)) == "you talk with both already"


def test_a_kill_in_a_conference_leaves_nobody_at_work(centre: Centre) -> None:
    contact, _, _ = together(centre)
    centre.crash()
    assert ended(centre) == [ConsultOutcome.CUSTOMER_GONE]
    assert (work(centre, ANNA), work(centre, BO)) == ({}, {})
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.FAILED_NODE)]


def test_a_lost_line_is_as_one_that_was_hung_up(centre: Centre) -> None:
    contact, anna, _ = together(centre)
    centre.happens(events.LegLost(anna, "no_media"))
    assert ended(centre) == [ConsultOutcome.COMPLETED]
    assert work(centre, BO) == {contact: Work.TALKING}


def test_the_record_has_the_conference_as_a_segment_and_both_agents_talk(centre: Centre) -> None:
    contact, _, bo = together(centre)
    centre.passes(5_000)
    centre.happens(events.LegHeld(bo))
    centre.passes(1_000)
    centre.happens(events.LegResumed(bo))
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=True))
    centre.passes(2_000)
    centre.happens(events.ConferenceAsked(ANNA, contact))
    centre.passes(3_000)
    centre.happens(events.ConsultCancelled(ANNA, contact))
    centre.passes(4_000)
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    records, time = ContactRecords(), AgentTime()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
            time.apply(fact, entry.at)
    [record] = records.take_ended()
    spent = [(segment.kind, segment.agent, segment.to_at - segment.from_at) for segment in record.segments]
    assert spent[1:] == [
        (SegmentKind.TALK, ANNA, 11_000),
        (SegmentKind.CONSULT, ANNA, 3_000),
        (SegmentKind.CONFERENCE, ANNA, 6_000),
        (SegmentKind.TALK, ANNA, 2_000),
        (SegmentKind.CONFERENCE, ANNA, 3_000),
        (SegmentKind.TALK, ANNA, 4_000),
    ]
    assert all(one.to_at == other.from_at for one, other in pairwise(record.segments))
    rows = {row.agent: row for row in time.total(MORNING - MORNING % 900_000, centre.now + 1)}
    assert rows[BO].spent_ms[Doing.TALKING] == 8_000 and rows[BO].spent_ms[Doing.HOLD] == 1_000
    assert (rows[ANNA].conferences, rows[BO].conferences) == (2, 0)
    assert rows[ANNA].spent_ms[Doing.TALKING] == 11_000 + 6_000 + 2_000 + 3_000 + 4_000
