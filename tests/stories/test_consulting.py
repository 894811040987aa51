"""Asking a colleague about a call before it is passed on: who hears whom, and everybody may hang up at every moment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from contactcenter.model import commands, events
from contactcenter.model.facts import (
    BridgeMade,
    ConsultAnswered,
    ConsultFaced,
    ConsultStarted,
    ContactEnded,
    OfferEnded,
    RecordingChanged,
    RefusalsForgotten,
    TalkEnded,
    TalkStarted,
    TransferStarted,
)
from contactcenter.model.ids import AgentId
from contactcenter.model.transfers import ConsultOutcome, ToQueue, TransferKind, TransferTarget
from contactcenter.model.words import ContactOutcome, OfferOutcome, Party, RecordingState, Work
from contactcenter.reports.activity import Doing
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed
from tests.stories.consulting import CALLER, asks, consults, ended, hung_up, played
from tests.stories.handing import BILLS, CY, VOICE, talk_by_text, talks, two_queues, work


@pytest.fixture
def centre() -> Iterator[Centre]:
    """Two queues and three agents; replayed at the end of the story."""
    yield from replayed(two_queues())


def test_the_caller_hears_music_and_the_agent_hears_it_ring(centre: Centre) -> None:
    contact, anna = asks(centre)
    assert centre.facts(ConsultStarted) == [ConsultStarted(contact, ANNA, BO)]
    assert centre.commands(commands.Unbridge) == [commands.Unbridge(CALLER, anna)]
    assert played(centre) == {CALLER: "music/hold", anna: "music/ringing"}
    assert (centre.offer().agent, centre.offer().visit, centre.offer().queue) == (BO, None, FAULTS)
    assert work(centre, ANNA) == {contact: Work.CONSULTING} and work(centre, BO) == {contact: Work.RINGING}
    assert centre.facts(RecordingChanged)[0].state is RecordingState.STOPPING


def test_both_agents_talk_and_are_recorded_while_the_caller_waits(centre: Centre) -> None:
    contact, anna, bo = consults(centre)
    assert centre.facts(ConsultAnswered) == [ConsultAnswered(contact, ANNA, BO)]
    assert centre.facts(BridgeMade) == [BridgeMade(contact, anna, bo)]
    assert centre.commands(commands.Bridge) == [commands.Bridge(anna, bo)]
    assert CALLER not in [command.leg for command in centre.commands(commands.StopPlay)]
    [recording] = centre.commands(commands.StartRecording)
    assert (recording.left, recording.right) == (anna, bo)
    assert work(centre, BO) == {contact: Work.CONSULTING}
    assert not centre.facts(TalkStarted)


def test_completed_the_caller_talks_with_the_colleague_and_the_agent_wraps_up(centre: Centre) -> None:
    contact, anna, bo = consults(centre)
    centre.happens(events.ConsultCompleted(ANNA, contact))
    assert ended(centre) == [ConsultOutcome.COMPLETED]
    assert centre.facts(TalkEnded) == [TalkEnded(contact, ANNA, VOICE, Party.AGENT, passed_on=True)]
    [started] = centre.facts(TransferStarted)
    assert (started.kind, started.to, started.to_agent) == (TransferKind.CONSULT, TransferTarget.AGENT, BO)
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, FAULTS, VOICE, BO)]
    assert hung_up(centre) == [anna]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, bo)]
    [recording] = centre.commands(commands.StartRecording)
    assert (recording.left, recording.right) == (CALLER, bo)
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {contact: Work.TALKING})
    centre.happens(events.LegHeld(bo))
    assert work(centre, BO) == {contact: Work.HOLD}
    centre.happens(events.LegResumed(bo))
    centre.hangs_up()
    assert hung_up(centre) == [bo]
    centre.wraps_up(ANNA, contact)
    centre.wraps_up(BO, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]
    assert not centre.center.calls.lines.legs and not centre.center.calls.lines.calls


def test_the_agent_turns_from_one_to_the_other(centre: Centre) -> None:
    contact, anna, bo = consults(centre)
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=True))
    assert centre.facts(ConsultFaced) == [ConsultFaced(contact, ANNA, True)]
    assert centre.commands(commands.Unbridge) == [commands.Unbridge(bo, anna)]
    assert played(centre) == {bo: "music/hold"}
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]
    assert work(centre, ANNA) == {contact: Work.TALKING} and work(centre, BO) == {contact: Work.CONSULTING}
    assert centre.refuses(events.ConsultTurned(ANNA, contact, to_customer=True)) == "you talk with this one already"
    centre.happens(events.LegHeld(anna))
    assert centre.refuses(events.ConsultTurned(ANNA, contact, to_customer=False)) == "take the call off hold first"
    centre.happens(events.LegResumed(anna))
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=False))
    assert centre.commands(commands.Unbridge) == [commands.Unbridge(CALLER, anna)]
    assert played(centre) == {CALLER: "music/hold"}
    assert centre.commands(commands.Bridge) == [commands.Bridge(anna, bo)]
    started = [fact for fact in centre.all_facts(RecordingChanged) if fact.state is RecordingState.STARTED]
    assert len(started) == 4, "each pair that talks has a recording of its own"
    centre.happens(events.LegHeld(anna))
    centre.happens(events.LegResumed(anna))
    assert not centre.commands(commands.Bridge), "a phone that comes back from hold does not bring the customer in"
    centre.happens(events.ConsultCompleted(ANNA, contact))


@pytest.mark.parametrize("turned", [False, True])
def test_back_to_the_customer_and_the_colleague_is_let_go(centre: Centre, turned: bool) -> None:
    contact, anna, bo = consults(centre)
    if turned:
        centre.happens(events.ConsultTurned(ANNA, contact, to_customer=True))
    centre.happens(events.ConsultCancelled(ANNA, contact))
    assert ended(centre) == [ConsultOutcome.CANCELLED]
    assert hung_up(centre) == [bo]
    assert centre.commands(commands.Bridge) == ([] if turned else [commands.Bridge(CALLER, anna)])
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.TALKING}, {})
    running = centre.center.recordings._running
    assert contact in running, "the talk is recorded on"


def test_who_rejects_being_asked_has_not_rejected_the_customer(centre: Centre) -> None:
    contact, _ = asks(centre)
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    assert centre.center.routing.floor.contacts[contact].refused == ()
    centre.passes(15_000)
    assert not centre.all_facts(RefusalsForgotten)


@pytest.mark.parametrize("how", ["cancelled", "rejected", "busy", "no_answer", "break"])
def test_a_colleague_who_does_not_answer_brings_back_the_customer(centre: Centre, how: str) -> None:
    contact, anna = asks(centre)
    ways: dict[str, events.Event] = {
        "cancelled": events.ConsultCancelled(ANNA, contact),
        "rejected": events.OfferRejected(BO, centre.offer().offer),
        "busy": events.LegFailed(centre.ringing_leg(), 486),
        "break": events.NotReadyChosen(BO, "break"),
    }
    if how == "no_answer":
        centre.tries(events.LegRinging(centre.ringing_leg()))
        centre.passes(15_000)
    else:
        centre.happens(ways[how])
    assert ended(centre) == [ConsultOutcome.CANCELLED if how == "cancelled" else ConsultOutcome.NOT_ANSWERED]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.TALKING}, {})
    assert not centre.all_facts(TransferStarted)


@pytest.mark.parametrize("by_console", [False, True])
def test_a_colleague_who_hangs_up_brings_back_the_customer(centre: Centre, by_console: bool) -> None:
    contact, anna, bo = consults(centre)
    centre.happens(events.ContactClosed(BO, contact) if by_console else events.LegHungUp(bo))
    assert ended(centre) == [ConsultOutcome.COLLEAGUE_GONE]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.TALKING}, {})
    assert hung_up(centre) == ([bo] if by_console else [])


@pytest.mark.parametrize("answered", [False, True])
def test_a_caller_who_hangs_up_ends_it_all(centre: Centre, answered: bool) -> None:
    contact, anna = asks(centre)
    if answered:
        centre.answers()
    bo = centre.ringing_leg()
    centre.hangs_up()
    assert ended(centre) == [ConsultOutcome.CUSTOMER_GONE]
    assert sorted(hung_up(centre)) == sorted([anna, bo])
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {})
    outcomes = [fact.outcome for fact in centre.all_facts(OfferEnded)]
    assert outcomes[-1] is (OfferOutcome.ACCEPTED if answered else OfferOutcome.CALLER_GONE)


def test_an_agent_who_hangs_up_in_the_talk_leaves_the_caller_with_the_colleague(centre: Centre) -> None:
    contact, anna, bo = consults(centre)
    centre.happens(events.LegHungUp(anna))
    assert ended(centre) == [ConsultOutcome.COMPLETED]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, bo)]
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {contact: Work.TALKING})


def test_an_agent_who_hangs_up_while_it_rings_has_passed_the_caller_on(centre: Centre) -> None:
    contact, anna = asks(centre)
    centre.happens(events.LegHungUp(anna))
    assert ended(centre) == [ConsultOutcome.AGENT_GONE]
    assert centre.facts(TransferStarted)[0].kind is TransferKind.BLIND
    assert (centre.offer().agent, work(centre, BO)) == (BO, {contact: Work.RINGING})
    centre.answers()
    assert work(centre, BO) == {contact: Work.TALKING}


def test_an_agent_who_ends_the_call_from_the_console_ends_it_for_all(centre: Centre) -> None:
    contact, anna, bo = consults(centre)
    centre.happens(events.ContactClosed(ANNA, contact))
    assert ended(centre) == [ConsultOutcome.AGENT_GONE]
    assert sorted(hung_up(centre)) == sorted([anna, bo, CALLER])
    assert work(centre, BO) == {}


def test_what_cannot_be_asked_is_refused_with_a_sentence(centre: Centre) -> None:
    contact = talks(centre, BO)
    anna = centre.ringing_leg()
    nobody = "there is no such colleague: choose one of the list"
    assert centre.refuses(events.ConsultAsked(BO, contact, CY)) == "this conversation is over or not yours"
    assert centre.refuses(events.ConsultAsked(ANNA, contact, ANNA)) == nobody
    assert centre.refuses(events.ConsultAsked(ANNA, contact, AgentId("dora"))) == nobody
    away = "this agent cannot be consulted now (signed out): choose somebody else"
    assert centre.refuses(events.ConsultAsked(ANNA, contact, CY)) == away
    none = "you are consulting nobody about this contact"
    assert centre.refuses(events.ConsultCompleted(ANNA, contact)) == none
    assert centre.refuses(events.ConsultTurned(ANNA, contact, to_customer=True)) == none
    assert centre.refuses(events.ConsultCancelled(ANNA, contact)) == none
    centre.happens(events.LegHeld(anna))
    assert centre.refuses(events.ConsultAsked(ANNA, contact, BO)) == "take the call off hold first"
    centre.happens(events.LegResumed(anna))
    centre.happens(events.ConsultAsked(ANNA, contact, BO))
    assert "already" in centre.refuses(events.ConsultAsked(ANNA, contact, BO))
    assert "complete that" in centre.refuses(events.TransferAsked(ANNA, contact, ToQueue(BILLS)))
    assert "has not answered yet" in centre.refuses(events.ConsultCompleted(ANNA, contact))
    assert "has not answered yet" in centre.refuses(events.ConsultTurned(ANNA, contact, to_customer=True))


def test_texts_are_not_consulted_about(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    contact = talk_by_text(centre)
    assert centre.refuses(events.ConsultAsked(ANNA, contact, BO)).startswith("only about calls")


@pytest.mark.parametrize("answered", [False, True])
def test_a_kill_in_a_consultation_leaves_nobody_at_work(centre: Centre, answered: bool) -> None:
    contact, _ = asks(centre)
    if answered:
        centre.answers()
    centre.crash()
    assert ended(centre) == [ConsultOutcome.CUSTOMER_GONE]
    assert (work(centre, ANNA), work(centre, BO)) == ({}, {})
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.FAILED_NODE)]


def test_the_record_has_consultations_as_segments_and_the_agents_time_too(centre: Centre) -> None:
    contact, _, _ = consults(centre)
    centre.passes(5_000)
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=True))
    centre.passes(2_000)
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=False))
    centre.passes(1_000)
    centre.happens(events.ConsultCompleted(ANNA, contact))
    centre.passes(4_000)
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    centre.wraps_up(BO, contact)
    records, time = ContactRecords(), AgentTime()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
            time.apply(fact, entry.at)
    [record] = records.take_ended()
    spent = [(segment.kind, segment.agent, segment.to_at - segment.from_at) for segment in record.segments]
    assert spent[1:] == [
        (SegmentKind.TALK, ANNA, 11_000),
        (SegmentKind.CONSULT, ANNA, 8_000),
        (SegmentKind.TALK, ANNA, 2_000),
        (SegmentKind.CONSULT, ANNA, 1_000),
        (SegmentKind.TALK, BO, 4_000),
    ]
    assert all(one.to_at == other.from_at for one, other in pairwise(record.segments))
    rows = {row.agent: row for row in time.total(MORNING - MORNING % 900_000, centre.now + 1)}
    assert rows[ANNA].spent_ms[Doing.CONSULTING] == 9_000
    assert rows[BO].spent_ms[Doing.CONSULTING] == 8_000 and rows[BO].spent_ms[Doing.TALKING] == 4_000
    assert (rows[ANNA].transfers.consult, rows[BO].transfers.received, rows[BO].handled) == (1, 1, 1)
