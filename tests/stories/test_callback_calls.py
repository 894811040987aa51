"""Callbacks are offered to agents, their customers are called, and tried again when they were not reached."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.model import commands, events
from contactcenter.model.config import RelaxStep
from contactcenter.model.facts import (
    CallbackEnded,
    CallbackPostponed,
    CallbackResumed,
    ContactEnded,
    DialEnded,
    OfferEnded,
    OfferMade,
    PositionTold,
    RequirementRelaxed,
    TalkStarted,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import ContactId
from contactcenter.model.transfers import ToQueue
from contactcenter.model.words import (
    CallbackOutcome,
    ContactOutcome,
    DialOutcome,
    OfferOutcome,
    VisitOutcome,
    Work,
)
from tests.stories.callbacks import (
    FIRST,
    HOUR_MS,
    HOURS,
    OUTGOING,
    RETRY_MS,
    agrees,
    asks,
    callback_config,
    customer,
    ends,
    playing,
    proposes,
    reaches,
    visits,
)
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed, sealed


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A centre that calls back, replayed at the end of the story."""
    yield from replayed(callback_config())


def test_the_agent_answers_first_then_the_customer_is_called_and_they_talk(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(60_000)
    centre.signs_in(ANNA)
    [ring] = centre.all_facts(OfferMade)
    assert (ring.contact, ring.agent) == (contact, ANNA)
    centre.answers()
    [called] = centre.commands(commands.DialOut)
    assert (called.number, called.trunk, called.shown) == (sealed(FIRST), "carrier", OUTGOING.shown)
    assert [fact.work for fact in centre.facts(WorkChanged)] == [Work.DIALLING]
    centre.passes(5_000)
    centre.happens(events.LegAnswered(customer(centre), sealed("dialog")))
    assert centre.commands(commands.Bridge)
    assert centre.commands(commands.StartRecording)
    assert centre.facts(TalkStarted)[0].queue == FAULTS
    assert visits(centre) == [VisitOutcome.CALLED_BACK, VisitOutcome.HANDLED]
    centre.passes(30_000)
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(ANNA, contact)
    assert ends(centre) == [(CallbackOutcome.REACHED, ContactOutcome.HANDLED)]
    assert centre.center.calls.lines.calls == {}
    floor = centre.center.routing.floor
    assert (floor.callback_numbers, floor.callbacks_due, floor.contacts) == ({}, {FAULTS: 0}, {})


def test_a_phone_that_answers_on_command_is_accepted_at_the_console() -> None:
    config = callback_config()
    stations = tuple(msgspec.structs.replace(station, auto_answer=True) for station in config.stations)
    centre = Centre(msgspec.structs.replace(config, stations=stations))
    asks(centre)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    assert centre.commands(commands.DialStation)[0].caller == sealed(FIRST)
    reaches(centre)
    centre.happens(events.ContactClosed(ANNA, centre.offer().contact))
    centre.wraps_up(ANNA, centre.offer().contact)
    assert ends(centre) == [(CallbackOutcome.REACHED, ContactOutcome.HANDLED)]


def test_an_agent_who_does_not_answer_is_not_the_customers_attempt(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    centre.passes(15_000)
    assert centre.all_facts(OfferEnded)[-1].outcome is OfferOutcome.DEVICE_LOST
    centre.signs_in(BO)
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)
    assert centre.all_facts(CallbackPostponed) == []


@pytest.mark.parametrize(
    ("status", "reason"), [(486, "busy"), (480, "no_answer"), (603, "refused"), (404, "unreachable")]
)
def test_who_is_not_reached_is_tried_again_later_and_given_up_at_last(centre: Centre, status: int, reason: str) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    for tries in (1, 2):
        centre.answers()
        centre.happens(events.LegFailed(customer(centre), status))
        [postponed] = centre.facts(CallbackPostponed)
        assert postponed == CallbackPostponed(contact, reason, centre.now + RETRY_MS, tries)
        assert centre.commands(commands.HangUpLeg)
        assert centre.center.routing.floor.agents[ANNA].work == {}
        offers = len(centre.all_facts(OfferMade))
        centre.passes(RETRY_MS - 1)
        assert len(centre.all_facts(OfferMade)) == offers
        centre.passes(1)
        assert centre.all_facts(CallbackResumed)[-1].contact == contact
    centre.answers()
    centre.happens(events.LegFailed(customer(centre), status))
    assert ends(centre) == [(CallbackOutcome.FAILED, ContactOutcome.CALLBACK_FAILED)]
    assert visits(centre) == [VisitOutcome.CALLED_BACK, VisitOutcome.FAILED]


def test_a_customer_who_lets_it_ring_is_an_attempt(centre: Centre) -> None:
    asks(centre)
    centre.signs_in(ANNA)
    centre.answers()
    centre.happens(events.LegRinging(customer(centre)))
    centre.passes(OUTGOING.ring_ms)
    assert centre.all_facts(DialEnded)[0].outcome is DialOutcome.NO_ANSWER
    assert centre.all_facts(CallbackPostponed)[0].tries == 1


@pytest.mark.parametrize("how", ["phone", "console", "lost"])
def test_what_we_spoil_ourselves_is_no_attempt(centre: Centre, how: str) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    centre.answers()
    if how == "phone":
        centre.happens(events.LegHungUp(centre.ringing_leg()))
    elif how == "console":
        centre.happens(events.ContactClosed(ANNA, contact))
    else:
        centre.happens(events.LegLost(centre.ringing_leg(), "worker_lost"))
    [postponed] = centre.facts(CallbackPostponed)
    assert (postponed.tries, postponed.until_at) == (0, centre.now + 60_000)
    centre.passes(60_000)
    assert centre.offer().contact == contact


def test_a_machine_is_a_failed_attempt(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    for tries in (1, 2):
        reaches(centre)
        centre.happens(events.MachineMet(ANNA, contact))
        assert centre.facts(CallbackPostponed)[-1].tries == tries
        assert centre.facts(WorkChanged)[0].work is Work.ENDED
        assert "no callback" in centre.refuses(events.MachineMet(ANNA, contact))
        centre.passes(RETRY_MS)
    reaches(centre)
    assert "no callback" in centre.refuses(events.MachineMet(BO, contact))
    centre.happens(events.MachineMet(ANNA, contact))
    assert ends(centre) == [(CallbackOutcome.FAILED, ContactOutcome.CALLBACK_FAILED)]
    assert "no callback" in centre.refuses(events.MachineMet(ANNA, ContactId("gone")))


def test_a_machine_met_after_hours_is_tried_again_the_next_morning(centre: Centre) -> None:
    contact = asks(centre)
    centre.passes(8 * HOUR_MS - 3_000)
    centre.signs_in(ANNA)
    reaches(centre)
    centre.passes(5_000)
    centre.happens(events.MachineMet(ANNA, contact))
    assert centre.facts(CallbackPostponed)[-1] == CallbackPostponed(contact, "machine", HOURS[1][0], 1)


def test_there_is_no_machine_on_a_call_that_came(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls(FIRST)
    centre.answers()
    assert "no callback" in centre.refuses(events.MachineMet(ANNA, contact))


def test_a_customer_whom_we_lose_in_the_talk_is_called_again(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    reaches(centre)
    centre.happens(events.LegLost(customer(centre), "worker_lost"))
    assert centre.all_facts(ContactEnded) == []
    assert centre.offer().contact == contact
    reaches(centre)
    centre.happens(events.LegLost(centre.ringing_leg(), "worker_lost"))
    assert centre.all_facts(ContactEnded) == []
    assert centre.all_facts(VisitOpened)[-1].placed_at == MORNING


def test_it_stands_where_its_wait_relaxed_the_requirement() -> None:
    relax = (RelaxStep(30_000, "fault >= 1"), RelaxStep(120_000, "fault"))
    centre = Centre(callback_config(queue={"min_level": 9, "relax": relax}))
    centre.signs_in(ANNA)
    centre.calls(FIRST)
    centre.passes(20_000)
    agrees(centre)
    centre.hangs_up()
    assert centre.all_facts(OfferMade) == []
    centre.passes(10_000)
    assert centre.all_facts(RequirementRelaxed)[0].step == 1
    reaches(centre)
    centre.happens(events.MachineMet(ANNA, centre.offer().contact))
    centre.passes(RETRY_MS)
    assert centre.all_facts(RequirementRelaxed)[-1].step == 2
    centre.check_replay()


def test_no_place_is_told_to_who_is_not_on_the_line(centre: Centre) -> None:
    asks(centre)
    told = len(centre.all_facts(PositionTold))
    centre.passes(120_000)
    assert len(centre.all_facts(PositionTold)) == told


def test_no_place_is_told_while_he_is_asked(centre: Centre) -> None:
    centre.calls(FIRST)
    centre.passes(29_000)
    centre.keys("1")
    played = playing(centre)
    centre.passes(2_000)
    assert playing(centre) == played


def test_the_key_is_told_with_the_place(centre: Centre) -> None:
    centre.calls(FIRST)
    [play] = [command for command in centre.step.commands if isinstance(command, commands.Play) and command.loop][-1:]
    assert play.prompts[-3:-1] == ("callback_press", "number/1")


def test_who_answers_first_of_a_group_has_the_customer_called() -> None:
    centre = Centre(callback_config(queue={"strategy": "ring_all"}))
    contact = asks(centre)
    centre.passes(1_000)
    centre.signs_in(ANNA, BO)
    assert len(centre.center.routing.floor.offers) == 2
    reaches(centre)
    [talk] = centre.facts(TalkStarted)
    assert (talk.contact, len(centre.center.routing.floor.offers)) == (contact, 0)
    centre.happens(events.LegHungUp(customer(centre)))
    centre.check_replay()


def test_a_customer_who_was_reached_is_passed_on_as_any_caller(centre: Centre) -> None:
    contact = asks(centre)
    centre.signs_in(ANNA)
    reaches(centre)
    centre.happens(events.TransferAsked(ANNA, contact, ToQueue(FAULTS)))
    assert centre.facts(CallbackEnded)[0].outcome is CallbackOutcome.REACHED
    centre.wraps_up(ANNA, contact)
    assert proposes(centre, contact)[1:] == []
    centre.signs_in(BO)
    centre.answers()
    assert centre.facts(TalkStarted)[-1].agent == BO
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(BO, contact)
    assert ends(centre) == [(CallbackOutcome.REACHED, ContactOutcome.HANDLED)]


def test_a_caller_who_was_passed_on_may_be_called_back_while_the_sender_writes(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls(FIRST)
    centre.answers()
    centre.happens(events.TransferAsked(ANNA, contact, ToQueue(FAULTS)))
    agrees(centre)
    centre.hangs_up()
    centre.happens(events.CallbackCancelled(contact))
    assert centre.all_facts(ContactEnded) == []
    centre.wraps_up(ANNA, contact)
    assert ends(centre) == [(CallbackOutcome.CANCELLED, ContactOutcome.CALLBACK_CANCELLED)]


def test_a_colleague_who_is_asked_about_a_callback_is_not_put_through_to_the_customer_again() -> None:
    centre = Centre(callback_config())
    contact = asks(centre)
    centre.signs_in(ANNA)
    reaches(centre)
    centre.signs_in(BO)
    centre.happens(events.ConsultAsked(ANNA, contact, BO))
    assert [fact.outcome for fact in centre.facts(CallbackEnded)] == [CallbackOutcome.REACHED]
    centre.answers()
    assert not centre.commands(commands.DialOut), "the customer is on the line"
    centre.happens(events.ConsultCancelled(ANNA, contact))
    assert centre.refuses(events.MachineMet(ANNA, contact)) == "this is no callback that you talk to"
    centre.happens(events.LegHungUp(customer(centre)))
    centre.wraps_up(ANNA, contact)
    assert ends(centre) == [(CallbackOutcome.REACHED, ContactOutcome.HANDLED)]
    centre.check_replay()
