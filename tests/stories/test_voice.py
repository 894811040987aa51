"""A call from the trunk to the report: the menu, the queue, the ring, the talk, and every way to go wrong."""

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.facts import (
    BridgeMade,
    ChoiceMade,
    ContactEnded,
    DispositionSet,
    OfferEnded,
    OfferMade,
    PositionTold,
    PresenceChanged,
    RecordingChanged,
    TalkEnded,
    VisitEnded,
    WorkChanged,
)
from contactcenter.model.flow import Branch, EnqueueNode, Flow, HangUpNode, SayNode
from contactcenter.model.ids import LegId, QueueId, StationId
from contactcenter.model.words import (
    ContactOutcome,
    OfferOutcome,
    Party,
    Presence,
    RecordingState,
    VisitOutcome,
    Work,
)
from tests.stories.centre import ANNA, BO, Centre, sealed, small_config

CALLER = LegId("leg of +8613900000001")


def ended(centre: Centre) -> list[tuple[VisitOutcome, ContactOutcome]]:
    """Return how each visit and its contact ended in the whole story."""
    visits = [fact.outcome for fact in centre.all_facts(VisitEnded)]
    contacts = [fact.outcome for fact in centre.all_facts(ContactEnded)]
    return list(zip(visits, contacts, strict=True))


def test_a_call_is_answered_queued_rung_talked_recorded_and_wrapped_up(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls(dialled="95598")
    assert centre.commands(commands.Play)[0].prompts == ("menu_main",)
    centre.keys("1")
    assert centre.commands(commands.Collect)[0].max_keys == 8
    play = centre.center.calls.lines.calls[contact].play
    assert play is not None
    centre.happens(events.CollectEnded(CALLER, play, "done", 6, None))
    assert centre.facts(OfferMade)[0].agent == ANNA
    assert centre.commands(commands.DialStation)[0].beside == CALLER
    centre.passes(3_000)
    centre.answers()
    assert centre.commands(commands.Bridge)
    assert centre.commands(commands.StartRecording)[0].left == CALLER
    assert centre.facts(VisitEnded)[0].wait_ms == 3_000
    centre.passes(60_000)
    centre.hangs_up()
    assert centre.facts(TalkEnded)[0].by is Party.CUSTOMER
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] != [CALLER]
    recording = centre.facts(RecordingChanged)[0]
    centre.happens(events.RecordingStored(recording.recording, 60_000, 960_044, "hash"))
    assert centre.facts(RecordingChanged)[0].state is RecordingState.STORED
    centre.wraps_up(ANNA, contact)
    assert centre.facts(DispositionSet)[0].disposition == "solved"
    assert ended(centre) == [(VisitOutcome.HANDLED, ContactOutcome.HANDLED)]


def test_the_agent_hangs_up_and_the_caller_is_released(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    leg = centre.ringing_leg()
    centre.happens(events.LegHungUp(leg))
    assert centre.facts(TalkEnded)[0].by is Party.AGENT
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] == [CALLER]


def test_nobody_answers_so_the_next_agent_is_rung_and_the_place_is_kept(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    first = centre.calls("+8613900000001")
    centre.happens(events.LegRinging(centre.ringing_leg()))
    second = centre.calls("+8613900000002")
    centre.happens(events.LegRinging(centre.ringing_leg()))
    third = centre.calls("+8613900000003")
    centre.passes(15_000)
    assert [fact.outcome for fact in centre.all_facts(OfferEnded)] == [OfferOutcome.NO_ANSWER] * 2
    assert centre.center.routing.floor.agents[ANNA].reason == "no_answer"
    centre.happens(events.ReadyChosen(ANNA))
    assert centre.offer().contact == first
    centre.happens(events.ReadyChosen(BO))
    assert centre.offer().contact == second
    centre.answers()
    assert third not in [fact.contact for fact in centre.all_facts(OfferMade)]


def test_one_click_brings_the_old_turn_back_after_no_answer(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    idle_since = centre.center.routing.floor.agents[ANNA].idle_since
    centre.calls()
    centre.happens(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    changed = [fact for fact in centre.all_facts(PresenceChanged) if fact.reason == "no_answer"]
    assert [(fact.presence, fact.idle_since) for fact in changed] == [(Presence.NOT_READY, idle_since)]
    centre.happens(events.ReadyChosen(ANNA))
    assert centre.center.routing.floor.agents[ANNA].idle_since == idle_since


def test_the_longest_idle_agent_is_rung_first(centre: Centre) -> None:
    centre.signs_in(BO, ANNA)
    centre.calls()
    assert centre.offer().agent == BO


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (603, OfferOutcome.REJECTED),
        (302, OfferOutcome.REJECTED),
        (486, OfferOutcome.BUSY),
        (480, OfferOutcome.BUSY),
        (600, OfferOutcome.BUSY),
        (404, OfferOutcome.DEVICE_LOST),
        (408, OfferOutcome.DEVICE_LOST),
        (500, OfferOutcome.DEVICE_LOST),
    ],
)
def test_a_phone_that_refuses_ends_the_offer_by_its_name(centre: Centre, status: int, outcome: OfferOutcome) -> None:
    centre.signs_in(ANNA, BO)
    centre.calls()
    centre.happens(events.LegFailed(centre.ringing_leg(), status))
    assert centre.facts(OfferEnded)[0].outcome is outcome
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    assert centre.offer().agent == BO


def test_a_dead_phone_is_noticed_in_four_seconds_and_not_held_against_the_agent(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    centre.calls()
    centre.passes(4_000)
    assert centre.all_facts(OfferEnded)[0].outcome is OfferOutcome.DEVICE_LOST
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    assert centre.offer().agent == BO


def test_a_busy_phone_is_tried_again_after_a_pause(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.happens(events.LegFailed(centre.ringing_leg(), 486))
    assert not centre.center.routing.floor.offers
    centre.passes(30_000)
    assert len(centre.all_facts(OfferMade)) == 2


def test_who_rejects_is_not_rung_again_at_once(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.happens(events.OfferRejected(ANNA, centre.offer().offer))
    assert centre.commands(commands.HangUpLeg)
    assert not centre.center.routing.floor.offers
    centre.passes(10_000)
    assert centre.offer().agent == ANNA
    assert len(centre.all_facts(OfferMade)) == 2


def test_the_caller_hears_the_welcome_the_place_and_music(centre: Centre) -> None:
    centre.calls()
    play = centre.commands(commands.Play)[-1]
    assert play.prompts == ("queue_welcome", "queue_position_is", "number/1", "music/hold")
    assert play.loop
    centre.passes(30_000)
    assert centre.facts(PositionTold)[0].position == 1
    assert centre.commands(commands.Play)[0].prompts[0] == "queue_position_is"


def test_the_place_is_told_again_after_a_ring_that_nobody_answered(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.happens(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    assert not [fact for fact in centre.passes(29_999) if isinstance(fact, PositionTold)]
    assert [fact for fact in centre.passes(1) if isinstance(fact, PositionTold)]


def test_the_place_is_not_told_over_the_ring(centre: Centre) -> None:
    centre.calls()
    centre.passes(20_000)
    centre.signs_in(ANNA)
    centre.happens(events.LegRinging(centre.ringing_leg()))
    assert not [fact for fact in centre.passes(13_000) if isinstance(fact, PositionTold)]


def test_keys_of_a_value_that_come_before_it_is_gathered_are_not_written_down(centre: Centre) -> None:
    centre.calls(dialled="95598")
    centre.keys("1")
    assert centre.commands(commands.Collect)
    assert centre.refuses(events.KeyPressed(CALLER, "7")) == "no menu listens"


def test_hanging_up_in_the_menu_is_no_abandon(centre: Centre) -> None:
    centre.calls(dialled="95598")
    centre.hangs_up()
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.LEFT_IN_IVR


def test_hanging_up_before_the_answer_is_no_abandon(centre: Centre) -> None:
    centre.happens(events.CallArrived(LegId("early"), "trunk", "95598", None, "", None))
    centre.happens(events.LegHungUp(LegId("early")))
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.LEFT_IN_IVR


@pytest.mark.parametrize(
    ("waited_ms", "outcome"), [(4_999, VisitOutcome.SHORT_ABANDONED), (5_000, VisitOutcome.ABANDONED)]
)
def test_hanging_up_in_the_queue_is_an_abandon(centre: Centre, waited_ms: int, outcome: VisitOutcome) -> None:
    centre.calls()
    centre.passes(waited_ms)
    centre.hangs_up()
    assert ended(centre) == [(outcome, ContactOutcome.ABANDONED)]


def test_hanging_up_while_it_rings_frees_the_agent_at_once(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    leg = centre.ringing_leg()
    centre.happens(events.LegRinging(leg))
    centre.passes(8_000)
    centre.hangs_up()
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.CALLER_GONE
    assert [command.leg for command in centre.commands(commands.HangUpLeg)] == [leg]
    assert not centre.center.routing.floor.agents[ANNA].work
    assert centre.refuses(events.LegAnswered(leg)) == "this leg is gone"


def test_the_agent_answers_in_the_instant_in_which_the_caller_goes(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.hangs_up()
    assert centre.facts(TalkEnded)[0].by is Party.CUSTOMER


def test_both_hang_up_and_it_counts_once(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    leg = centre.ringing_leg()
    centre.hangs_up()
    assert centre.refuses(events.LegHungUp(leg)) == "this leg is gone"
    assert len(centre.all_facts(TalkEnded)) == 1


def test_hold_and_resume_by_the_phones_own_key(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    leg = centre.ringing_leg()
    centre.happens(events.LegHeld(leg))
    assert centre.facts(WorkChanged)[0].work is Work.HOLD
    assert centre.commands(commands.Unbridge) and centre.commands(commands.Play)[0].loop
    assert centre.refuses(events.LegHeld(leg)) == "a leg that is held cannot become held"
    centre.happens(events.LegResumed(leg))
    assert centre.facts(WorkChanged)[0].work is Work.TALKING
    assert centre.facts(BridgeMade) and centre.commands(commands.StopPlay)


def test_wrap_up_has_a_limit_and_a_missing_disposition_is_marked(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    centre.hangs_up()
    centre.passes(59_999)
    assert centre.center.routing.floor.agents[ANNA].work
    centre.passes(1)
    assert centre.facts(DispositionSet)[0].disposition == ""
    assert centre.refuses(events.WrapUpFinished(ANNA, contact, "solved")) == "there is nothing to wrap up"


def test_an_unknown_disposition_is_refused(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    centre.hangs_up()
    assert "unknown disposition" in centre.refuses(events.WrapUpFinished(ANNA, contact, "nonsense"))


def test_a_call_to_a_number_that_nobody_has_is_refused(centre: Centre) -> None:
    refusal = centre.refuses(events.CallArrived(LegId("x"), "trunk", "12345", None, "", None))
    assert refusal == "nobody has this number"
    assert centre.commands(commands.RejectLeg)[0].status == 404


def test_the_same_call_twice_is_one_contact(centre: Centre) -> None:
    centre.calls()
    again = events.CallArrived(CALLER, "trunk", "200", None, "", None)
    assert centre.refuses(again) == "this call is already here"


def test_a_queue_at_its_limit_says_so_and_ends_the_call() -> None:
    centre = Centre(small_config(limit=1))
    centre.calls("+1")
    contact = centre.calls("+2", dialled="95598")
    centre.keys("1", "+2")
    play = centre.center.calls.lines.calls[contact].play
    assert play is not None
    centre.happens(events.CollectEnded(LegId("leg of +2"), play, "done", 3, None))
    play = centre.center.calls.lines.calls[contact].play
    assert play is not None
    centre.happens(events.PlaybackEnded(LegId("leg of +2"), play))
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.CLOSED
    assert centre.commands(commands.HangUpLeg)[0].leg == "leg of +2"
    centre.check_replay()


def test_keys_outside_of_a_menu_and_stale_playbacks_mean_nothing(centre: Centre) -> None:
    contact = centre.calls()
    play = centre.center.calls.lines.calls[contact].play
    assert play is not None
    assert centre.refuses(events.KeyPressed(CALLER, "1")) == "no menu listens"
    assert centre.refuses(events.PlaybackEnded(CALLER, play)) == "something else plays by now"
    assert centre.refuses(events.CollectEnded(CALLER, play, "done", 1, None)) == "something else plays by now"
    gone = LegId("gone")
    for event in (events.KeyPressed(gone, "1"), events.PlaybackEnded(gone, play)):
        assert centre.refuses(event) == "this is not a caller's leg"
    assert centre.refuses(events.CollectEnded(gone, play, "done", 1, None)) == "this is not a caller's leg"


def test_a_phone_that_registers_lets_the_waiting_caller_through(centre: Centre) -> None:
    centre.happens(events.ConsoleConnected(ANNA))
    centre.happens(events.AgentSignedIn(ANNA, StationId("anna-phone")))
    centre.happens(events.ReadyChosen(ANNA))
    centre.calls()
    assert not centre.center.routing.floor.offers
    centre.happens(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna@10.0.0.9")))
    assert centre.offer().agent == ANNA


def test_an_unregistered_phone_is_not_rung(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.happens(events.PhoneUnbound(StationId("anna-phone"), "expired"))
    centre.calls()
    assert not centre.center.routing.floor.offers
    assert centre.refuses(events.PhoneUnbound(StationId("anna-phone"), "expired")) == "this phone was not registered"


def test_who_came_meanwhile_and_goes_before_gets_the_agent_who_let_it_ring() -> None:
    config = small_config()
    first = msgspec.structs.replace(config.queues[0], id=QueueId("urgent"), priority=10)
    flow = Flow("urgent", "q", (Branch("q", EnqueueNode(QueueId("urgent"), "bye")), Branch("bye", HangUpNode())))
    entry = msgspec.structs.replace(config.entries[1], address="300", flow="urgent")
    queues, entries, flows = (*config.queues, first), (*config.entries, entry), (*config.flows, flow)
    centre = Centre(msgspec.structs.replace(config, queues=queues, entries=entries, flows=flows))
    centre.signs_in(ANNA)
    centre.calls("+1")
    urgent = centre.calls("+2", dialled="300")
    centre.happens(events.LegFailed(centre.ringing_leg(), 486))
    centre.passes(30_000)
    assert centre.offer().contact == urgent
    centre.check_replay()


def test_a_value_keyed_early_is_written_down_nowhere() -> None:
    config = small_config()
    say, meter = SayNode(("enter_meter_number",), "meter"), config.flows[0].nodes[1].node
    nodes = (Branch("say", say), Branch("meter", meter), *config.flows[0].nodes[2:])
    flow = Flow("hotline", "say", nodes)
    centre = Centre(msgspec.structs.replace(config, flows=(flow, *config.flows[1:])))
    centre.calls(dialled="95598")
    assert centre.refuses(events.KeyPressed(CALLER, "4")) == "no menu listens"
    centre.check_replay()


def test_a_key_before_the_menu_that_follows_is_a_choice() -> None:
    config = small_config()
    flow = Flow("hotline", "say", (Branch("say", SayNode(("welcome",), "menu")), *config.flows[0].nodes))
    centre = Centre(msgspec.structs.replace(config, flows=(flow, *config.flows[1:])))
    contact = centre.calls(dialled="95598")
    centre.keys("2")
    play = centre.center.calls.lines.calls[contact].play
    assert play is not None
    centre.happens(events.PlaybackEnded(CALLER, play))
    assert centre.facts(ChoiceMade)[0].key == "2"
    centre.check_replay()


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("no_media", ContactOutcome.ABANDONED), ("no_ack", ContactOutcome.ABANDONED), ("x", ContactOutcome.FAILED_NODE)],
)
def test_a_line_that_falls_silent_is_left_and_one_that_we_drop_is_failed(
    centre: Centre, reason: str, outcome: ContactOutcome
) -> None:
    centre.calls()
    centre.passes(6_000)
    centre.happens(events.LegLost(CALLER, reason))
    assert centre.facts(ContactEnded)[0].outcome is outcome
