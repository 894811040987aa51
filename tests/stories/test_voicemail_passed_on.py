"""Passing a message on: to a colleague or a queue, as a text; what nobody takes comes back."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.acd.transitions import ContactState
from contactcenter.model import commands, events
from contactcenter.model.config import CalendarConfig, CenterConfig, RelaxStep
from contactcenter.model.facts import (
    ContactEnded,
    EndDeferred,
    OfferMade,
    RequirementRelaxed,
    TalkEnded,
    TalkStarted,
    TransferStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ContactId, StationId
from contactcenter.model.transfers import ToAgent, ToNumber, ToQueue
from contactcenter.model.words import ContactOutcome, Party, VisitOutcome, Work
from tests.stories.callbacks import OUTGOING
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed, sealed
from tests.stories.handing import BILLS, CY, VOICE, passes_on, state, two_queues, work
from tests.stories.voicemail import MINUTE_MS, leaves_message, speaks, stored, voicemail_config


def config(**bills: object) -> CenterConfig:
    """Two queues: Anna and Bo serve the one that takes messages, Cy alone the other, which takes none."""
    usual = two_queues(outgoing=OUTGOING)
    queues = (*voicemail_config().queues, msgspec.structs.replace(usual.queues[1], **bills))
    return msgspec.structs.replace(usual, queues=queues)


@pytest.fixture
def centre() -> Iterator[Centre]:
    """That centre, replayed at the end of the story."""
    yield from replayed(config())


def listens(centre: Centre, *others: AgentId) -> ContactId:
    """Anna has a message in hand; the others come afterwards."""
    centre.calls()
    contact = leaves_message(centre)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    centre.signs_in(*others)
    centre.passes(10_000)
    return contact


def test_a_message_is_passed_on_to_a_colleague_who_accepts_it_by_a_click(centre: Centre) -> None:
    contact = listens(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    assert centre.facts(TalkEnded) == [TalkEnded(contact, ANNA, VOICE, Party.AGENT, passed_on=True)]
    assert (work(centre, ANNA), work(centre, BO)) == ({contact: Work.WRAP_UP}, {contact: Work.RINGING})
    offer = centre.offer()
    assert (offer.agent, offer.visit, offer.queue, offer.station) == (BO, None, FAULTS, None)
    assert not centre.commands(commands.DialStation) and not centre.commands(commands.Play)

    centre.accepts(BO)
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, FAULTS, VOICE, BO)]
    assert not centre.commands(commands.StartRecording)
    centre.wraps_up(ANNA, contact)
    centre.happens(events.ContactClosed(BO, contact))
    centre.wraps_up(BO, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


def test_what_the_colleague_does_not_take_comes_back_to_the_sender(centre: Centre) -> None:
    contact = listens(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    assert (centre.offer().agent, work(centre, ANNA)) == (ANNA, {contact: Work.RINGING})
    centre.accepts(ANNA)
    assert work(centre, ANNA) == {contact: Work.TALKING}


def test_what_nobody_takes_waits_again_at_the_place_of_its_caller(centre: Centre) -> None:
    contact = listens(centre, BO)
    first = centre.all_facts(VisitOpened)[0]
    passes_on(centre, contact, ToAgent(BO))
    centre.passes(30_000)  # nobody answers: Bo is not ready any more
    centre.happens(events.OfferRejected(ANNA, centre.offer().offer))

    [opened] = centre.facts(VisitOpened)
    assert (opened.queue, opened.priority, opened.placed_at) == (FAULTS, first.priority, first.placed_at)
    assert opened.message
    centre.happens(events.ReadyChosen(BO))
    assert (centre.offer().agent, centre.offer().visit) == (BO, opened.visit)


def test_a_message_waits_in_another_queue_at_the_place_of_its_caller(centre: Centre) -> None:
    contact = listens(centre, CY)
    first = centre.all_facts(VisitOpened)[0]
    passes_on(centre, contact, ToQueue(BILLS))
    [opened] = centre.facts(VisitOpened)
    assert (opened.queue, opened.placed_at, opened.priority) == (BILLS, first.placed_at, first.priority + 3)
    assert opened.message
    assert (centre.offer().agent, centre.offer().station) == (CY, None)
    centre.accepts(CY)
    [ended] = centre.facts(VisitEnded)
    assert (ended.queue, ended.outcome, ended.message) == (BILLS, VisitOutcome.HANDLED, True)
    centre.happens(events.ContactClosed(CY, contact))
    centre.wraps_up(CY, contact, "paid")
    centre.wraps_up(ANNA, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.HANDLED)]


def test_in_another_queue_the_circle_widens_anew() -> None:
    relax = (RelaxStep(MINUTE_MS, "fault >= 1"),)
    centre = Centre(config(relax=relax, requires="bill >= 1"))
    centre.passes(0)
    contact = listens(centre)
    centre.passes(5 * MINUTE_MS)
    passes_on(centre, contact, ToQueue(BILLS))
    centre.passes(MINUTE_MS - 1)
    assert not [fact for fact in centre.all_facts(RequirementRelaxed) if fact.contact == contact]
    centre.passes(1)
    assert [fact.step for fact in centre.all_facts(RequirementRelaxed)] == [1]
    centre.check_replay()


def test_in_its_own_queue_the_circle_is_at_once_as_wide_as_the_wait_has_made_it() -> None:
    usual = config()
    faults = msgspec.structs.replace(usual.queues[0], relax=(RelaxStep(3_000, "fault"),))
    for centre in replayed(msgspec.structs.replace(usual, queues=(faults, usual.queues[1]))):
        contact = listens(centre, BO)
        passes_on(centre, contact, ToQueue(FAULTS))
        told = [
            type(fact) for fact in centre.step.facts if isinstance(fact, VisitOpened | RequirementRelaxed | OfferMade)
        ]
        assert told == [VisitOpened, RequirementRelaxed, OfferMade]


def test_a_message_may_be_passed_on_to_a_queue_that_is_closed_and_waits_for_the_morning() -> None:
    tomorrow = MORNING + 60 * MINUTE_MS
    day = CalendarConfig("day", ((tomorrow, tomorrow + 60 * MINUTE_MS),))
    centre = Centre(msgspec.structs.replace(config(hours="day"), calendars=(day,)))
    contact = listens(centre)
    passes_on(centre, contact, ToQueue(BILLS))
    centre.passes(70 * MINUTE_MS)
    assert state(centre, contact) is ContactState.WAITING
    centre.signs_in(CY)
    assert (centre.offer().agent, centre.offer().contact) == (CY, contact)
    centre.check_replay()


def test_a_message_goes_nowhere_where_nobody_could_listen(centre: Centre) -> None:
    usual = config()
    agents = tuple(msgspec.structs.replace(each, phone_only=each.id in (BO, CY)) for each in usual.agents)
    agents = tuple(msgspec.structs.replace(each, station=f"{each.id}-phone") for each in agents)
    centre.happens(events.ConfigPublished("by telephone", msgspec.structs.replace(usual, agents=agents)))
    for name in (BO, CY):
        centre.happens(events.PhoneBound(StationId(f"{name}-phone"), sealed(f"sip:{name}")))
    contact = listens(centre)
    box = sealed("+1")
    number = ToNumber(box, "key", box.person)

    assert "no console" in centre.refuses(events.TransferAsked(ANNA, contact, ToAgent(BO)))
    assert "no console" not in centre.refuses(events.TransferAsked(ANNA, contact, ToAgent(ANNA)))
    assert "has a console to listen" in centre.refuses(events.TransferAsked(ANNA, contact, ToQueue(BILLS)))
    assert "only calls" in centre.refuses(events.TransferAsked(ANNA, contact, number))
    passes_on(centre, contact, ToQueue(FAULTS))


def test_a_caller_who_still_hears_thanks_is_left_in_peace(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.keys("5")
    speaks(centre)
    centre.keys("#")
    stored(centre)
    centre.accepts(ANNA)
    passes_on(centre, contact, ToAgent(BO))
    assert not centre.commands(commands.Play) and not centre.commands(commands.HangUpLeg)
    centre.hangs_up()
    centre.accepts(BO)
    assert work(centre, BO) == {contact: Work.TALKING}


def test_a_kill_on_the_way_loses_no_message(centre: Centre) -> None:
    contact = listens(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.crash()
    again = centre.all_facts(OfferMade)[-1]
    assert (again.agent, again.visit) == (BO, None)
    centre.accepts(BO)
    assert work(centre, BO) == {contact: Work.TALKING}


def test_whose_console_is_gone_gives_back_what_a_colleague_passed_on(centre: Centre) -> None:
    contact = listens(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.accepts(BO)
    centre.happens(events.ConsoleLost(BO))
    centre.passes(20_000)
    assert centre.all_facts(VisitOpened)[-1].message
    assert state(centre, contact) is ContactState.WAITING


def test_what_is_dismissed_in_the_other_queue_ends_when_the_sender_has_written_it_up(centre: Centre) -> None:
    contact = listens(centre)
    passes_on(centre, contact, ToQueue(BILLS))
    centre.happens(events.MessageDismissed(contact, "sue"))
    assert centre.facts(EndDeferred) == [EndDeferred(contact, VOICE, ContactOutcome.CLOSED)]
    assert "is over" in centre.refuses(events.MessageDismissed(contact, "sue"))
    centre.wraps_up(ANNA, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.CLOSED)]


def test_an_agent_on_a_call_with_its_caller_may_pass_the_message_on(centre: Centre) -> None:
    contact = listens(centre, BO)
    box = sealed("+8613900000001")
    centre.happens(events.DialAsked(ANNA, box, "key", box.person))
    centre.answers()
    passes_on(centre, contact, ToAgent(BO))
    centre.happens(events.OfferRejected(BO, centre.offer().offer))
    [opened] = centre.facts(VisitOpened)  # with the call in hand she is not asked to take it back
    assert (opened.contact, opened.queue, opened.message) == (contact, FAULTS, True)
    assert centre.facts(TransferStarted) == []
