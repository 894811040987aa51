"""Calls that an agent asks for: her phone first, then the customer's, and every way in which nobody comes together."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, OutgoingConfig
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    CustomerKnown,
    DialEnded,
    DispositionSet,
    OfferMade,
    RecordingChanged,
    TalkEnded,
    TalkStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import ContactId, CustomerId, LegId, StationId
from contactcenter.model.words import (
    Channel,
    ContactOutcome,
    DialOutcome,
    Direction,
    LegRole,
    Party,
    RecordingState,
    Work,
)
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from contactcenter.reports.intervals import IntervalFigures
from contactcenter.reports.live import LiveFigures
from tests.stories.centre import ANNA, BO, MORNING, Centre, agent, replayed, sealed, small_config

NUMBER = "+8613900000009"
RULES = OutgoingConfig("carrier", "+861095598000", dispositions=("promised",))


def outgoing_config(**rules: object) -> CenterConfig:
    """Return the small centre with a trunk for calls of its own."""
    return msgspec.structs.replace(small_config(), outgoing=msgspec.structs.replace(RULES, **rules))


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre that may call out, replayed at the end of the story."""
    yield from replayed(outgoing_config())


def dial(number: str = NUMBER) -> events.DialAsked:
    """Return Anna's wish to call somebody."""
    box = sealed(number)
    return events.DialAsked(ANNA, box, f"key {number}", box.person)


def dials(centre: Centre) -> ContactId:
    """Anna calls somebody; return the contact."""
    centre.happens(dial())
    return centre.facts(ContactArrived)[0].contact


def lifts(centre: Centre) -> LegId:
    """Anna's own phone rings and she lifts it; return the customer's line, which is dialled now."""
    centre.answers()
    return customer(centre)


def customer(centre: Centre) -> LegId:
    """Return the line of the customer who is called."""
    return next(leg for leg, line in centre.center.calls.lines.legs.items() if line.role is LegRole.CALLED)


def talks(centre: Centre) -> ContactId:
    """Let Anna call somebody who answers after five seconds; return the contact."""
    contact = dials(centre)
    leg = lifts(centre)
    centre.happens(events.LegRinging(leg))
    centre.passes(5_000)
    centre.happens(events.LegAnswered(leg, sealed("dialog")))
    return contact


def ends(centre: Centre) -> list[tuple[DialOutcome, ContactOutcome]]:
    """Return how each call was dialled and ended."""
    dialled = [fact.outcome for fact in centre.all_facts(DialEnded)]
    return list(zip(dialled, [fact.outcome for fact in centre.all_facts(ContactEnded)], strict=True))


def test_her_phone_rings_first_then_the_customer_is_called_and_they_talk(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = dials(centre)
    [arrived] = centre.facts(ContactArrived)
    assert (arrived.direction, arrived.entry, arrived.flow) == (Direction.OUTBOUND, RULES.shown, "")
    [ring] = centre.commands(commands.DialStation)
    assert (ring.beside, ring.caller, ring.station) == (None, sealed(NUMBER), StationId("anna-phone"))
    leg = lifts(centre)
    [called] = centre.commands(commands.DialOut)
    assert (called.leg, called.trunk, called.number, called.shown) == (leg, "carrier", sealed(NUMBER), RULES.shown)
    [play] = centre.commands(commands.Play)
    assert (play.leg, play.loop) == (called.beside, True)
    centre.happens(events.LegRinging(leg))
    centre.happens(events.LegAnswered(leg, sealed("dialog")))
    assert centre.commands(commands.StopPlay)[0].leg == called.beside
    assert centre.commands(commands.Bridge) == [commands.Bridge(leg, called.beside)]
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, None, Channel.VOICE, ANNA)]
    [recording] = centre.commands(commands.StartRecording)
    assert (recording.left, recording.right) == (leg, called.beside)


def test_after_the_talk_she_names_its_result_from_the_list_for_outgoing_calls(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = talks(centre)
    centre.passes(30_000)
    centre.happens(events.LegHungUp(customer(centre)))
    assert centre.facts(TalkEnded)[0].by is Party.CUSTOMER
    assert centre.facts(RecordingChanged)[0].state is RecordingState.STOPPING
    assert "configured" in centre.refuses(events.WrapUpFinished(ANNA, contact, "solved"))
    centre.wraps_up(ANNA, contact, "promised")
    assert centre.facts(DispositionSet)[0].disposition == "promised"
    assert ends(centre) == [(DialOutcome.ANSWERED, ContactOutcome.HANDLED)]
    assert centre.center.calls.lines.calls == {}


def test_wrap_up_ends_by_itself_and_then_she_is_offered_what_waits(centre: Centre) -> None:
    centre.signs_in(ANNA)
    talks(centre)
    centre.calls()
    assert centre.all_facts(OfferMade) == []
    leg = centre.ringing_leg()
    centre.happens(events.LegHungUp(leg))
    assert centre.facts(TalkEnded)[0].by is Party.AGENT
    centre.passes(59_999)
    assert centre.all_facts(OfferMade) == []
    centre.passes(1)
    assert centre.offer().agent == ANNA


def test_without_wrap_up_or_recording_the_contact_ends_with_the_talk() -> None:
    centre = Centre(outgoing_config(wrap_up_ms=0, record=False))
    centre.signs_in(ANNA)
    talks(centre)
    assert centre.commands(commands.StartRecording) == []
    centre.happens(events.LegHungUp(customer(centre)))
    assert ends(centre) == [(DialOutcome.ANSWERED, ContactOutcome.HANDLED)]


@pytest.mark.parametrize(
    ("status", "dialled", "ended"),
    [
        (486, DialOutcome.BUSY, ContactOutcome.BUSY),
        (480, DialOutcome.NO_ANSWER, ContactOutcome.NO_ANSWER),
        (603, DialOutcome.REFUSED, ContactOutcome.REFUSED),
        (404, DialOutcome.UNREACHABLE, ContactOutcome.UNREACHABLE),
    ],
)
def test_the_customer_cannot_be_had(centre: Centre, status: int, dialled: DialOutcome, ended: ContactOutcome) -> None:
    centre.signs_in(ANNA)
    dials(centre)
    agent_leg = centre.ringing_leg()
    leg = lifts(centre)
    centre.happens(events.LegFailed(leg, status))
    assert centre.facts(DialEnded)[0].status == status
    assert ends(centre) == [(dialled, ended)]
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] == [agent_leg]
    assert centre.facts(WorkChanged)[0].work is Work.ENDED
    assert centre.all_facts(DispositionSet) == []


def test_nobody_answers_and_the_call_is_withdrawn(centre: Centre) -> None:
    centre.signs_in(ANNA)
    dials(centre)
    leg = lifts(centre)
    centre.happens(events.LegRinging(leg))
    centre.passes(44_999)
    assert ends(centre) == []
    centre.passes(1)
    assert ends(centre) == [(DialOutcome.NO_ANSWER, ContactOutcome.NO_ANSWER)]
    assert leg in [command.leg for command in centre.commands(commands.HangUpLeg)]


def test_she_does_not_lift_her_own_phone_so_nobody_is_called(centre: Centre) -> None:
    centre.signs_in(ANNA)
    dials(centre)
    centre.passes(20_000)
    assert ends(centre) == [(DialOutcome.NO_AGENT, ContactOutcome.NO_AGENT)]
    assert centre.all_facts(TalkStarted) == []
    dials(centre)
    centre.happens(events.LegFailed(centre.ringing_leg(), 486))
    assert ends(centre)[1:] == [(DialOutcome.NO_AGENT, ContactOutcome.NO_AGENT)]


@pytest.mark.parametrize("by", ["phone", "console"])
def test_she_gives_up_before_the_customer_answers(centre: Centre, by: str) -> None:
    centre.signs_in(ANNA)
    contact = dials(centre)
    leg = lifts(centre)
    if by == "phone":
        centre.happens(events.LegHungUp(centre.ringing_leg()))
    else:
        assert "over" in centre.refuses(events.ContactClosed(BO, contact))
        centre.happens(events.ContactClosed(ANNA, contact))
    assert leg in [command.leg for command in centre.commands(commands.HangUpLeg)]
    assert ends(centre) == [(DialOutcome.CANCELLED, ContactOutcome.CANCELLED)]
    assert "gone" in centre.refuses(events.LegAnswered(leg))


def test_lines_that_we_lose_are_our_failure(centre: Centre) -> None:
    centre.signs_in(ANNA)
    dials(centre)
    centre.happens(events.LegLost(centre.ringing_leg(), "worker_lost"))
    dials(centre)
    centre.happens(events.LegLost(lifts(centre), "worker_lost"))
    talks(centre)
    centre.happens(events.LegLost(customer(centre), "worker_lost"))
    outcomes = [DialOutcome.FAILED, DialOutcome.FAILED, DialOutcome.ANSWERED]
    assert ends(centre) == [(outcome, ContactOutcome.FAILED_NODE) for outcome in outcomes]


def test_she_closes_the_talk_from_the_console(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = talks(centre)
    centre.happens(events.ContactClosed(ANNA, contact))
    assert centre.facts(TalkEnded)[0].by is Party.AGENT
    assert "over" in centre.refuses(events.ContactClosed(ANNA, contact))


def test_hold_parts_them_and_plays_music(centre: Centre) -> None:
    centre.signs_in(ANNA)
    talks(centre)
    leg = centre.ringing_leg()
    centre.happens(events.LegHeld(leg))
    assert centre.facts(WorkChanged)[0].work is Work.HOLD
    assert centre.commands(commands.Play)[0].leg == customer(centre)
    centre.happens(events.LegResumed(leg))
    assert centre.commands(commands.Bridge)


def test_who_holds_while_it_rings_is_brought_together_when_she_resumes(centre: Centre) -> None:
    centre.signs_in(ANNA)
    dials(centre)
    leg, own = lifts(centre), centre.ringing_leg()
    centre.happens(events.LegHeld(own))
    centre.happens(events.LegResumed(own))
    assert centre.commands(commands.Bridge) == []
    centre.happens(events.LegHeld(own))
    centre.happens(events.LegAnswered(leg))
    assert centre.commands(commands.Bridge) == []
    assert centre.commands(commands.Play)[0].leg == leg
    centre.happens(events.LegResumed(own))
    assert centre.commands(commands.Bridge) == [commands.Bridge(leg, own)]
    assert centre.commands(commands.StartRecording)


def test_keys_of_who_was_called_mean_nothing(centre: Centre) -> None:
    centre.signs_in(ANNA)
    talks(centre)
    assert "caller" in centre.refuses(events.KeyPressed(customer(centre), "1"))


def test_the_customer_is_looked_up_as_one_who_calls(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = dials(centre)
    centre.happens(events.CustomerIdentified(contact, CustomerId("customer-1")))
    assert centre.facts(CustomerKnown)[0].contact == contact


def test_who_may_not_dial_is_told_why(centre: Centre) -> None:
    assert "sign in" in centre.refuses(dial())
    centre.happens(events.AgentSignedIn(ANNA, None))
    assert "phone" in centre.refuses(dial())
    centre.happens(events.AgentSignedIn(ANNA, StationId("anna-phone")))
    assert "phone" in centre.refuses(dial())
    centre.signs_in(BO)
    centre.happens(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna")))
    dials(centre)  # not ready, and may dial all the same
    assert "in hand" in centre.refuses(dial())


def test_nobody_dials_while_a_contact_is_offered(centre: Centre) -> None:
    centre.signs_in(ANNA)
    conversation = centre.chats()
    centre.chooses(conversation, "1")
    centre.chooses(conversation, "", "my meter")
    assert "in hand" in centre.refuses(dial())
    centre.accepts(ANNA)
    dials(centre)


def test_nobody_dials_where_no_trunk_takes_our_calls() -> None:
    centre = Centre(small_config())
    centre.signs_in(ANNA)
    assert "no trunk" in centre.refuses(dial())


def test_calls_are_limited_by_the_minute() -> None:
    centre = Centre(outgoing_config(calls_per_min=2))
    centre.signs_in(ANNA)
    for _ in range(2):
        dials(centre)
        centre.happens(events.LegFailed(centre.ringing_leg(), 486))
        centre.passes(1_000)
    assert "minute" in centre.refuses(dial())
    centre.passes(58_000)
    dials(centre)


def test_a_call_goes_on_by_its_own_rules_when_calling_out_is_forbidden(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = talks(centre)
    centre.happens(events.ConfigPublished("closed", small_config()))
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(ANNA, contact, "promised")


def test_a_phone_that_answers_on_command_is_told_to() -> None:
    config = outgoing_config()
    stations = tuple(msgspec.structs.replace(station, auto_answer=True) for station in config.stations)
    centre = Centre(msgspec.structs.replace(config, stations=stations))
    centre.signs_in(ANNA)
    dials(centre)
    assert centre.commands(commands.DialStation)[0].auto_answer


def test_who_has_no_console_has_no_wrap_up() -> None:
    config = msgspec.structs.replace(outgoing_config(), agents=(agent("anna", phone_only=True),))
    centre = Centre(config)
    centre.happens(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna")))
    talks(centre)
    centre.happens(events.LegHungUp(customer(centre)))
    assert ends(centre) == [(DialOutcome.ANSWERED, ContactOutcome.HANDLED)]


@pytest.mark.parametrize("stage", ["rung", "called", "talking"])
def test_a_successor_settles_calls_of_an_engine_that_died(centre: Centre, stage: str) -> None:
    centre.signs_in(ANNA)
    dials(centre)
    if stage != "rung":
        leg = lifts(centre)
    if stage == "talking":
        centre.happens(events.LegAnswered(leg, sealed("dialog")))
    centre.crash()
    released = centre.commands(commands.ReleaseDialog)
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.FAILED_NODE]
    if stage == "rung":
        assert [release.station for release in released] == [StationId("anna-phone")]
    else:
        assert (released[0].trunk, released[0].number, released[0].shown) == ("carrier", sealed(NUMBER), RULES.shown)
    assert centre.center.routing.floor.agents[ANNA].work == {}


def test_it_counts_in_her_time_and_in_no_queue(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = dials(centre)
    centre.passes(2_000)
    leg = lifts(centre)
    centre.passes(3_000)
    centre.happens(events.LegAnswered(leg))
    live = live_figures(centre)
    [anna] = [row for row in live.agents() if row.id == ANNA]
    [work] = anna.work
    assert (anna.doing.value, work.state, work.direction) == ("talking", Work.TALKING, Direction.OUTBOUND)
    centre.passes(10_000)
    centre.happens(events.LegHungUp(leg))
    centre.wraps_up(ANNA, contact, "")
    time, intervals, records = AgentTime(), IntervalFigures(), ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            for fold in (time, intervals, records):
                fold.apply(fact, entry.at)
    [row] = time.total(0, centre.now + 1)
    assert {doing.value: spent for doing, spent in row.spent_ms.items() if spent} == {
        "ready": 1_000,
        "dialling": 5_000,
        "talking": 10_000,
    }
    assert (row.handled, row.dialled, row.reached) == (0, 1, 1)
    assert intervals.total(0, centre.now + 1) == {}
    [record] = records.take_ended()
    assert record.direction is Direction.OUTBOUND
    assert (record.spent_ms(SegmentKind.DIAL), record.spent_ms(SegmentKind.TALK)) == (5_000, 10_000)
    assert centre.all_facts(VisitOpened) == []
    assert live_figures(centre).queues(centre.now)[0].offered == 0


def live_figures(centre: Centre) -> LiveFigures:
    """Return what a wallboard shows now."""
    live = LiveFigures(MORNING)
    for entry in centre.journal:
        for fact in entry.facts:
            live.apply(fact, entry.at)
    return live
