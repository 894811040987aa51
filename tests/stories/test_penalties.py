"""How offers end that nobody took, what each costs the agent, and that nothing is offered in a rapid loop."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contactcenter.acd.apply.places import RETRY_REJECTED_MS
from contactcenter.model import events
from contactcenter.model.config import CenterConfig, QueueConfig
from contactcenter.model.facts import ConfigApplied, OfferEnded, OfferMade, PenaltyBegan, PenaltyEnded
from contactcenter.model.flow import Branch, EnqueueNode, Flow, HangUpNode
from contactcenter.model.ids import QueueId, StationId
from contactcenter.model.words import OfferOutcome, Presence
from contactcenter.reports.live import AgentFigures, LiveFigures
from contactcenter.reports.missed import MissedOffers, Penalty
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, agent, sealed, small_config
from tests.stories.test_why import seen, told

SALES = QueueId("sales")


def two_queues(**queue: object) -> CenterConfig:
    """The small centre with a second queue, dialled as 300, that Anna and Bo serve too."""
    usual = small_config(**queue)
    sales = QueueConfig(SALES, "Sales", "fault")
    flow = Flow("sales", "in", (Branch("in", EnqueueNode(SALES, "out")), Branch("out", HangUpNode())))
    entry = replace(usual.entries[1], address="300", flow="sales")
    return replace(usual, queues=(*usual.queues, sales), flows=(*usual.flows, flow), entries=(*usual.entries, entry))


def rejects(centre: Centre) -> None:
    """Whoever it rings at presses Reject."""
    offer = centre.offer()
    centre.happens(events.OfferRejected(offer.agent, offer.offer))


def figures(centre: Centre) -> dict[str, AgentFigures]:
    """The live figures of the agents."""
    live = LiveFigures(MORNING)
    for entry in centre.journal:
        for fact in entry.facts:
            live.apply(fact, entry.at)
    return {row.id: row for row in live.agents()}


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
def test_a_phone_says_how_the_offer_ends_and_only_a_rejection_costs(status: int, outcome: OfferOutcome) -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    centre.happens(events.LegFailed(centre.ringing_leg(), status))
    assert [fact.outcome for fact in centre.facts(OfferEnded)] == [outcome]
    assert bool(centre.facts(PenaltyBegan)) == (outcome is OfferOutcome.REJECTED)
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    assert getattr(figures(centre)[ANNA].missed, outcome.value) == 1
    centre.check_replay()


def test_who_rejects_is_offered_nothing_of_that_queue_for_a_while_and_others_meanwhile() -> None:
    centre = Centre(two_queues(reject_penalty_ms=20_000))
    centre.signs_in(ANNA)
    first = centre.calls("+1")
    rejects(centre)
    assert centre.facts(PenaltyBegan) == [PenaltyBegan(ANNA, FAULTS, OfferOutcome.REJECTED, centre.now + 20_000)]
    centre.calls("+2")
    assert not centre.facts(OfferMade), "another contact of the queue would be the same to her"
    other = centre.calls("+3", dialled="300")
    assert centre.offer().contact == other
    centre.hangs_up("+3")
    centre.passes(19_999)
    assert len(centre.all_facts(OfferMade)) == 2
    facts = centre.passes(1)
    assert PenaltyEnded(ANNA, FAULTS) in facts
    assert (centre.offer().contact, centre.offer().agent) == (first, ANNA)
    centre.check_replay()


def test_who_rejected_is_not_asked_again_while_another_can_take_it() -> None:
    centre = Centre(small_config(reject_penalty_ms=0))
    centre.signs_in(ANNA, BO)
    centre.calls()
    rejects(centre)
    assert not centre.all_facts(PenaltyBegan)
    assert centre.offer().agent == BO
    rejects(centre)
    assert [offer.agent for offer in centre.all_facts(OfferMade)] == [ANNA, BO]
    centre.passes(RETRY_REJECTED_MS)
    assert [offer.agent for offer in centre.all_facts(OfferMade)] == [ANNA, BO, ANNA], "nobody else took it"
    centre.check_replay()


def test_a_phone_that_rejects_by_itself_makes_no_rapid_loop() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    begun_at = centre.now
    while centre.now < begun_at + 60_000:
        rejects(centre)
        centre.passes(10_000)
    assert len(centre.all_facts(OfferMade)) == 7
    assert figures(centre)[ANNA].missed == MissedOffers(rejected=6)
    centre.check_replay()


def test_turning_ready_and_not_ready_while_it_rings_offers_once_for_each_ready() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    centre.happens(events.NotReadyChosen(ANNA, "break"))
    centre.passes(60_000)
    assert len(centre.all_facts(OfferMade)) == 1
    centre.happens(events.ReadyChosen(ANNA))
    assert len(centre.all_facts(OfferMade)) == 2 and not centre.all_facts(PenaltyBegan)


def test_who_has_no_console_is_offered_nothing_at_all_after_no_answer() -> None:
    config = two_queues(no_answer_penalty_ms=45_000)
    centre = Centre(replace(config, agents=(agent("anna", phone_only=True),)))
    centre.happens(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna-phone@10.0.0.9")))
    centre.calls("+1")
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    assert [fact.queue for fact in centre.all_facts(PenaltyBegan)] == [None]
    centre.calls("+2", dialled="300")
    assert len(centre.all_facts(OfferMade)) == 1
    assert seen(told(centre, centre.offer().contact)[0])[ANNA] == 1
    assert figures(centre)[ANNA].penalties == (Penalty(None, OfferOutcome.NO_ANSWER, centre.now + 45_000),)
    centre.passes(45_000)
    assert len(centre.all_facts(OfferMade)) == 2
    centre.check_replay()


def test_who_has_a_console_is_back_with_a_click() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    assert not centre.all_facts(PenaltyBegan)
    assert centre.center.routing.floor.agents[ANNA].reason == "no_answer"
    centre.happens(events.ReadyChosen(ANNA))
    assert len(centre.all_facts(OfferMade)) == 2
    assert figures(centre)[ANNA].missed == MissedOffers(no_answer=1)


def test_why_names_the_penalty() -> None:
    centre = Centre(two_queues())
    centre.signs_in(ANNA, BO)
    centre.calls("+1")
    rejects(centre)
    centre.answers()
    waiting = centre.calls("+2")
    centre.hangs_up("+1")
    centre.wraps_up(BO, centre.all_facts(OfferMade)[0].contact)
    assert seen(told(centre, waiting)[0]) == {ANNA: "rejected a contact of this queue just now", BO: 1}


def test_a_penalty_runs_on_over_a_kill_a_sign_out_and_a_new_configuration() -> None:
    config = two_queues(reject_penalty_ms=60_000)
    centre = Centre(config)
    centre.signs_in(ANNA)
    centre.texts("hello")
    rejects(centre)
    until_at = centre.all_facts(PenaltyBegan)[0].until_at
    centre.happens(events.AgentSignedOut(ANNA))
    centre.crash()
    centre.happens(events.ConfigPublished("second", replace(config, queues=(config.queues[1], config.queues[0]))))
    assert centre.facts(ConfigApplied)
    centre.happens(events.AgentSignedIn(ANNA, None))
    centre.happens(events.ReadyChosen(ANNA))
    assert len(centre.all_facts(OfferMade)) == 1
    centre.passes(until_at - centre.now)
    assert len(centre.all_facts(OfferMade)) == 2
    centre.check_replay()


def test_two_penalties_end_each_at_its_time() -> None:
    config = two_queues(reject_penalty_ms=20_000)
    centre = Centre(config)
    centre.signs_in(ANNA)
    centre.calls("+1")
    rejects(centre)
    centre.passes(5_000)
    centre.calls("+2", dialled="300")
    rejects(centre)
    ends = [fact.queue for fact in centre.passes(20_000) if isinstance(fact, PenaltyEnded)]
    assert ends == [SALES, FAULTS]
    centre.check_replay()


def test_a_new_day_counts_anew_and_penalties_run_on() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    rejects(centre)
    live = LiveFigures(MORNING)
    for entry in centre.journal:
        for fact in entry.facts:
            live.apply(fact, entry.at)
    before = live.version
    live.roll(centre.now + 1)
    (row,) = [row for row in live.agents(before) if row.id == ANNA]
    assert row.missed == MissedOffers() and len(row.penalties) == 1
    live.apply(
        OfferEnded(centre.offer().offer, centre.offer().contact, ANNA, centre.offer().channel, OfferOutcome.BUSY), 0
    )
    assert live.agents()[0].missed == MissedOffers(), "what was before the day is not counted"
