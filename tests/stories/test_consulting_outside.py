"""Asking somebody outside about a call: the agent talks there, then completes, goes back, or joins all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from contactcenter.acd.transitions import ContactState
from contactcenter.model import commands, events
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.facts import (
    BridgeMade,
    ConferenceStarted,
    ConsultAnswered,
    ConsultStarted,
    ContactEnded,
    EndDeferred,
    ExternalEnded,
    TransferStarted,
)
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.transfers import ConsultOutcome, ToNumber, TransferKind, TransferTarget
from contactcenter.model.words import ContactOutcome, DialOutcome, LegRole, Work
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, Centre, replayed, sealed
from tests.stories.consulting import CALLER, ended, hung_up, played
from tests.stories.handing import VOICE, state, talk_by_text, talks, two_queues, work

NUMBER = ToNumber(sealed("+8610"), "key +8610", sealed("+8610").person)


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre that may call out, twice a minute for each agent."""
    yield from replayed(two_queues(outgoing=OutgoingConfig("carrier", "+86100", ring_ms=30_000, calls_per_min=2)))


def asks_outside(centre: Centre) -> tuple[ContactId, LegId, LegId]:
    """Anna asks somebody outside, where it rings; return the contact, Anna's line and the one outside."""
    contact = talks(centre)
    anna = centre.ringing_leg()
    centre.happens(events.ConsultNumberAsked(ANNA, contact, NUMBER))
    legs = centre.center.calls.lines.legs
    return contact, anna, next(leg for leg, line in legs.items() if line.role is LegRole.OUTSIDE)


def consults(centre: Centre) -> tuple[ContactId, LegId, LegId]:
    """Who is asked outside answers after three seconds."""
    contact, anna, outside = asks_outside(centre)
    centre.passes(3_000)
    centre.happens(events.LegAnswered(outside, sealed("dialog")))
    return contact, anna, outside


def test_the_caller_hears_music_and_anna_hears_it_ring_outside(centre: Centre) -> None:
    contact, anna, outside = asks_outside(centre)
    assert centre.facts(ConsultStarted) == [ConsultStarted(contact, ANNA, None)]
    dialled = commands.DialOut(outside, "carrier", NUMBER.number, "+86100", CALLER)
    assert centre.commands(commands.DialOut) == [dialled]
    assert played(centre) == {CALLER: "music/hold", anna: "music/ringing"}
    assert (work(centre, ANNA), state(centre, contact)) == ({contact: Work.CONSULTING}, ContactState.TALKING)
    assert centre.refuses(events.ConsultCompleted(ANNA, contact)).startswith("your colleague has not answered")


def test_anna_talks_outside_and_completes(centre: Centre) -> None:
    contact, anna, outside = consults(centre)
    assert centre.facts(ConsultAnswered) == [ConsultAnswered(contact, ANNA, None)]
    assert centre.facts(BridgeMade) == [BridgeMade(contact, anna, outside)]
    centre.passes(40_000)
    assert not centre.all_facts(ExternalEnded), "the time to ring is over, but it was answered"
    centre.happens(events.ConsultCompleted(ANNA, contact))
    assert ended(centre) == [ConsultOutcome.COMPLETED]
    [started] = centre.facts(TransferStarted)
    assert (started.kind, started.to) == (TransferKind.CONSULT, TransferTarget.NUMBER)
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, outside)]
    assert hung_up(centre) == [anna]
    assert (work(centre, ANNA), state(centre, contact)) == ({contact: Work.WRAP_UP}, ContactState.EXTERNAL)
    centre.happens(events.LegHeld(outside))
    centre.happens(events.LegResumed(outside))
    assert not centre.commands(commands.Bridge)
    centre.happens(events.LegHungUp(outside))
    assert centre.facts(ExternalEnded) == [ExternalEnded(contact, DialOutcome.ANSWERED)]
    assert centre.facts(EndDeferred) == [EndDeferred(contact, VOICE, ContactOutcome.HANDLED)]
    centre.wraps_up(ANNA, contact)
    assert not centre.center.calls.lines.legs and not centre.center.calls.lines.calls


def test_who_is_asked_outside_may_put_us_on_hold_and_come_back(centre: Centre) -> None:
    contact, _, outside = consults(centre)
    centre.happens(events.LegHeld(outside))
    centre.happens(events.LegResumed(outside))
    assert not centre.facts(ConsultAnswered), "answered is answered once"
    assert work(centre, ANNA) == {contact: Work.CONSULTING}


@pytest.mark.parametrize("answered", [False, True])
def test_back_to_the_customer_and_who_is_outside_is_let_go(centre: Centre, answered: bool) -> None:
    contact, anna, outside = consults(centre) if answered else asks_outside(centre)
    centre.happens(events.ConsultCancelled(ANNA, contact))
    assert ended(centre) == [ConsultOutcome.CANCELLED]
    outcome = DialOutcome.ANSWERED if answered else DialOutcome.CANCELLED
    assert centre.facts(ExternalEnded) == [ExternalEnded(contact, outcome)]
    assert hung_up(centre) == [outside]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]
    assert work(centre, ANNA) == {contact: Work.TALKING}


@pytest.mark.parametrize("how", ["busy", "silent", "hangs up"])
def test_without_who_is_outside_the_agent_has_the_customer_again(centre: Centre, how: str) -> None:
    contact, anna, outside = consults(centre) if how == "hangs up" else asks_outside(centre)
    if how == "silent":
        centre.passes(30_000)
    else:
        centre.happens(events.LegHungUp(outside) if how == "hangs up" else events.LegFailed(outside, 486))
    assert ended(centre) == [ConsultOutcome.COLLEAGUE_GONE if how == "hangs up" else ConsultOutcome.NOT_ANSWERED]
    outcomes = {"busy": DialOutcome.BUSY, "silent": DialOutcome.NO_ANSWER, "hangs up": DialOutcome.ANSWERED}
    assert [fact.outcome for fact in centre.all_facts(ExternalEnded)] == [outcomes[how]]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]
    assert work(centre, ANNA) == {contact: Work.TALKING}
    assert outside not in centre.center.calls.lines.legs


def test_all_three_talk_together(centre: Centre) -> None:
    contact, anna, outside = consults(centre)
    centre.happens(events.ConferenceAsked(ANNA, contact))
    assert centre.facts(ConferenceStarted) == [ConferenceStarted(contact, ANNA, None)]
    assert centre.commands(commands.Confer) == [commands.Confer((CALLER, anna, outside))]
    assert work(centre, ANNA) == {contact: Work.TALKING}
    centre.happens(events.LegHeld(anna))
    centre.happens(events.LegHeld(outside))
    assert work(centre, ANNA) == {contact: Work.HOLD} and not played(centre), "their hold is their own matter"
    centre.happens(events.LegResumed(anna))
    assert centre.commands(commands.Confer) == [commands.Confer((CALLER, anna, outside))]
    centre.happens(events.ConsultTurned(ANNA, contact, to_customer=False))
    assert work(centre, ANNA) == {contact: Work.CONSULTING}
    centre.happens(events.ConferenceAsked(ANNA, contact))
    centre.happens(events.LegHungUp(anna))
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, outside)]
    assert state(centre, contact) is ContactState.EXTERNAL


def test_an_agent_who_hangs_up_while_it_rings_has_passed_the_caller_on(centre: Centre) -> None:
    contact, anna, outside = asks_outside(centre)
    centre.happens(events.LegHungUp(anna))
    assert ended(centre) == [ConsultOutcome.AGENT_GONE]
    assert [(fact.kind, fact.to) for fact in centre.facts(TransferStarted)] == [
        (TransferKind.BLIND, TransferTarget.NUMBER)
    ]
    assert played(centre) == {CALLER: "music/ringing"} and not hung_up(centre)
    centre.happens(events.LegAnswered(outside, sealed("dialog")))
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, outside)]
    assert state(centre, contact) is ContactState.EXTERNAL


def test_and_comes_back_when_nobody_answers_there(centre: Centre) -> None:
    contact, anna, outside = asks_outside(centre)
    centre.happens(events.LegHungUp(anna))
    centre.happens(events.LegFailed(outside, 486))
    assert centre.offer().agent == ANNA and work(centre, ANNA) == {contact: Work.RINGING}


@pytest.mark.parametrize("answered", [False, True])
def test_a_caller_who_hangs_up_ends_it_all(centre: Centre, answered: bool) -> None:
    contact, anna, outside = consults(centre) if answered else asks_outside(centre)
    centre.hangs_up()
    assert ended(centre) == [ConsultOutcome.CUSTOMER_GONE]
    assert sorted(hung_up(centre)) == sorted([anna, outside])
    assert work(centre, ANNA) == {contact: Work.WRAP_UP}


@pytest.mark.parametrize("answered", [False, True])
def test_a_kill_leaves_nobody_at_work_and_no_line(centre: Centre, answered: bool) -> None:
    contact, _, outside = consults(centre) if answered else asks_outside(centre)
    centre.crash()
    assert outside in [command.leg for command in centre.commands(commands.ReleaseDialog)]
    assert work(centre, ANNA) == {}
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.FAILED_NODE)]


def test_what_may_not_be_called_is_refused_with_a_sentence(centre: Centre) -> None:
    contact = talks(centre)
    assert "not yours" in centre.refuses(events.ConsultNumberAsked(ANNA, ContactId("none"), NUMBER))
    for _ in range(2):
        centre.happens(events.ConsultNumberAsked(ANNA, contact, NUMBER))
        centre.happens(events.ConsultCancelled(ANNA, contact))
    assert centre.refuses(events.ConsultNumberAsked(ANNA, contact, NUMBER)).startswith("too many calls")


def test_texts_are_not_consulted_about_outside(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = talk_by_text(centre)
    assert centre.refuses(events.ConsultNumberAsked(ANNA, contact, NUMBER)).startswith("only about calls")


def test_the_record_has_each_segment_without_a_gap(centre: Centre) -> None:
    contact, _, outside = consults(centre)
    centre.passes(5_000)
    centre.happens(events.ConferenceAsked(ANNA, contact))
    centre.passes(2_000)
    centre.happens(events.ConsultCompleted(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    centre.passes(4_000)
    centre.happens(events.LegHungUp(outside))
    records = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
    [record] = records.take_ended()
    spent = [(segment.kind, segment.to_at - segment.from_at) for segment in record.segments]
    assert spent[-4:] == [
        (SegmentKind.TALK, 10_000),
        (SegmentKind.CONSULT, 8_000),
        (SegmentKind.CONFERENCE, 2_000),
        (SegmentKind.EXTERNAL, 4_000),
    ]
    assert all(one.to_at == other.from_at for one, other in pairwise(record.segments))
