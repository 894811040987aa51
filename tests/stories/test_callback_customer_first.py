"""A queue that rings the customer first: an agent is kept for him, and he waits on the line once he has answered."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import RelaxStep
from contactcenter.model.facts import (
    CallbackAnswered,
    CallbackPostponed,
    CallbackResumed,
    DialEnded,
    DialStarted,
    OfferMade,
    RequirementRelaxed,
    TalkStarted,
    VisitEnded,
    WorkChanged,
)
from contactcenter.model.ids import ContactId
from contactcenter.model.transfers import ToQueue
from contactcenter.model.words import (
    CallbackOutcome,
    ContactOutcome,
    DialOutcome,
    VisitOutcome,
    Work,
)
from contactcenter.reports.callbacks import CallbackState
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.callbacks import (
    FIRST,
    OUTGOING,
    RETRY_MS,
    SECOND,
    agrees,
    asks,
    callback_config,
    callback_state,
    customer,
    ends,
    lifts,
    visits,
)
from tests.stories.centre import ANNA, BO, FAULTS, Centre, replayed, sealed

SOON_MS = 60_000


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre whose callbacks ring the customer first, replayed at the end of the story."""
    yield from replayed(callback_config(customer_first=True))


def test_the_customer_is_called_first_while_an_agent_is_kept_and_then_her_phone_rings(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(SOON_MS)
    assert centre.all_facts(DialStarted) == [], "nobody is ready to serve him"
    centre.signs_in(ANNA)
    [dial] = centre.all_facts(DialStarted)
    assert (dial.contact, dial.agent, dial.customer_first) == (contact, ANNA, True)
    assert centre.all_facts(OfferMade) == []
    assert callback_state(centre) == [CallbackState.DIALLING]
    lifts(centre)
    [play] = centre.commands(commands.Play)
    assert (play.prompts[0], play.loop) == ("callback_greeting", True)
    [ring] = centre.facts(OfferMade)
    assert (ring.contact, ring.agent) == (contact, ANNA)
    assert centre.commands(commands.DialStation)[0].caller == sealed(FIRST)
    assert callback_state(centre) == [CallbackState.ON_LINE]
    centre.answers()
    assert centre.commands(commands.Bridge)
    assert centre.commands(commands.StartRecording)
    assert centre.facts(TalkStarted)[0].queue == FAULTS
    assert visits(centre) == [VisitOutcome.CALLED_BACK, VisitOutcome.HANDLED]
    assert callback_state(centre) == [CallbackState.TALKING]
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(ANNA, contact)
    assert ends(centre) == [(CallbackOutcome.REACHED, ContactOutcome.HANDLED)]
    assert centre.center.calls.lines.calls == {}


def test_the_call_goes_out_at_once_and_shows_our_number(centre: Centre) -> None:
    centre.signs_in(ANNA)
    other = centre.calls(SECOND)
    centre.answers()
    asks(centre)
    centre.hangs_up(SECOND)
    centre.wraps_up(ANNA, other)
    [called] = centre.commands(commands.DialOut)
    assert (called.number, called.trunk, called.shown, called.beside) == (
        sealed(FIRST),
        "carrier",
        OUTGOING.shown,
        None,
    )


def test_no_more_customers_are_called_than_agents_are_free(centre: Centre) -> None:
    first, second = asks(centre), asks(centre, SECOND)
    centre.signs_in(ANNA)
    assert [dial.contact for dial in centre.all_facts(DialStarted)] == [first]
    centre.passes(5_000)
    centre.signs_in(BO)
    assert [dial.contact for dial in centre.all_facts(DialStarted)] == [first, second]


def test_who_has_answered_waits_at_his_old_place_and_before_who_came_later(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    centre.calls(SECOND)
    lifts(centre)
    assert centre.facts(OfferMade)[0].contact == contact
    centre.happens(events.OfferRejected(ANNA, centre.offer().offer))
    assert callback_state(centre) == [CallbackState.ON_LINE]
    centre.signs_in(BO)
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)
    centre.answers()
    assert centre.facts(TalkStarted)[0].agent == BO


@pytest.mark.parametrize("status", [486, 480, 603, 404])
def test_who_is_not_reached_is_tried_again_later_and_given_up_at_last(centre: Centre, status: int) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    for tries in (1, 2):
        centre.happens(events.LegFailed(customer(centre), status))
        [postponed] = centre.facts(CallbackPostponed)
        assert (postponed.tries, postponed.until_at) == (tries, centre.now + RETRY_MS)
        assert centre.center.routing.floor.agents[ANNA].work == {}
        centre.passes(RETRY_MS)
        assert centre.all_facts(CallbackResumed)[-1].contact == contact
    centre.happens(events.LegFailed(customer(centre), status))
    assert ends(centre) == [(CallbackOutcome.FAILED, ContactOutcome.CALLBACK_FAILED)]
    assert visits(centre) == [VisitOutcome.CALLED_BACK, VisitOutcome.FAILED]
    assert centre.all_facts(OfferMade) == [], "no agent was troubled"


def test_who_lets_it_ring_is_an_attempt(centre: Centre) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    centre.happens(events.LegRinging(customer(centre)))
    centre.passes(OUTGOING.ring_ms)
    assert centre.all_facts(DialEnded)[0].outcome is DialOutcome.NO_ANSWER
    assert centre.all_facts(CallbackPostponed)[0].tries == 1


def test_a_machine_is_a_failed_attempt_and_the_next_one_calls_first_again(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    centre.answers()
    centre.happens(events.MachineMet(ANNA, contact))
    assert centre.facts(CallbackPostponed)[0].tries == 1
    centre.passes(RETRY_MS)
    assert len(centre.all_facts(DialStarted)) == 2
    lifts(centre)
    assert centre.facts(OfferMade)[0].contact == contact


def test_in_a_queue_that_rings_all_one_agent_is_kept_and_is_offered_him_with_the_others() -> None:
    centre = Centre(callback_config(customer_first=True, queue={"strategy": "ring_all"}))
    contact = asks(centre)
    centre.signs_in(ANNA, BO)
    assert [dial.agent for dial in centre.all_facts(DialStarted)] == [ANNA]
    lifts(centre)
    assert sorted(offer.agent for offer in centre.all_facts(OfferMade)) == [ANNA, BO]
    centre.answers()
    assert centre.facts(TalkStarted)[0].contact == contact
    centre.check_replay()


def test_a_requirement_goes_on_relaxing_while_his_phone_rings() -> None:
    relax = (RelaxStep(30_000, "fault >= 1"), RelaxStep(45_000, "fault"))
    centre = Centre(callback_config(customer_first=True, queue={"min_level": 9, "relax": relax}))
    centre.signs_in(ANNA)
    centre.calls(FIRST)
    centre.passes(20_000)
    agrees(centre)
    centre.hangs_up()
    centre.passes(10_000)
    assert len(centre.all_facts(DialStarted)) == 1
    centre.passes(20_000)
    lifts(centre)
    assert [fact.step for fact in centre.all_facts(RequirementRelaxed)] == [1, 2]
    assert centre.facts(OfferMade)[0].agent == ANNA
    centre.check_replay()


def test_a_customer_who_was_reached_is_passed_on_as_any_caller(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    centre.answers()
    centre.happens(events.TransferAsked(ANNA, contact, ToQueue(FAULTS)))
    centre.wraps_up(ANNA, contact)
    centre.signs_in(BO)
    centre.answers()
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(BO, contact)
    assert ends(centre) == [(CallbackOutcome.REACHED, ContactOutcome.HANDLED)]


def test_one_journey_is_one_record_and_the_wait_on_the_line_is_a_stretch_of_its_own(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    centre.passes(4_000)
    lifts(centre)
    centre.happens(events.OfferRejected(ANNA, centre.offer().offer))
    centre.passes(2_000)
    centre.signs_in(BO)
    centre.answers()
    centre.passes(9_000)
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(BO, contact)
    fold = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    [record] = fold.take_ended()
    kinds = [segment.kind for segment in record.segments]
    assert SegmentKind.QUEUE in kinds[kinds.index(SegmentKind.DIAL) :], "he waited after he had answered"
    assert kinds[-1] is SegmentKind.TALK
    assert [fact.callback for fact in centre.all_facts(VisitEnded)] == [False, True]


def test_the_mark_of_having_answered_is_stated_once(centre: Centre) -> None:
    contact: ContactId = asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    assert centre.all_facts(CallbackAnswered) == [CallbackAnswered(contact)]
    assert [fact.work for fact in centre.facts(WorkChanged)] == [Work.ENDED, Work.RINGING]


def test_a_phone_that_answers_on_command_is_accepted_at_the_console() -> None:
    config = callback_config(customer_first=True)
    stations = tuple(msgspec.structs.replace(station, auto_answer=True) for station in config.stations)
    centre = Centre(msgspec.structs.replace(config, stations=stations))
    asks(centre)
    centre.signs_in(ANNA)
    lifts(centre)
    centre.accepts(ANNA)
    centre.answers()
    assert centre.commands(commands.Bridge)
    centre.check_replay()
