"""Passing a caller on to a number outside: the line rings there, answers or not, and nobody is left alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contactcenter.acd.transitions import ContactState
from contactcenter.model import commands, events
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.facts import (
    BridgeMade,
    ContactEnded,
    EndDeferred,
    ExternalAnswered,
    ExternalDialled,
    ExternalEnded,
    RecordingChanged,
    TransferStarted,
    VisitOpened,
)
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.transfers import ToNumber, TransferTarget
from contactcenter.model.words import ContactOutcome, DialOutcome, LegRole, RecordingState, Work
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, FAULTS, Centre, replayed, sealed
from tests.stories.handing import VOICE, passes_on, state, talk_by_text, talks, two_queues, work

CALLER = LegId("leg of +8613900000001")
NUMBER = ToNumber(sealed("+8610"), "key +8610", sealed("+8610").person)


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre that may call out, twice a minute for each agent."""
    yield from replayed(two_queues(outgoing=OutgoingConfig("carrier", "+86100", ring_ms=30_000, calls_per_min=2)))


def outside(centre: Centre) -> LegId:
    """Return the line to the number outside."""
    return next(leg for leg, line in centre.center.calls.lines.legs.items() if line.role is LegRole.OUTSIDE)


def rings_outside(centre: Centre) -> ContactId:
    """Anna passes a caller on to a number, where it rings."""
    contact = talks(centre)
    passes_on(centre, contact, NUMBER)
    return contact


def test_the_caller_hears_it_ring_and_talks_outside_while_anna_wraps_up(centre: Centre) -> None:
    contact = rings_outside(centre)
    [started] = centre.facts(TransferStarted)
    assert (started.to, started.to_agent, started.to_queue) == (TransferTarget.NUMBER, None, None)
    leg = outside(centre)
    assert centre.commands(commands.DialOut) == [commands.DialOut(leg, "carrier", NUMBER.number, "+86100", CALLER)]
    assert centre.commands(commands.Play)[-1].prompts == ("music/ringing",)
    assert work(centre, ANNA) == {contact: Work.WRAP_UP} and state(centre, contact) is ContactState.EXTERNAL
    centre.happens(events.LegRinging(leg))
    centre.happens(events.LegAnswered(leg, sealed("dialog")))
    assert centre.facts(BridgeMade) == [BridgeMade(contact, CALLER, leg)]
    assert centre.facts(ExternalAnswered) == [ExternalAnswered(contact)]
    assert centre.facts(RecordingChanged)[0].state is RecordingState.STARTED
    centre.wraps_up(ANNA, contact)
    assert state(centre, contact) is ContactState.EXTERNAL
    centre.passes(600_000)
    centre.hangs_up()
    assert centre.facts(ExternalEnded) == [ExternalEnded(contact, DialOutcome.ANSWERED)]
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] == [leg]


def test_when_who_was_called_hangs_up_the_caller_is_let_go(centre: Centre) -> None:
    contact = rings_outside(centre)
    leg = outside(centre)
    centre.happens(events.LegAnswered(leg, sealed("dialog")))
    centre.happens(events.LegHungUp(leg))
    assert CALLER in [command.leg for command in centre.commands(commands.HangUpLeg)]
    assert centre.facts(EndDeferred) == [EndDeferred(contact, VOICE, ContactOutcome.HANDLED)]
    assert not centre.center.calls.lines.legs
    centre.wraps_up(ANNA, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


@pytest.mark.parametrize("how", ["busy", "silent"])
def test_who_is_not_reached_outside_comes_back_to_anna(centre: Centre, how: str) -> None:
    contact = rings_outside(centre)
    leg = outside(centre)
    if how == "busy":
        centre.happens(events.LegFailed(leg, 486))
        assert centre.facts(ExternalEnded) == [ExternalEnded(contact, DialOutcome.BUSY, 486)]
    else:
        centre.passes(30_000)
        assert centre.all_facts(ExternalEnded) == [ExternalEnded(contact, DialOutcome.NO_ANSWER)]
        assert commands.HangUpLeg(leg) in centre.step.commands
    assert (centre.offer().agent, centre.offer().visit) == (ANNA, None)
    assert work(centre, ANNA) == {contact: Work.RINGING}
    centre.answers()
    assert work(centre, ANNA) == {contact: Work.TALKING}


def test_and_waits_at_the_old_place_when_anna_is_not_free(centre: Centre) -> None:
    contact = rings_outside(centre)
    placed_at = centre.all_facts(VisitOpened)[0].placed_at
    centre.happens(events.NotReadyChosen(ANNA, "break"))
    centre.happens(events.LegFailed(outside(centre), 603))
    [opened] = centre.facts(VisitOpened)
    assert (opened.contact, opened.queue, opened.placed_at) == (contact, FAULTS, placed_at)


def test_a_caller_who_hangs_up_while_it_rings_outside_ends_it_there(centre: Centre) -> None:
    contact = rings_outside(centre)
    leg = outside(centre)
    centre.hangs_up()
    assert centre.facts(ExternalEnded) == [ExternalEnded(contact, DialOutcome.CANCELLED)]
    assert commands.HangUpLeg(leg) in centre.step.commands
    assert centre.refuses(events.LegAnswered(leg, sealed("late"))) == "this leg is gone"


@pytest.mark.parametrize("answered", [False, True])
def test_a_successor_ends_the_line_outside(centre: Centre, answered: bool) -> None:
    contact = rings_outside(centre)
    leg = outside(centre)
    if answered:
        centre.happens(events.LegAnswered(leg, sealed("dialog")))
    centre.crash()
    [release] = [one for one in centre.commands(commands.ReleaseDialog) if one.leg == leg]
    assert (release.trunk, release.number, release.shown) == ("carrier", NUMBER.number, "+86100")
    assert centre.facts(EndDeferred) == [EndDeferred(contact, VOICE, ContactOutcome.FAILED_NODE)]


def test_nobody_calls_out_too_often_or_for_texts(centre: Centre) -> None:
    contact = talks(centre)
    for _ in range(2):
        passes_on(centre, contact, NUMBER)
        centre.happens(events.LegFailed(outside(centre), 486))
        centre.answers()
    assert len(centre.all_facts(ExternalDialled)) == 2
    reason = centre.refuses(events.TransferAsked(ANNA, contact, NUMBER))
    assert reason == "too many calls within a minute: wait a little"
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    text = talk_by_text(centre)
    reason = centre.refuses(events.TransferAsked(ANNA, text, NUMBER))
    assert reason == "only calls can be passed on to a number: choose an agent or a queue"


def test_the_record_says_external_until_the_end(centre: Centre) -> None:
    contact = rings_outside(centre)
    centre.happens(events.LegAnswered(outside(centre), sealed("dialog")))
    centre.wraps_up(ANNA, contact)
    centre.passes(50_000)
    centre.hangs_up()
    records = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
    [record] = records.take_ended()
    assert record.spent_ms(SegmentKind.EXTERNAL) == 50_000
    assert [segment.kind for segment in record.segments] == [
        SegmentKind.RING,
        SegmentKind.TALK,
        SegmentKind.EXTERNAL,
    ]
