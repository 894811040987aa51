"""Calls among colleagues: the caller's phone first, then the other one, and every way in which they do not meet."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, InternalConfig, OutgoingConfig, StationConfig
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    DialEnded,
    DispositionSet,
    OfferMade,
    PresenceChanged,
    RecordingChanged,
    TalkEnded,
    TalkStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, LegId, QueueId, StationId
from contactcenter.model.transfers import ToQueue
from contactcenter.model.words import (
    Channel,
    ContactOutcome,
    DialOutcome,
    Direction,
    LegRole,
    Party,
    Presence,
    Work,
    WrapUpKind,
)
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, sealed, small_config


def internal_config(auto_answer: bool = False, **rules: object) -> CenterConfig:
    """Return the small centre whose agents may call each other."""
    config = msgspec.structs.replace(small_config(), internal=InternalConfig(**rules))  # type: ignore[arg-type]
    stations = tuple(msgspec.structs.replace(each, auto_answer=auto_answer) for each in config.stations)
    return msgspec.structs.replace(config, stations=stations)


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre with both agents at their phones, replayed at the end of the story."""
    story = Centre(internal_config())
    story.signs_in(ANNA, BO)
    yield story
    story.check_replay()


def calls_bo(centre: Centre) -> ContactId:
    """Anna asks for Bo; return the contact."""
    centre.happens(events.InternalCallAsked(ANNA, BO))
    return centre.facts(ContactArrived)[0].contact


def line_of(centre: Centre, name: AgentId) -> LegId:
    """Return the line of an agent's phone."""
    legs = centre.center.calls.lines.legs.items()
    return next(leg for leg, line in legs if line.station == StationId(f"{name}-phone"))


def talks(centre: Centre) -> ContactId:
    """Let Anna call Bo, who answers after five seconds."""
    contact = calls_bo(centre)
    centre.answers()
    centre.passes(1_000)
    centre.tries(events.LegRinging(line_of(centre, BO)))
    centre.passes(4_000)
    centre.answers()
    return contact


def ending(centre: Centre) -> tuple[DialOutcome, ContactOutcome]:
    """Return how the one call was dialled and ended; no line and no work is left of it."""
    [dialled], [ended] = centre.all_facts(DialEnded), centre.all_facts(ContactEnded)
    assert centre.center.calls.lines.calls == {} and centre.center.calls.lines.legs == {}
    assert not any(agent.work for agent in centre.center.routing.floor.agents.values())
    return dialled.outcome, ended.outcome


def works(centre: Centre, name: AgentId) -> list[Work]:
    """Return all that an agent did."""
    return [fact.work for fact in centre.all_facts(WorkChanged) if fact.agent == name]


def test_her_phone_rings_first_then_his_and_they_talk(centre: Centre) -> None:
    contact = calls_bo(centre)
    [arrived] = centre.facts(ContactArrived)
    assert (arrived.direction, arrived.entry, arrived.address) == (Direction.INTERNAL, "", None)
    [ring] = centre.commands(commands.DialStation)
    assert ring.station == StationId("anna-phone")
    centre.answers()
    hers = line_of(centre, ANNA)
    [ring] = centre.commands(commands.DialStation)
    assert (ring.station, ring.beside) == (StationId("bo-phone"), hers)
    assert [play.leg for play in centre.commands(commands.Play)] == [hers]
    assert (centre.offer().agent, centre.offer().visit, centre.offer().queue) == (BO, None, None)
    centre.passes(3_000)
    centre.answers()
    assert centre.commands(commands.Bridge) == [commands.Bridge(hers, line_of(centre, BO))]
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, None, Channel.VOICE, ANNA)]
    assert works(centre, ANNA) == [Work.DIALLING, Work.TALKING]
    assert works(centre, BO) == [Work.RINGING, Work.TALKING]
    assert not centre.all_facts(RecordingChanged) and not centre.all_facts(VisitOpened)


@pytest.mark.parametrize("who", [ANNA, BO])
def test_either_hangs_up_and_both_are_free_at_once(centre: Centre, who: AgentId) -> None:
    talks(centre)
    centre.happens(events.LegHungUp(line_of(centre, who)))
    assert centre.facts(TalkEnded)[0].by is Party.AGENT
    assert ending(centre) == (DialOutcome.ANSWERED, ContactOutcome.HANDLED)


@pytest.mark.parametrize("who", [ANNA, BO])
def test_either_ends_it_from_the_console(centre: Centre, who: AgentId) -> None:
    contact = talks(centre)
    centre.happens(events.ContactClosed(who, contact))
    assert ending(centre) == (DialOutcome.ANSWERED, ContactOutcome.HANDLED)


def test_nothing_is_offered_to_either_meanwhile_and_what_waits_comes_afterwards(centre: Centre) -> None:
    contact = talks(centre)
    centre.calls()
    assert len(centre.all_facts(OfferMade)) == 1
    centre.happens(events.ContactClosed(ANNA, contact))
    assert len(centre.all_facts(OfferMade)) == 2


def test_each_may_hold_and_the_other_hears_music_until_both_are_back(centre: Centre) -> None:
    talks(centre)
    hers, his = line_of(centre, ANNA), line_of(centre, BO)
    centre.happens(events.LegHeld(his))
    assert works(centre, BO)[-1] is Work.HOLD and works(centre, ANNA)[-1] is Work.TALKING
    assert [play.leg for play in centre.commands(commands.Play)] == [hers]
    centre.happens(events.LegHeld(hers))
    assert works(centre, ANNA)[-1] is Work.HOLD and not centre.commands(commands.Play)
    centre.happens(events.LegResumed(his))
    assert [play.leg for play in centre.commands(commands.Play)] == [his]
    centre.happens(events.LegResumed(hers))
    assert works(centre, BO)[-1] is works(centre, ANNA)[-1] is Work.TALKING
    assert centre.commands(commands.Bridge) == [commands.Bridge(hers, his)]


def test_she_may_hold_before_he_answers(centre: Centre) -> None:
    calls_bo(centre)
    centre.answers()
    centre.happens(events.LegHeld(line_of(centre, ANNA)))
    centre.happens(events.LegAnswered(line_of(centre, BO), sealed("dialog")))
    assert not centre.commands(commands.Bridge)
    centre.happens(events.LegResumed(line_of(centre, ANNA)))
    assert centre.commands(commands.Bridge)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (603, DialOutcome.REFUSED),
        (486, DialOutcome.BUSY),
        (404, DialOutcome.UNREACHABLE),
    ],
)
def test_his_phone_refuses(centre: Centre, status: int, outcome: DialOutcome) -> None:
    calls_bo(centre)
    centre.answers()
    centre.happens(events.LegFailed(line_of(centre, BO), status))
    assert ending(centre) == (outcome, ContactOutcome(outcome))
    centre.passes(60_000)


def test_he_presses_reject(centre: Centre) -> None:
    calls_bo(centre)
    centre.answers()
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    assert ending(centre) == (DialOutcome.REFUSED, ContactOutcome.REFUSED)
    centre.passes(60_000)


def test_he_does_not_answer_and_is_not_ready_from_then(centre: Centre) -> None:
    calls_bo(centre)
    centre.answers()
    centre.happens(events.LegRinging(line_of(centre, BO)))
    centre.passes(20_000)
    assert ending(centre) == (DialOutcome.NO_ANSWER, ContactOutcome.NO_ANSWER)
    assert centre.all_facts(PresenceChanged)[-1].reason == "no_answer"


def test_he_goes_away_while_it_rings(centre: Centre) -> None:
    calls_bo(centre)
    centre.answers()
    centre.happens(events.NotReadyChosen(BO, "lunch"))
    assert ending(centre) == (DialOutcome.UNREACHABLE, ContactOutcome.UNREACHABLE)


def test_he_has_a_call_by_the_time_she_lifts_hers(centre: Centre) -> None:
    calls_bo(centre)
    centre.calls()
    assert centre.offer().agent == BO
    centre.answers()
    centre.happens(events.LegAnswered(line_of(centre, ANNA), sealed("dialog")))
    assert centre.all_facts(DialEnded)[0].outcome is DialOutcome.BUSY


def test_he_is_gone_by_the_time_she_lifts_hers(centre: Centre) -> None:
    calls_bo(centre)
    centre.happens(events.AgentSignedOut(BO))
    centre.answers()
    assert ending(centre) == (DialOutcome.UNREACHABLE, ContactOutcome.UNREACHABLE)


def test_her_own_phone_is_not_answered_so_nobody_is_called(centre: Centre) -> None:
    calls_bo(centre)
    centre.passes(20_000)
    assert ending(centre) == (DialOutcome.NO_AGENT, ContactOutcome.NO_AGENT)


def test_her_own_phone_refuses(centre: Centre) -> None:
    calls_bo(centre)
    centre.happens(events.LegFailed(line_of(centre, ANNA), 486))
    assert ending(centre) == (DialOutcome.NO_AGENT, ContactOutcome.NO_AGENT)
    assert not centre.all_facts(OfferMade)


def test_she_hangs_up_while_his_rings_and_it_falls_silent(centre: Centre) -> None:
    calls_bo(centre)
    centre.answers()
    his = line_of(centre, BO)
    centre.happens(events.LegHungUp(line_of(centre, ANNA)))
    assert commands.HangUpLeg(his) in centre.step.commands
    assert ending(centre) == (DialOutcome.CANCELLED, ContactOutcome.CANCELLED)


def test_she_gives_up_from_the_console_and_he_may_not_end_what_only_rings(centre: Centre) -> None:
    contact = calls_bo(centre)
    centre.answers()
    assert "over" in centre.refuses(events.ContactClosed(BO, contact))
    centre.happens(events.ContactClosed(ANNA, contact))
    assert ending(centre) == (DialOutcome.CANCELLED, ContactOutcome.CANCELLED)


def test_he_answers_by_the_console_where_his_phone_can() -> None:
    centre = Centre(internal_config(auto_answer=True))
    centre.signs_in(ANNA, BO)
    calls_bo(centre)
    centre.answers()
    assert not centre.commands(commands.DialStation)
    centre.accepts(BO)
    assert centre.commands(commands.DialStation)[0].station == StationId("bo-phone")
    centre.answers()
    assert centre.facts(TalkStarted)
    centre.check_replay()


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_an_engine_that_dies_ends_it_at_every_step(centre: Centre, steps: int) -> None:
    calls_bo(centre)
    for _ in range(steps):
        centre.answers()
    centre.crash()
    dialled = DialOutcome.ANSWERED if steps == 2 else DialOutcome.FAILED
    assert ending(centre) == (dialled, ContactOutcome.FAILED_NODE)


def test_an_engine_that_takes_over_lines_that_live_ends_what_only_rings(centre: Centre) -> None:
    calls_bo(centre)
    centre.answers()
    centre.happens(events.EngineStarted("story", tuple(centre.center.calls.lines.legs)))
    assert ending(centre) == (DialOutcome.FAILED, ContactOutcome.FAILED_NODE)


def test_whom_she_may_not_call_and_when(centre: Centre) -> None:
    assert "sign in" in centre.refuses(events.InternalCallAsked(AgentId("nobody"), BO))
    assert "such colleague" in centre.refuses(events.InternalCallAsked(ANNA, ANNA))
    assert "such colleague" in centre.refuses(events.InternalCallAsked(ANNA, AgentId("nobody")))
    centre.happens(events.NotReadyChosen(BO, "lunch"))
    assert "not ready" in centre.refuses(events.InternalCallAsked(ANNA, BO))
    centre.happens(events.ReadyChosen(BO))
    centre.happens(events.PhoneUnbound(StationId("anna-phone"), "expired"))
    assert "no phone" in centre.refuses(events.InternalCallAsked(ANNA, BO))
    centre.happens(events.PhoneBound(StationId("anna-phone"), sealed("again")))
    talks(centre)
    assert "in hand" in centre.refuses(events.InternalCallAsked(ANNA, BO))
    centre.happens(events.ContactClosed(ANNA, centre.all_facts(ContactArrived)[0].contact))
    centre.happens(events.AgentSignedOut(ANNA))
    assert "sign in" in centre.refuses(events.InternalCallAsked(ANNA, BO))


def test_where_it_is_switched_off_nobody_calls_a_colleague() -> None:
    centre = Centre()
    centre.signs_in(ANNA, BO)
    assert "switched off" in centre.refuses(events.InternalCallAsked(ANNA, BO))


def test_it_is_neither_passed_on_nor_discussed(centre: Centre) -> None:
    contact = talks(centre)
    assert "not passed on" in centre.refuses(events.TransferAsked(ANNA, contact, ToQueue(QueueId(FAULTS))))
    assert "colleague already" in centre.refuses(events.ConsultAsked(ANNA, contact, BO))


def test_it_is_recorded_and_written_up_by_the_caller_where_the_rules_say_so() -> None:
    centre = Centre(internal_config(record=True, wrap_up=WrapUpKind.TIMED, dispositions=("agreed",)))
    centre.signs_in(ANNA, BO)
    contact = talks(centre)
    assert centre.facts(RecordingChanged)
    [recording] = centre.commands(commands.StartRecording)
    assert (recording.left, recording.right) == (line_of(centre, ANNA), line_of(centre, BO))
    centre.happens(events.LegHungUp(line_of(centre, BO)))
    assert (works(centre, ANNA)[-1], works(centre, BO)[-1]) == (Work.WRAP_UP, Work.ENDED)
    centre.wraps_up(ANNA, contact, "agreed")
    assert centre.facts(DispositionSet)[0].disposition == "agreed"
    centre.check_replay()


def test_a_changed_configuration_leaves_what_rings_alone(centre: Centre) -> None:
    calls_bo(centre)
    centre.answers()
    centre.happens(events.ConfigPublished("second", internal_config()))
    centre.answers()
    assert centre.facts(TalkStarted)


def test_it_counts_in_agent_time_and_the_records_and_nowhere_else(centre: Centre) -> None:
    talks(centre)
    centre.passes(60_000)
    centre.happens(events.LegHungUp(line_of(centre, ANNA)))
    times, records = AgentTime(), ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            times.apply(fact, entry.at)
            records.apply(fact, entry.at)
    times.settle(centre.now)
    anna, bo = times.total(0, MORNING * 2)
    for row in (anna, bo):
        assert (row.handled, row.dialled, row.reached) == (0, 0, 0)
        assert row.talked_ms[Direction.INTERNAL] == 60_000
    [record] = records.take_ended()
    assert (record.direction, record.agents) == (Direction.INTERNAL, [ANNA])
    kinds = [segment.kind for segment in record.segments]
    assert kinds == [SegmentKind.RING, SegmentKind.TALK]


def test_the_fewest_handled_count_no_colleagues(centre: Centre) -> None:
    talks(centre)
    agents = centre.center.routing.floor.agents
    assert agents[ANNA].shift.handled == agents[BO].shift.handled == 0
    assert agents[BO].presence is Presence.READY


def test_lines_of_both_are_agents_lines(centre: Centre) -> None:
    talks(centre)
    assert {leg.role for leg in centre.center.calls.lines.legs.values()} == {LegRole.AGENT}


def test_from_a_phone_outside_no_colleague_is_called() -> None:
    config = internal_config()
    outside = StationConfig(StationId("anna-phone"), number="+8613900000005")
    config = msgspec.structs.replace(
        config, stations=(outside, *config.stations[1:]), outgoing=OutgoingConfig("t", "1")
    )
    centre = Centre(config)
    centre.happens(events.AgentSignedIn(ANNA, StationId("anna-phone")))
    centre.signs_in(BO)
    assert "outside" in centre.refuses(events.InternalCallAsked(ANNA, BO))
