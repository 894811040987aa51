"""Calls to an agent's own number: they ring her alone, and go on elsewhere when she does not take them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, DirectConfig, EntryConfig
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    DirectDiverted,
    DispositionSet,
    FarewellBegun,
    FlowStarted,
    OfferEnded,
    OfferMade,
    RecordingChanged,
    TalkStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, LegId, StationId
from contactcenter.model.transfers import ToAgent, ToQueue
from contactcenter.model.words import Channel, ContactOutcome, Direction, LegRole, OfferOutcome, Work
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, sealed, small_config

NUMBER = "8001"


def direct_config(**rules: object) -> CenterConfig:
    """Return the small centre where Anna has a number of her own, and somebody who has left another."""
    config = small_config()
    own = EntryConfig(NUMBER, Channel.VOICE, "", "en", ANNA)
    left = EntryConfig("8002", Channel.VOICE, "", "en", AgentId("left"))
    rules = {"dispositions": ("advised",), **rules}
    return msgspec.structs.replace(config, entries=(*config.entries, own, left), direct=DirectConfig(**rules))  # type: ignore[arg-type]


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre where direct calls go to the queue if need be, replayed at the end of the story."""
    story = Centre(direct_config(queue=FAULTS))
    story.signs_in(ANNA, BO)
    yield story
    story.check_replay()


def customer_calls(centre: Centre, number: str = NUMBER) -> ContactId:
    """A customer dials the number of an agent; his line is up."""
    leg = LegId("customer")
    box = sealed("+8613900000001")
    centre.happens(events.CallArrived(leg, "carrier", number, box, "key", box.person))
    contact = centre.facts(ContactArrived)[0].contact
    centre.happens(events.LegAnswered(leg, sealed("dialog")))
    return contact


def outcomes(centre: Centre) -> list[ContactOutcome]:
    """Return how contacts ended; no line is left."""
    assert centre.center.calls.lines.legs == {}
    return [fact.outcome for fact in centre.all_facts(ContactEnded)]


def test_it_rings_her_alone_beside_all_queues_and_they_talk(centre: Centre) -> None:
    contact = customer_calls(centre)
    assert centre.all_facts(ContactArrived)[0].direction is Direction.DIRECT
    assert (centre.offer().agent, centre.offer().visit, centre.offer().queue) == (ANNA, None, None)
    [play] = centre.commands(commands.Play)
    assert (play.leg, play.prompts) == (LegId("customer"), ("music/ringing",))
    assert centre.commands(commands.DialStation)[0].station == StationId("anna-phone")
    centre.answers()
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, None, Channel.VOICE, ANNA)]
    assert centre.commands(commands.Bridge) and centre.facts(RecordingChanged)
    assert not centre.all_facts(VisitOpened) and not centre.all_facts(FlowStarted)
    centre.happens(events.LegHungUp(LegId("customer")))
    assert centre.facts(WorkChanged)[-1].work is Work.WRAP_UP
    centre.wraps_up(ANNA, contact, "advised")
    assert centre.facts(DispositionSet)[0].disposition == "advised"
    assert outcomes(centre) == [ContactOutcome.HANDLED]


def test_who_is_not_ready_is_not_rung_and_the_call_waits_in_the_queue_as_any_other(centre: Centre) -> None:
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    contact = customer_calls(centre)
    assert centre.facts(DirectDiverted) == [DirectDiverted(contact, ANNA, "not ready", FAULTS)]
    assert centre.facts(VisitOpened)[0].queue == FAULTS
    assert centre.offer().agent == BO and centre.offer().visit is not None
    centre.answers()
    centre.happens(events.LegHungUp(LegId("customer")))
    centre.wraps_up(BO, contact)
    assert outcomes(centre) == [ContactOutcome.HANDLED]


def test_she_who_could_not_be_rung_has_him_when_she_comes_free_first(centre: Centre) -> None:
    centre.happens(events.NotReadyChosen(ANNA, "break"))
    centre.happens(events.NotReadyChosen(BO, "break"))
    contact = customer_calls(centre)
    assert (centre.facts(DirectDiverted)[0].hindrance, centre.facts(VisitOpened)[0].queue) == ("not ready", FAULTS)
    centre.happens(events.ReadyChosen(ANNA))
    assert (centre.offer().contact, centre.offer().agent) == (contact, ANNA)


def test_what_she_does_not_answer_goes_to_others_first(centre: Centre) -> None:
    customer_calls(centre)
    centre.happens(events.LegRinging(centre.ringing_leg()))
    centre.passes(20_000)
    assert centre.all_facts(OfferEnded)[0].outcome is OfferOutcome.NO_ANSWER
    assert centre.offer().agent == BO


def test_what_she_rejects_comes_back_to_her_only_after_others(centre: Centre) -> None:
    centre.happens(events.NotReadyChosen(BO, "lunch"))
    customer_calls(centre)
    centre.happens(events.OfferRejected(ANNA, centre.offer().offer))
    assert len(centre.all_facts(OfferMade)) == 1
    centre.passes(10_000)
    assert centre.offer().agent == ANNA and centre.offer().visit is not None


def test_who_has_left_is_not_here_any_more(centre: Centre) -> None:
    customer_calls(centre, "8002")
    assert centre.facts(DirectDiverted)[0].hindrance == "is not here any more"
    assert centre.offer().agent in (ANNA, BO)


def test_it_goes_through_a_flow_where_the_rules_say_so() -> None:
    centre = Centre(direct_config(flow="hotline"))
    centre.signs_in(BO)
    contact = customer_calls(centre)
    assert centre.facts(FlowStarted)[0].flow == "hotline"
    assert centre.commands(commands.Play)[-1].prompts == ("menu_main",)
    centre.happens(events.KeyPressed(LegId("customer"), "2"))
    centre.happens(events.LegHungUp(LegId("customer")))
    assert contact and outcomes(centre) == [ContactOutcome.LEFT_IN_IVR]
    centre.check_replay()


def test_where_there_is_nothing_else_he_is_told_so_and_that_is_all() -> None:
    centre = Centre(direct_config())
    centre.signs_in(BO)
    customer_calls(centre)
    [farewell] = centre.facts(FarewellBegun)
    assert farewell.prompts == ("agent_away",)
    centre.happens(events.PlaybackEnded(LegId("customer"), farewell.prompt))
    assert outcomes(centre) == [ContactOutcome.NO_ANSWER]
    assert not centre.all_facts(VisitOpened)
    centre.check_replay()


@pytest.mark.parametrize("limits", [{"limit": 0}])
def test_a_full_queue_takes_no_direct_calls_either(limits: dict[str, int]) -> None:
    config = direct_config(queue=FAULTS)
    queues = tuple(msgspec.structs.replace(queue, **limits) for queue in config.queues)
    centre = Centre(msgspec.structs.replace(config, queues=queues))
    customer_calls(centre)
    assert centre.facts(FarewellBegun)
    centre.happens(events.LegHungUp(LegId("customer")))
    assert outcomes(centre) == [ContactOutcome.NO_ANSWER]


def test_he_hangs_up_while_it_rings(centre: Centre) -> None:
    customer_calls(centre)
    centre.happens(events.LegHungUp(LegId("customer")))
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.CALLER_GONE
    assert outcomes(centre) == [ContactOutcome.ABANDONED]


def test_he_hangs_up_before_his_line_is_up(centre: Centre) -> None:
    box = sealed("+8613900000001")
    centre.happens(events.CallArrived(LegId("customer"), "carrier", NUMBER, box, "key", box.person))
    centre.happens(events.LegHungUp(LegId("customer")))
    assert outcomes(centre) == [ContactOutcome.ABANDONED]


def test_she_passes_it_on_to_a_colleague_under_the_same_rules(centre: Centre) -> None:
    contact = customer_calls(centre)
    centre.answers()
    centre.happens(events.TransferAsked(ANNA, contact, ToAgent(BO)))
    assert (centre.offer().agent, centre.offer().visit) == (BO, None)
    centre.answers()
    centre.happens(events.LegHungUp(LegId("customer")))
    centre.wraps_up(BO, contact, "advised")
    centre.wraps_up(ANNA, contact, "advised")
    assert outcomes(centre) == [ContactOutcome.HANDLED]


def test_passed_on_to_a_queue_it_is_a_visit_as_any_other(centre: Centre) -> None:
    contact = customer_calls(centre)
    centre.answers()
    centre.happens(events.TransferAsked(ANNA, contact, ToQueue(FAULTS)))
    assert centre.facts(VisitOpened)[0].queue == FAULTS
    assert centre.offer().agent == BO


def test_she_asks_a_colleague_about_it(centre: Centre) -> None:
    contact = customer_calls(centre)
    centre.answers()
    centre.happens(events.ConsultAsked(ANNA, contact, BO))
    centre.answers()
    centre.happens(events.ConsultCompleted(ANNA, contact))
    assert centre.facts(TalkStarted)[0].agent == BO


def test_an_engine_that_dies_fails_the_call(centre: Centre) -> None:
    customer_calls(centre)
    centre.crash()
    assert outcomes(centre) == [ContactOutcome.FAILED_NODE]


def test_an_engine_that_takes_over_lines_that_live_lets_it_ring_again(centre: Centre) -> None:
    customer_calls(centre)
    centre.happens(events.EngineStarted("story", tuple(centre.center.calls.lines.legs)))
    assert centre.all_facts(OfferEnded)[0].outcome is OfferOutcome.WITHDRAWN
    assert centre.offer().agent == ANNA and len(centre.all_facts(OfferMade)) == 2


def test_it_counts_in_agent_time_as_direct_and_in_no_queue(centre: Centre) -> None:
    contact = customer_calls(centre)
    centre.passes(3_000)
    centre.answers()
    centre.passes(60_000)
    centre.happens(events.LegHungUp(LegId("customer")))
    centre.wraps_up(ANNA, contact, "advised")
    times, records = AgentTime(), ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            times.apply(fact, entry.at)
            records.apply(fact, entry.at)
    times.settle(centre.now)
    anna, bo = times.total(0, MORNING * 2)
    assert (anna.handled, anna.direct, anna.talked_ms[Direction.DIRECT]) == (0, 1, 60_000)
    assert bo.talked_ms[Direction.DIRECT] == 0
    [record] = records.take_ended()
    assert (record.direction, record.queues) == (Direction.DIRECT, [])
    assert [segment.kind for segment in record.segments] == [SegmentKind.RING, SegmentKind.TALK]
    assert not [leg for leg in centre.center.calls.lines.legs.values() if leg.role is LegRole.CALLER]
