"""Asking whoever of a queue is free about a call: who is chosen, who comes next, and what when there is nobody."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from contactcenter.acd.transitions import ContactState
from contactcenter.model import commands, events
from contactcenter.model.facts import ConsultAnswered, ConsultMoved, ConsultStarted, TransferStarted
from contactcenter.model.ids import AgentId, ContactId, LegId, QueueId
from contactcenter.model.transfers import ConsultOutcome, ToQueue, TransferKind, TransferTarget
from contactcenter.model.words import Channel, Work
from tests.stories.centre import ANNA, BO, Centre, agent, replayed
from tests.stories.consulting import CALLER, ended, hung_up, played
from tests.stories.handing import BILLS, CY, passes_on, state, talks, two_queues, work

DEE = AgentId("dee")


@pytest.fixture
def centre() -> Iterator[Centre]:
    """Bills are served by Cy, and by Dee; Anna and Bo know nothing of them."""
    config = two_queues()
    dee = msgspec.structs.replace(agent("dee"), skills=config.agents[-1].skills)
    station = msgspec.structs.replace(config.stations[0], id="dee-phone")
    yield from replayed(
        msgspec.structs.replace(config, agents=(*config.agents, dee), stations=(*config.stations, station))
    )


def asks(centre: Centre, *others: AgentId) -> tuple[ContactId, LegId]:
    """Anna talks with a caller and asks whoever serves bills; return the contact and Anna's line."""
    contact = talks(centre, *others)
    anna = centre.ringing_leg()
    centre.happens(events.ConsultQueueAsked(ANNA, contact, BILLS))
    return contact, anna


def test_who_has_been_free_for_longest_is_asked(centre: Centre) -> None:
    contact, anna = asks(centre, DEE, CY, BO)
    assert centre.facts(ConsultStarted) == [ConsultStarted(contact, ANNA, DEE, BILLS)]
    assert played(centre) == {CALLER: "music/hold", anna: "music/ringing"}
    assert (centre.offer().agent, centre.offer().visit) == (DEE, None)
    centre.answers()
    assert centre.facts(ConsultAnswered) == [ConsultAnswered(contact, ANNA, DEE)]
    centre.happens(events.ConsultCompleted(ANNA, contact))
    assert (ended(centre), work(centre, DEE)) == ([ConsultOutcome.COMPLETED], {contact: Work.TALKING})


def test_whoever_does_not_answer_makes_room_for_the_next_and_anna_hears_it_ring_on(centre: Centre) -> None:
    contact, anna = asks(centre, DEE, CY)
    dees = centre.ringing_leg()
    centre.happens(events.OfferRejected(DEE, centre.offer().offer))
    assert centre.facts(ConsultMoved) == [ConsultMoved(contact, ANNA, CY)]
    assert (centre.offer().agent, hung_up(centre), played(centre)) == (CY, [dees], {})
    assert not centre.commands(commands.Bridge), "the caller's music goes on"
    centre.answers()
    assert work(centre, CY) == {contact: Work.CONSULTING} and work(centre, DEE) == {}
    centre.happens(events.ConsultCancelled(ANNA, contact))
    assert ended(centre) == [ConsultOutcome.CANCELLED]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]


def test_nobody_is_asked_twice_and_then_the_caller_is_back(centre: Centre) -> None:
    contact, anna = asks(centre, DEE, CY)
    centre.happens(events.OfferRejected(DEE, centre.offer().offer))
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    assert ended(centre) == [ConsultOutcome.NOT_ANSWERED]
    assert centre.commands(commands.Bridge) == [commands.Bridge(CALLER, anna)]
    assert work(centre, ANNA) == {contact: Work.TALKING} and state(centre, contact) is ContactState.TALKING


def test_who_just_rejected_a_call_of_that_queue_is_left_alone(centre: Centre) -> None:
    contact = talks(centre, DEE)
    passes_on(centre, contact, ToQueue(BILLS))
    centre.happens(events.OfferRejected(DEE, centre.offer().offer))
    centre.wraps_up(ANNA, contact)
    other = centre.calls("+8613900000002")
    centre.passes(2_000)
    centre.answers()
    assert centre.refuses(events.ConsultQueueAsked(ANNA, other, BILLS)).startswith("nobody of this queue is free now")


@pytest.mark.parametrize("rules", [{"keep_for_texts": 1}, {"offers": (Channel.CHAT, Channel.SMS)}])
def test_nobody_is_asked_who_is_kept_for_texts_or_whose_queue_offers_no_calls(rules: dict[str, object]) -> None:
    config = two_queues()
    kept = msgspec.structs.replace(config.queues[1], **rules)
    for centre in replayed(msgspec.structs.replace(config, queues=(config.queues[0], kept))):
        contact = talks(centre, CY)
        assert centre.refuses(events.ConsultQueueAsked(ANNA, contact, BILLS)).startswith("nobody of this queue")


@pytest.mark.parametrize(
    ("queue", "sentence"),
    [(BILLS, "nobody of this queue is free now"), (QueueId("no such"), "there is no such queue")],
)
def test_a_queue_that_has_nobody_is_refused_with_what_to_do(centre: Centre, queue: QueueId, sentence: str) -> None:
    contact = talks(centre, BO)
    assert centre.refuses(events.ConsultQueueAsked(ANNA, contact, queue)).startswith(sentence)
    assert work(centre, ANNA) == {contact: Work.TALKING}
    assert centre.refuses(events.ConsultQueueAsked(BO, contact, queue)) == "this conversation is over or not yours"


def test_an_agent_who_hangs_up_while_it_rings_has_passed_the_caller_on_to_the_queue(centre: Centre) -> None:
    contact, anna = asks(centre, DEE)
    centre.happens(events.LegHungUp(anna))
    assert ended(centre) == [ConsultOutcome.AGENT_GONE]
    [started] = centre.facts(TransferStarted)
    assert (started.kind, started.to, started.to_queue) == (TransferKind.BLIND, TransferTarget.QUEUE, BILLS)
    assert (centre.offer().agent, centre.offer().queue) == (DEE, BILLS)
    centre.answers()
    assert work(centre, DEE) == {contact: Work.TALKING}
