"""What is kept of contacts that are passed on: recordings, texts, segments, counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contactcenter.acd.transitions import ContactState
from contactcenter.model import commands, events
from contactcenter.model.facts import (
    ContactEnded,
    CustomerAnswered,
    EndDeferred,
    OfferEnded,
    RecordingChanged,
    TalkStarted,
    TextPosted,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ConversationId, LegId, MessageId
from contactcenter.model.transfers import ToAgent, ToQueue, TransferTarget
from contactcenter.model.words import (
    Author,
    Channel,
    ContactOutcome,
    LegState,
    OfferOutcome,
    Presence,
    RecordingState,
    VisitOutcome,
    Work,
)
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.contacts import ContactRecords, Segment, SegmentKind
from contactcenter.reports.intervals import IntervalFigures
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, replayed
from tests.stories.handing import BILLS, CY, VOICE, passes_on, state, talk_by_text, talks, two_queues, work


@pytest.fixture
def centre() -> Iterator[Centre]:
    """Two queues and three agents; replayed at the end of the story."""
    yield from replayed(two_queues())


# --- recordings


def test_each_talk_has_a_recording_of_its_own_so_that_none_is_one_sided(centre: Centre) -> None:
    contact = talks(centre, BO)
    caller, anna = LegId("leg of +8613900000001"), centre.ringing_leg()
    passes_on(centre, contact, ToAgent(BO))
    [stopping] = centre.facts(RecordingChanged)
    assert stopping.state is RecordingState.STOPPING
    centre.answers()
    [second] = centre.commands(commands.StartRecording)
    assert (second.left, second.right) == (caller, centre.ringing_leg()) and second.right != anna
    assert second.recording != stopping.recording


# --- texts


def test_a_text_conversation_is_passed_on_with_its_thread(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    contact = talk_by_text(centre)
    passes_on(centre, contact, ToAgent(BO))
    assert centre.offer().agent == BO and centre.offer().expires_at == centre.now + 30_000
    centre.texts("still here?")
    centre.accepts(BO)
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, FAULTS, Channel.SMS, BO)]
    refused = centre.refuses(events.AgentTextWritten(ANNA, contact, MessageId("m1")))
    assert refused == "this conversation is not yours or is over"
    centre.happens(events.AgentTextWritten(BO, contact, MessageId("m2")))
    posts = [(post.contact, post.author) for post in centre.all_facts(TextPosted)]
    assert posts == [(contact, Author.CUSTOMER), (contact, Author.CUSTOMER), (contact, Author.AGENT)]


def test_a_text_offer_goes_on_with_a_new_engine(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    contact = talk_by_text(centre)
    passes_on(centre, contact, ToAgent(BO))
    centre.crash()
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.WITHDRAWN
    assert (centre.offer().agent, centre.offer().contact) == (BO, contact)
    assert work(centre, ANNA) == {contact: Work.WRAP_UP} and state(centre, contact) is ContactState.OFFERED
    centre.accepts(BO)
    centre.crash()
    assert state(centre, contact) is ContactState.TALKING


def test_a_call_that_is_passed_on_when_the_engine_dies_fails_by_name(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.crash()
    assert centre.facts(EndDeferred) == [EndDeferred(contact, VOICE, ContactOutcome.FAILED_NODE)]
    assert work(centre, BO) == {}
    centre.wraps_up(ANNA, contact)
    assert centre.facts(ContactEnded) == [ContactEnded(contact, VOICE, ContactOutcome.FAILED_NODE)]


def test_a_chat_comes_back_to_a_sender_with_her_hands_full_of_its_own_wrap_up(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.happens(events.TextArrived(ConversationId(chat), MessageId("meter"), Channel.CHAT, key="12345678"))
    contact = centre.offer().contact
    centre.accepts(centre.offer().agent)
    sender = centre.all_facts(TalkStarted)[-1].agent
    other = BO if sender == ANNA else ANNA
    passes_on(centre, contact, ToAgent(other), sender)
    centre.happens(events.OfferRejected(other, centre.offer().offer))
    assert (centre.offer().agent, centre.offer().contact) == (sender, contact)


# --- what it counts as


def test_the_record_has_each_segment_and_they_sum_to_the_lifetime(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.passes(1_000)
    centre.answers()
    centre.passes(5_000)
    centre.hangs_up()
    centre.passes(2_000)
    centre.wraps_up(BO, contact)
    centre.passes(3_000)
    centre.wraps_up(ANNA, contact)
    records = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
    [record] = records.take_ended()
    spent: list[tuple[SegmentKind, AgentId | None, int]] = [
        (segment.kind, segment.agent, segment.to_at - segment.from_at) for segment in record.segments
    ]
    assert spent == [
        (SegmentKind.RING, ANNA, 2_000),
        (SegmentKind.TALK, ANNA, 11_000),
        (SegmentKind.RING, BO, 1_000),
        (SegmentKind.TALK, BO, 5_000),
        (SegmentKind.WRAP_UP, BO, 5_000),
    ]
    assert record.agents == [ANNA, BO] and record.outcome is ContactOutcome.HANDLED
    assert all(isinstance(segment, Segment) for segment in record.segments)


def test_transfers_are_counted_apart_for_the_sender_the_receiver_and_the_queues(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    centre.answers()
    centre.signs_in(CY)
    passes_on(centre, contact, ToQueue(BILLS), BO)
    centre.answers()
    centre.hangs_up()
    time, intervals = AgentTime(), IntervalFigures()
    for entry in centre.journal:
        for fact in entry.facts:
            time.apply(fact, entry.at)
            intervals.apply(fact, entry.at)
    time.settle(centre.now)
    rows = {row.agent: row.transfers for row in time.total(MORNING - MORNING % 900_000, centre.now + 1)}
    assert (rows[ANNA].blind, rows[ANNA].to[TransferTarget.AGENT], rows[ANNA].received) == (1, 1, 0)
    assert (rows[BO].blind, rows[BO].to[TransferTarget.QUEUE], rows[BO].received) == (1, 1, 1)
    assert (rows[CY].blind, rows[CY].received) == (0, 1)
    queues = {row.queue: row for row in intervals.rows(MORNING - MORNING % 900_000, centre.now + 1)}
    assert (queues[FAULTS].transfers.blind, queues[FAULTS].transfers.received) == (2, 0)
    assert (queues[BILLS].transfers.blind, queues[BILLS].transfers.received) == (0, 1)
    assert all(row.waiting_at_end == 0 for row in queues.values())
    assert queues[FAULTS].transfers.rate(queues[FAULTS].by_event.outcomes[VisitOutcome.HANDLED]) == 200.0
    assert rows[CY].rate(0) is None
    handled = {row.agent: row.handled for row in time.total(MORNING - MORNING % 900_000, centre.now + 1)}
    assert handled == {ANNA: 1, BO: 1, CY: 1}


def test_presence_is_the_agents_own_whatever_is_passed_on(centre: Centre) -> None:
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    assert [fact.work for fact in centre.facts(WorkChanged)] == [Work.WRAP_UP, Work.RINGING]
    assert centre.center.calls.lines.legs[centre.ringing_leg()].state is LegState.DIALLING


@pytest.mark.parametrize("answers_first", [True, False])
def test_the_service_clock_of_a_text_stops_once_whoever_answers(centre: Centre, answers_first: bool) -> None:
    centre.signs_in(ANNA, BO)
    contact = talk_by_text(centre)
    if answers_first:
        centre.happens(events.AgentTextWritten(ANNA, contact, MessageId("one moment")))
    passes_on(centre, contact, ToAgent(BO))
    centre.accepts(BO)
    centre.happens(events.AgentTextWritten(BO, contact, MessageId("here I am")))
    assert [fact.agent for fact in centre.all_facts(CustomerAnswered)] == [ANNA if answers_first else BO]
