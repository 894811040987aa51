"""Passing a contact on at once: to a colleague or a queue, and every way in which the colleague does not take it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.acd.transitions import ContactState
from contactcenter.acd.why import explain
from contactcenter.model import commands, events
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    DispositionSet,
    EndDeferred,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
    TransferStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, CustomerId, LegId, QueueId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.model.transfers import Target, ToAgent, ToNumber, ToQueue, TransferKind, TransferTarget
from contactcenter.model.words import (
    ContactOutcome,
    OfferOutcome,
    Party,
    Presence,
    VisitOutcome,
    Work,
)
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed, sealed, small_config
from tests.stories.handing import BILLS, CY, VOICE, passes_on, state, talk_by_text, talks, two_queues, work


@pytest.fixture
def centre() -> Iterator[Centre]:
    """Two queues and three agents; replayed at the end of the story."""
    yield from replayed(two_queues())


# --- to a colleague


def test_a_call_is_passed_on_to_a_colleague_who_answers(centre: Centre) -> None:
    contact = talks(centre, BO)
    first = centre.all_facts(OfferMade)[0]
    passes_on(centre, contact, ToAgent(BO))
    assert centre.facts(TalkEnded) == [TalkEnded(contact, ANNA, VOICE, Party.AGENT, passed_on=True)]
    [started] = centre.facts(TransferStarted)
    assert (started.kind, started.to) == (TransferKind.BLIND, TransferTarget.AGENT)
    assert (started.queue, started.to_agent, started.to_queue) == (FAULTS, BO, None)
    assert work(centre, ANNA) == {contact: Work.WRAP_UP}
    offer = centre.offer()
    assert (offer.agent, offer.visit, offer.queue) == (BO, None, FAULTS)
    assert offer.expires_at - centre.now == first.expires_at - MORNING - 1_000
    [hung_up] = centre.commands(commands.HangUpLeg)
    [music] = centre.commands(commands.Play)
    assert (music.leg, music.prompts, music.loop) == (LegId("leg of +8613900000001"), ("music/hold",), True)
    [ring] = centre.commands(commands.DialStation)
    assert (ring.station, ring.beside, ring.leg != hung_up.leg) == ("bo-phone", music.leg, True)
    centre.answers()
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, FAULTS, VOICE, BO)]
    assert not centre.facts(VisitEnded)
    assert work(centre, BO) == {contact: Work.TALKING}


def test_both_agents_wrap_up_and_the_contact_ends_with_the_last_of_them(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.answers()
    centre.hangs_up()
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {contact: Work.WRAP_UP})
    centre.wraps_up(BO, contact)
    assert not centre.facts(ContactEnded)
    centre.wraps_up(ANNA, contact)
    assert centre.facts(DispositionSet) == [DispositionSet(contact, ANNA, "solved", None)]
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


def test_who_passed_on_is_free_again_while_the_colleague_talks(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.answers()
    centre.wraps_up(ANNA, contact)
    assert work(centre, ANNA) == {} and work(centre, BO) == {contact: Work.TALKING}
    centre.calls("+8613900000002")
    assert centre.offer().agent == ANNA


def test_each_wrap_up_has_its_own_time(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.answers()
    centre.passes(40_000)
    centre.hangs_up()
    centre.passes(20_000)
    assert (work(centre, ANNA), work(centre, BO)) == ({}, {contact: Work.WRAP_UP})
    ended = [fact for fact in centre.passes(40_000) if isinstance(fact, ContactEnded)]
    assert ended == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


def test_a_call_on_hold_is_passed_on_too(centre: Centre) -> None:
    contact = talks(centre, BO)
    centre.happens(events.LegHeld(centre.ringing_leg()))
    passes_on(centre, contact, ToAgent(BO))
    centre.answers()
    assert centre.commands(commands.Bridge) and work(centre, BO) == {contact: Work.TALKING}


@pytest.mark.parametrize("how", ["rejected", "no_answer", "busy", "phone_gone", "break", "signed_out"])
def test_what_the_colleague_does_not_take_comes_back_to_the_sender(centre: Centre, how: str) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    offer = centre.offer().offer
    ways: dict[str, events.Event] = {
        "rejected": events.OfferRejected(BO, offer),
        "busy": events.LegFailed(centre.ringing_leg(), 486),
        "phone_gone": events.LegFailed(centre.ringing_leg(), 404),
        "break": events.NotReadyChosen(BO, "break"),
        "signed_out": events.AgentSignedOut(BO),
    }
    if how == "no_answer":
        centre.tries(events.LegRinging(centre.ringing_leg()))
        centre.passes(15_000)
    else:
        centre.happens(ways[how])
    back = centre.offer()
    assert (back.agent, back.visit) == (ANNA, None)
    assert work(centre, ANNA) == {contact: Work.RINGING} and work(centre, BO) == {}
    centre.answers()
    assert work(centre, ANNA) == {contact: Work.TALKING}
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    assert centre.all_facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


def test_when_the_sender_does_not_answer_either_it_waits_in_the_queue_at_its_old_place(centre: Centre) -> None:
    contact = talks(centre, BO)
    [first] = centre.all_facts(VisitOpened)
    passes_on(centre, contact, ToAgent(BO))
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    centre.happens(events.NotReadyChosen(BO, "break"))
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    second = centre.all_facts(VisitOpened)[-1]
    assert second.visit != first.visit
    assert (second.queue, second.priority, second.placed_at) == (FAULTS, first.priority, first.placed_at)
    assert state(centre, contact) is ContactState.WAITING
    centre.happens(events.ReadyChosen(BO))
    assert centre.offer().agent == BO and centre.offer().visit == second.visit


def test_a_sender_with_another_call_in_hand_is_not_asked_again(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.wraps_up(ANNA, contact)
    other = centre.calls("+8613900000002")
    assert centre.offer().agent == ANNA
    centre.happens(events.OfferRejected(BO, centre.all_facts(OfferMade)[-2].offer))
    opened = centre.all_facts(VisitOpened)[-1]
    assert (opened.contact, opened.queue) == (contact, FAULTS) and other != contact


@pytest.mark.parametrize("gone", ["not_ready", "next_state", "no_phone"])
def test_a_sender_who_cannot_take_it_back_is_not_asked(centre: Centre, gone: str) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    away: dict[str, events.Event] = {
        "not_ready": events.NotReadyChosen(ANNA, "lunch"),
        "next_state": events.NextStateChosen(ANNA, Presence.NOT_READY, "lunch"),
        "no_phone": events.PhoneUnbound(StationId("anna-phone"), "expired"),
    }
    centre.happens(away[gone])
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    assert centre.facts(VisitOpened)[0].queue == FAULTS


def test_a_sender_who_is_rung_for_another_contact_is_not_asked_again(centre: Centre) -> None:
    """A text may ring while a text is wrapped up; then the one that comes back goes to the queue."""
    centre.signs_in(ANNA, BO)
    first = talk_by_text(centre, "+1")
    passes_on(centre, first, ToAgent(BO))
    centre.texts("second", "+2")
    assert centre.offer().agent == ANNA
    centre.happens(events.OfferRejected(BO, centre.all_facts(OfferMade)[-2].offer))
    assert centre.facts(VisitOpened)[0].contact == first


def test_a_caller_who_hangs_up_while_the_colleague_is_rung_was_handled(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.hangs_up()
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.CALLER_GONE
    assert centre.facts(EndDeferred) == [EndDeferred(contact, VOICE, ContactOutcome.HANDLED)]
    assert work(centre, BO) == {} and not centre.center.calls.lines.legs
    centre.wraps_up(ANNA, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


def test_a_call_that_is_lost_while_the_colleague_is_rung_keeps_its_place(centre: Centre) -> None:
    contact = talks(centre, BO)
    placed_at = centre.all_facts(VisitOpened)[0].placed_at
    passes_on(centre, contact, ToAgent(BO))
    centre.wraps_up(ANNA, contact)
    centre.happens(events.LegLost(LegId("leg of +8613900000001"), "worker_lost"))
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.FAILED_NODE)]
    centre.calls()
    assert centre.all_facts(VisitOpened)[-1].placed_at == placed_at


def test_a_doubled_wish_and_a_late_one_are_refused(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    over = "this conversation is over or not yours"
    assert centre.refuses(events.TransferAsked(ANNA, contact, ToAgent(BO))) == over
    assert centre.refuses(events.TransferAsked(ANNA, ContactId("C0"), ToQueue(BILLS))) == over
    centre.answers()
    assert centre.refuses(events.TransferAsked(ANNA, contact, ToQueue(BILLS))) == over


def test_only_a_colleague_who_can_take_it_now_is_rung(centre: Centre) -> None:
    contact = talks(centre)
    number = ToNumber(Sealed(sealed("+1").person, b"+1"), "key", sealed("+1").person)
    refusals: dict[Target, str] = {
        ToAgent(BO): "this agent cannot take it now (signed out): choose somebody else, or a queue",
        ToAgent(ANNA): "this contact is with you already: choose somebody else",
        ToAgent(AgentId("dora")): "there is no such agent: choose one of the list",
        ToQueue(QueueId("moon")): "there is no such queue: choose one of the list",
        number: "nobody may call out here: no trunk is configured for it",
    }
    for target, reason in refusals.items():
        assert centre.refuses(events.TransferAsked(ANNA, contact, target)) == reason
    assert work(centre, ANNA) == {contact: Work.TALKING}


def test_a_queue_that_left_the_configuration_takes_nothing_more(centre: Centre) -> None:
    contact = talks(centre)
    centre.happens(events.ConfigPublished("second", small_config()))
    assert "no such queue" in centre.refuses(events.TransferAsked(ANNA, contact, ToQueue(BILLS)))


def test_a_colleague_removed_from_the_configuration_while_rung_does_not_keep_the_caller(centre: Centre) -> None:
    contact = talks(centre, CY)
    passes_on(centre, contact, ToAgent(CY))
    centre.happens(events.ConfigPublished("second", small_config()))
    assert centre.offer().agent == ANNA and work(centre, ANNA) == {contact: Work.RINGING}


def test_why_tells_that_the_contact_was_passed_on_by_name(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    choice = explain(centre.center.routing.floor, centre.offer(), centre.now)
    assert (choice.strategy, choice.agent, choice.contact) == ("passed on by name", BO, contact)


# --- to a queue


def test_passing_on_to_a_queue_opens_another_visit_at_the_place_of_the_first(centre: Centre) -> None:
    contact = talks(centre, CY)
    first = centre.all_facts(VisitOpened)[0]
    centre.happens(events.CustomerIdentified(contact, CustomerId("c"), "gold", "en"))
    passes_on(centre, contact, ToQueue(BILLS))
    [started] = centre.facts(TransferStarted)
    assert (started.to, started.queue, started.to_queue) == (TransferTarget.QUEUE, FAULTS, BILLS)
    [second] = centre.facts(VisitOpened)
    assert (second.queue, second.placed_at, second.priority) == (BILLS, first.placed_at, first.priority + 3)
    assert centre.offer().agent == CY and centre.offer().visit == second.visit
    centre.answers()
    [ended] = centre.facts(VisitEnded)
    assert (ended.visit, ended.queue, ended.outcome, ended.wait_ms) == (second.visit, BILLS, VisitOutcome.HANDLED, 0)
    centre.hangs_up()
    assert centre.refuses(events.WrapUpFinished(ANNA, contact, "paid")).startswith("unknown disposition")
    centre.wraps_up(ANNA, contact, "solved")
    centre.wraps_up(CY, contact, "paid")
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


def test_who_gives_up_in_the_second_queue_has_abandoned_it_and_the_first_agent_still_wraps_up(centre: Centre) -> None:
    contact = talks(centre)
    passes_on(centre, contact, ToQueue(BILLS))
    assert centre.commands(commands.Play)[-1].prompts[-1] == "music/hold"
    centre.passes(20_000)
    centre.hangs_up()
    assert centre.facts(VisitEnded)[0].outcome is VisitOutcome.ABANDONED
    assert not centre.facts(ContactEnded)
    ended = [fact for fact in centre.passes(60_000) if isinstance(fact, ContactEnded)]
    assert ended == [ContactEnded(contact, VOICE, ContactOutcome.ABANDONED)]


def test_an_agent_without_wrap_up_is_free_at_once(centre: Centre) -> None:
    config = two_queues()
    queues = tuple(msgspec.structs.replace(queue, wrap_up_ms=0) for queue in config.queues)
    centre.happens(events.ConfigPublished("brisk", msgspec.structs.replace(config, queues=queues)))
    contact = talks(centre)
    passes_on(centre, contact, ToQueue(BILLS))
    assert work(centre, ANNA) == {}
    centre.hangs_up()
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.ABANDONED)]


def test_whom_we_called_is_passed_on_and_waits_where_the_sender_serves_if_nobody_takes_it() -> None:
    centre = Centre(two_queues(outgoing=OutgoingConfig("carrier", "+86100", dispositions=("promised",))))
    centre.signs_in(ANNA, BO)
    box = sealed("+8613")
    centre.happens(events.DialAsked(ANNA, box, "key", box.person))
    contact = centre.facts(ContactArrived)[0].contact
    centre.answers()
    called = next(iter(leg for leg, line in centre.center.calls.lines.legs.items() if line.role == "called"))
    centre.happens(events.LegAnswered(called, sealed("dialog")))
    passes_on(centre, contact, ToAgent(BO))
    assert centre.facts(TransferStarted)[0].queue is None and centre.offer().queue is None
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    centre.happens(events.OfferRejected(ANNA, centre.offer().offer))
    [opened] = centre.facts(VisitOpened)
    assert (opened.queue, opened.placed_at) == (FAULTS, centre.now)
    centre.check_replay()


def test_whom_we_called_is_let_go_when_the_sender_serves_no_queue() -> None:
    config = two_queues(outgoing=OutgoingConfig("carrier", "+86100"))
    agents = (msgspec.structs.replace(config.agents[0], skills=()), *config.agents[1:])
    centre = Centre(msgspec.structs.replace(config, agents=agents))
    centre.signs_in(ANNA, BO)
    box = sealed("+8613")
    centre.happens(events.DialAsked(ANNA, box, "key", box.person))
    contact = centre.facts(ContactArrived)[0].contact
    centre.answers()
    called = next(iter(leg for leg, line in centre.center.calls.lines.legs.items() if line.role == "called"))
    centre.happens(events.LegAnswered(called, sealed("dialog")))
    passes_on(centre, contact, ToAgent(BO))
    centre.wraps_up(ANNA, contact, "")
    centre.happens(events.NotReadyChosen(ANNA, "break"))
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]
    assert called in [command.leg for command in centre.commands(commands.HangUpLeg)]
    centre.check_replay()
