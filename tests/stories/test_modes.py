"""Modes: one act of a supervisor changes how the centre, or one queue, is run; it ends by itself, leaving no trace."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, ModeConfig, QueueConfig, RelaxStep
from contactcenter.model.facts import (
    ConfigApplied,
    ContactArrived,
    ModeChanged,
    OfferEnded,
    OfferMade,
    PositionTold,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.flow import Branch, Flow, HangUpNode
from contactcenter.model.ids import QueueId
from contactcenter.model.modes import NORMAL, ActiveMode, in_mode
from contactcenter.model.recipes import Announce, Close, RecipeStep
from contactcenter.model.words import Channel, ModeSource, OfferOutcome, Presence, VisitOutcome
from contactcenter.reports.tables import report
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, small_config

HOUR_MS = 3_600_000
TEXTS_ONLY = (Channel.CHAT, Channel.SMS)
LIGHTS = QueueId("lights")


def config_with_modes(**faults: Any) -> CenterConfig:
    """Return the small configuration with a second queue and four modes; `faults` changes its fault queue."""
    config = small_config(**faults)
    queue = config.queues[0]
    lights = replace(queue, id=LIGHTS, name="Lights")
    away = Flow("away", "bye", (Branch("bye", HangUpNode(("closed",), "closed")),))
    storm = ModeConfig(
        "storm",
        "Storm",
        (replace(queue, welcome=("storm",), ring_ms=9_000, wrap_up_ms=5_000, limit=5), replace(lights, limit=7)),
        lasts_ms=4 * HOUR_MS,
    )
    entries = (replace(config.entries[1], flow="away"),)
    evacuated = ModeConfig("evacuated", "Evacuated", (replace(queue, offers=TEXTS_ONLY),), entries)
    as_usual, shut = ModeConfig("as_usual", "As usual"), ModeConfig("shut", "Shut", (replace(queue, limit=0),))
    return replace(
        config, queues=(queue, lights), flows=(*config.flows, away), modes=(storm, evacuated, as_usual, shut)
    )


@pytest.fixture
def centre() -> Centre:
    """Return an open centre that has modes."""
    return Centre(config_with_modes())


def switches(centre: Centre, mode: str, queue: QueueId | None = None, until_at: int | None = None) -> None:
    """A supervisor puts the centre, or one queue, into a mode."""
    centre.happens(asked(mode, queue, until_at))


def asked(mode: str, queue: QueueId | None = None, until_at: int | None = None) -> events.ModeAsked:
    """Return what a supervisor asks for."""
    return events.ModeAsked(queue, mode, "sue", ModeSource.CONSOLE, "thunder", until_at)


def queue_now(centre: Centre, queue: QueueId = FAULTS) -> QueueConfig:
    """Return a queue as routing has it now."""
    return centre.center.routing.floor.queues[queue]


def test_the_next_caller_and_the_next_offer_are_in_the_new_mode(centre: Centre) -> None:
    centre.signs_in(ANNA)
    switches(centre, "storm")
    contact = centre.calls()
    assert centre.all_facts(OfferMade)[0].expires_at == centre.now + 9_000
    centre.answers()
    centre.hangs_up()
    assert centre.passes(4_999) == []
    centre.passes(1)
    assert centre.all_facts(WorkChanged)[-1].contact == contact
    centre.calls("+2")
    assert centre.commands(commands.Play)[0].prompts[0] == "storm"
    centre.check_replay()


def test_a_switch_is_told_with_who_from_where_why_and_until_when(centre: Centre) -> None:
    switches(centre, "storm", until_at=MORNING + HOUR_MS)
    assert centre.facts(ModeChanged) == [
        ModeChanged(None, "storm", MORNING + HOUR_MS, NORMAL, None, "sue", ModeSource.CONSOLE, "thunder")
    ]
    (applied,) = centre.facts(ConfigApplied)
    assert applied.hash == "first", "what is published is the same"
    assert applied.modes == (ActiveMode(None, "storm", MORNING + HOUR_MS),)


def test_a_mode_ends_by_itself_and_nothing_of_it_is_left(centre: Centre) -> None:
    before = queue_now(centre)
    switches(centre, "storm")
    assert queue_now(centre) != before
    assert not [fact for fact in centre.passes(4 * HOUR_MS - 1) if isinstance(fact, ModeChanged)]
    (ended, applied) = centre.passes(1)
    assert ended == ModeChanged(None, NORMAL, None, "storm", MORNING + 4 * HOUR_MS, "", ModeSource.EXPIRY)
    assert applied == ConfigApplied("first", config_with_modes())
    assert queue_now(centre) == before
    centre.check_replay()


def test_one_act_goes_back_to_the_former_mode(centre: Centre) -> None:
    switches(centre, "storm", until_at=MORNING + HOUR_MS)
    switches(centre, "evacuated")
    changed = centre.facts(ModeChanged)[0]
    switches(centre, changed.former, changed.queue, changed.former_until_at)
    assert centre.facts(ModeChanged)[0].until_at == MORNING + HOUR_MS
    assert queue_now(centre).welcome == ("storm",)


def test_a_longer_mode_is_no_other_configuration(centre: Centre) -> None:
    switches(centre, "storm", until_at=MORNING + HOUR_MS)
    switches(centre, "storm", until_at=MORNING + 2 * HOUR_MS)
    assert centre.facts(ModeChanged) and not centre.facts(ConfigApplied)
    assert [type(fact) for fact in centre.passes(2 * HOUR_MS)] == [ModeChanged, ConfigApplied]


def test_the_queues_own_mode_goes_before_the_centres(centre: Centre) -> None:
    switches(centre, "storm")
    switches(centre, "as_usual", FAULTS)
    assert (queue_now(centre).ring_ms, queue_now(centre, LIGHTS).limit) == (15_000, 7)
    switches(centre, NORMAL)
    assert queue_now(centre, LIGHTS).limit == 1_000
    switches(centre, "storm", FAULTS)
    assert (queue_now(centre).ring_ms, queue_now(centre, LIGHTS).limit) == (9_000, 1_000)
    switches(centre, NORMAL, FAULTS)
    assert centre.center.modes.in_force() == ()


def test_a_queue_that_is_normal_follows_the_centre(centre: Centre) -> None:
    switches(centre, "evacuated", FAULTS)
    switches(centre, "storm")
    assert queue_now(centre).offers == TEXTS_ONLY
    switches(centre, NORMAL, FAULTS)
    assert queue_now(centre).welcome == ("storm",)


def test_a_mode_of_one_queue_leaves_the_entries_alone(centre: Centre) -> None:
    switches(centre, "evacuated", FAULTS)
    centre.calls()
    assert centre.all_facts(ContactArrived)[-1].flow == "direct"
    switches(centre, "evacuated")
    centre.calls("+2")
    assert centre.all_facts(ContactArrived)[-1].flow == "away"


def test_the_report_lists_each_switch(centre: Centre) -> None:
    switches(centre, "storm", FAULTS, until_at=MORNING + HOUR_MS)
    centre.passes(HOUR_MS)
    rows = report("modes", centre.journal, MORNING, centre.now + 1).rows
    assert rows == (
        ("2023-11-14 22:13:20", "faults", "storm", "normal", "2023-11-14 23:13:20", "sue", "console", "thunder"),
        ("2023-11-14 23:13:20", "faults", "normal", "storm", "", "", "expiry", ""),
    )
    assert not report("modes", centre.journal, centre.now + 1, centre.now + 2).rows


# --- evacuated: nobody is offered a call


def test_evacuated_silences_what_rings_and_keeps_places_and_presence(centre: Centre) -> None:
    centre.signs_in(ANNA)
    first = centre.calls("+1")
    centre.passes(1_000)
    second = centre.calls("+2")
    switches(centre, "evacuated")
    assert [fact.outcome for fact in centre.facts(OfferEnded)] == [OfferOutcome.WITHDRAWN]
    assert not centre.facts(OfferMade)
    centre.signs_in(BO)
    assert len(centre.all_facts(OfferMade)) == 1, "nobody is offered a call"
    told = [fact for fact in centre.passes(30_000) if isinstance(fact, PositionTold)]
    assert {fact.contact: fact.position for fact in told} == {first: 1, second: 2}
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    switches(centre, NORMAL)
    assert [(fact.contact, fact.agent) for fact in centre.facts(OfferMade)] == [(first, ANNA), (second, BO)]
    centre.check_replay()


def test_texts_are_still_offered_when_calls_are_not(centre: Centre) -> None:
    centre.signs_in(ANNA)
    switches(centre, "evacuated")
    centre.texts("one")
    assert centre.offer().channel is Channel.SMS


def test_a_talk_goes_on_and_a_texter_kept_for_one_agent_waits_in_his_queue(centre: Centre) -> None:
    silent = replace(config_with_modes().queues[0], offers=())
    mute = ModeConfig("mute", "Mute", (silent,))
    centre.happens(events.ConfigPublished("second", replace(config_with_modes(), modes=(mute,))))
    centre.signs_in(ANNA)
    first = centre.texts("one")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    switches(centre, "mute")
    assert contact in centre.center.routing.floor.agents[ANNA].work and first is not None
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    centre.texts("two")
    assert centre.all_facts(VisitOpened)[-1].preferred == ANNA
    assert len(centre.all_facts(OfferMade)) == 1
    switches(centre, NORMAL)
    assert centre.offer().agent == ANNA and len(centre.all_facts(OfferMade)) == 2
    centre.check_replay()


def test_who_still_walks_the_flow_is_turned_away_where_the_mode_takes_nobody(centre: Centre) -> None:
    centre.calls(dialled="95598")
    switches(centre, "shut")
    centre.keys("1")
    collect = centre.commands(commands.Collect)[0]
    centre.happens(events.CollectEnded(collect.leg, collect.play, "done", 4, None))
    assert centre.commands(commands.Play)[0].prompts == ("all_full",)


def test_who_waits_is_told_at_once_and_closed_when_the_mode_says_so() -> None:
    usual = config_with_modes()
    told = RecipeStep(0, Announce(("evacuated",)), every_ms=120_000)
    over = RecipeStep(600_000, Close(("closed",)))
    away = replace(usual.queues[0], offers=TEXTS_ONLY, recipe=(told, over))
    centre = Centre(replace(usual, modes=(ModeConfig("away", "Away", (away,)),)))
    centre.calls()
    centre.passes(60_000)
    switches(centre, "away")
    deadline = centre.center.deadline()
    assert deadline is not None and deadline <= centre.now, "within a second: at once"
    centre.passes(0)
    assert "evacuated" in centre.commands(commands.Play)[-1].prompts
    centre.passes(539_999)
    assert not centre.all_facts(VisitEnded)
    centre.passes(1)
    assert [fact.outcome for fact in centre.all_facts(VisitEnded)] == [VisitOutcome.CLOSED]
    centre.check_replay()


# --- what comes from outside at the wrong moment


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (asked("hurricane"), "there is no such mode: choose one that is configured"),
        (asked("storm", QueueId("gone")), "there is no such queue: choose one that is configured"),
        (asked("storm", None, MORNING), "this time is over: choose a later one"),
        (asked("storm", None, MORNING + 32 * 24 * HOUR_MS), "a mode is for a month at most: choose an earlier time"),
        (asked(NORMAL), "this mode is in force already"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(centre: Centre, event: events.ModeAsked, reason: str) -> None:
    assert centre.refuses(event) == reason


def test_a_doubled_act_changes_nothing(centre: Centre) -> None:
    switches(centre, "evacuated")
    assert centre.refuses(asked("evacuated")) == "this mode is in force already"


def test_an_act_before_the_first_configuration_is_refused() -> None:
    centre = Centre()
    centre.center = type(centre.center)()
    assert centre.refuses(asked(NORMAL)) == "no configuration is in force yet"


# --- configurations and restarts meanwhile


def test_a_new_configuration_is_in_force_under_the_mode(centre: Centre) -> None:
    switches(centre, "storm")
    changed = config_with_modes(record=False)
    centre.happens(events.ConfigPublished("second", changed))
    assert (queue_now(centre).record, queue_now(centre).welcome) == (False, ("storm",))
    storm = ActiveMode(None, "storm", MORNING + 4 * HOUR_MS)
    assert [fact.modes for fact in centre.facts(ConfigApplied)] == [(), (storm,)]
    switches(centre, NORMAL)
    assert centre.facts(ConfigApplied) == [ConfigApplied("second", changed)]
    centre.check_replay()


def test_a_mode_that_is_gone_falls_back_to_normal_and_says_so(centre: Centre) -> None:
    switches(centre, "storm")
    switches(centre, "evacuated", LIGHTS)
    fewer = replace(config_with_modes(), modes=config_with_modes().modes[1:], queues=config_with_modes().queues[:1])
    centre.happens(events.ConfigPublished("second", fewer))
    gone = centre.facts(ModeChanged)
    assert [(fact.queue, fact.mode, fact.former) for fact in gone] == [
        (None, NORMAL, "storm"),
        (LIGHTS, NORMAL, "evacuated"),
    ]
    assert {fact.source for fact in gone} == {ModeSource.CONFIGURATION}
    assert queue_now(centre).welcome == ("queue_welcome",)
    assert not [fact for fact in centre.passes(5 * HOUR_MS) if isinstance(fact, ModeChanged)]
    centre.check_replay()


def test_a_restart_keeps_the_mode_and_its_end(centre: Centre) -> None:
    switches(centre, "storm")
    centre.crash()
    assert queue_now(centre).welcome == ("storm",)
    assert centre.refuses(events.ConfigPublished("first", config_with_modes())) == (
        "this configuration is in force already"
    )
    centre.passes(4 * HOUR_MS)
    assert queue_now(centre).welcome == ("queue_welcome",)
    centre.check_replay()


def test_a_mode_that_ended_while_the_engine_was_down_ends_at_its_start(centre: Centre) -> None:
    switches(centre, "storm")
    centre.now += 5 * HOUR_MS
    centre.crash()
    assert [fact.source for fact in centre.happens(events.TimePassed()).facts if isinstance(fact, ModeChanged)] == [
        ModeSource.EXPIRY
    ]


def test_a_mode_may_relax_those_who_wait_at_once() -> None:
    config = config_with_modes(min_level=9)
    wide = ModeConfig("wide", "Wide", (replace(config.queues[0], relax=(RelaxStep(1_000, "fault"),)),))
    centre = Centre(replace(config, modes=(wide,)))
    centre.signs_in(ANNA)
    centre.calls()
    centre.passes(5_000)
    assert not centre.all_facts(OfferMade)
    switches(centre, "wide")
    assert [fact.agent for fact in centre.facts(OfferMade)] == [ANNA]
    centre.check_replay()


# --- the property


MODES = (NORMAL, "storm", "evacuated", "as_usual")


def test_whatever_was_switched_normal_is_what_was_published() -> None:
    """All ways through three switches of centre and queue, and back: the published configuration, the very same."""
    published = config_with_modes()
    steps = tuple(product(MODES, (None, FAULTS, LIGHTS)))
    for way in product(steps, repeat=2):
        centre = Centre(published)
        for mode, queue in way:
            centre.tries(asked(mode, queue))
        for queue in (None, FAULTS, LIGHTS):
            centre.tries(asked(NORMAL, queue))
        assert centre.all_facts(ConfigApplied)[-1] == ConfigApplied("first", published), way
        assert list(centre.center.routing.floor.queues.values()) == list(published.queues)


def test_a_mode_is_laid_over_what_is_published_and_over_nothing_else() -> None:
    published = config_with_modes()
    storm, evacuated = ActiveMode(None, "storm"), ActiveMode(None, "evacuated")
    assert in_mode(published, ()) == published
    assert in_mode(in_mode(published, [storm]), [evacuated]) != in_mode(published, [evacuated])
    assert in_mode(published, [storm]).agents is published.agents
