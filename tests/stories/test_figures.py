"""What the figures say of a day's stories: each visit counts once, under the right name, live and in the reports."""

from __future__ import annotations

from contactcenter.model import events
from contactcenter.model.words import Channel, ContactOutcome, OfferOutcome, Party, Presence
from contactcenter.reports.activity import Doing
from contactcenter.reports.agent_time import AgentTime
from contactcenter.reports.contacts import ContactRecord, ContactRecords
from contactcenter.reports.intervals import IntervalFigures
from contactcenter.reports.live import LiveFigures, QueueFigures
from contactcenter.reports.tables import KINDS, report
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre

OTHER = "+8613900000002"


def board(centre: Centre) -> LiveFigures:
    """The wallboard of the story so far."""
    live = LiveFigures(MORNING)
    for entry in centre.journal:
        for fact in entry.facts:
            live.apply(fact, entry.at)
    return live


def faults(centre: Centre) -> QueueFigures:
    """The one queue's figures."""
    (figures,) = board(centre).queues(centre.now)
    return figures


def records(centre: Centre) -> list[ContactRecord]:
    """The records of all contacts that ended; their segments sum to their lives."""
    fold = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    ended = fold.take_ended()
    for record in ended:
        assert record.ended_at is not None
        assert (
            sum(segment.to_at - segment.from_at for segment in record.segments) == record.ended_at - record.arrived_at
        )
    return ended


def stretches(record: ContactRecord) -> list[tuple[str, int]]:
    """The segments as (kind, seconds)."""
    return [(segment.kind.value, (segment.to_at - segment.from_at) // 1000) for segment in record.segments]


def test_a_handled_call_from_the_queue_to_the_end_of_wrap_up(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    assert faults(centre).agents.busy == 1 and faults(centre).waiting == 1
    centre.passes(3_000)
    centre.answers()
    centre.passes(60_000)
    centre.hangs_up()
    assert faults(centre).agents.wrap_up == 1
    centre.passes(10_000)
    centre.wraps_up(ANNA, contact)
    figures = faults(centre)
    assert (figures.offered, figures.handled, figures.waiting, figures.asa_ms) == (1, 1, 0, 3_000)
    assert (figures.service_level, figures.agents.ready) == (100.0, 1)
    (record,) = records(centre)
    assert stretches(record) == [("ring", 3), ("talk", 60), ("wrap_up", 10)]
    assert (record.agents, record.parted_by, record.disposition) == ([ANNA], Party.CUSTOMER, "solved")


def test_leaving_in_the_menu_is_not_an_abandon(centre: Centre) -> None:
    centre.calls(dialled="95598")
    centre.passes(4_000)
    centre.hangs_up()
    figures = faults(centre)
    assert (figures.offered, figures.abandoned, figures.short_abandoned) == (0, 0, 0)
    (record,) = records(centre)
    assert record.outcome is ContactOutcome.LEFT_IN_IVR and stretches(record) == [("ivr", 4)]


def test_short_and_real_abandons_are_told_apart(centre: Centre) -> None:
    centre.calls()
    centre.calls(OTHER)
    centre.passes(4_999)
    centre.hangs_up()
    centre.passes(1)
    centre.hangs_up(OTHER)
    figures = faults(centre)
    assert (figures.offered, figures.abandoned, figures.short_abandoned) == (2, 1, 1)
    assert figures.abandon_rate == 100.0, "the misdialled one is in neither side of the fraction"
    assert figures.service_level is None, "who left in time is no failure, and nobody else came"


def test_a_ring_without_answer_is_the_agents_not_the_queues(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    centre.calls()
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    centre.answers()
    figures = faults(centre)
    assert (figures.offered, figures.handled, figures.asa_ms) == (1, 1, 15_000)
    assert (figures.agents.not_ready, figures.agents.busy) == (1, 1)
    rows = {row.id: row for row in board(centre).agents()}
    assert (rows[ANNA].presence, rows[ANNA].reason, rows[ANNA].work) == (Presence.NOT_READY, "no_answer", ())
    assert rows[BO].doing is Doing.TALKING and rows[BO].work[0].queue == FAULTS
    time = AgentTime()
    for entry in centre.journal:
        for fact in entry.facts:
            time.apply(fact, entry.at)
    time.settle(centre.now)
    anna, bo = time.total(MORNING - MORNING % time.interval_ms, centre.now + 1)
    assert anna.offers[OfferOutcome.NO_ANSWER] == 1 and anna.spent_ms[Doing.RINGING] == 15_000
    assert bo.offers[OfferOutcome.ACCEPTED] == 1 and bo.handled == 1


def test_calls_lost_with_the_engine_are_failed_and_nobody_is_left_waiting(centre: Centre) -> None:
    centre.calls()
    centre.passes(7_000)
    centre.crash()
    figures = faults(centre)
    assert (figures.offered, figures.failed, figures.abandoned, figures.waiting) == (1, 1, 0, 0)
    assert records(centre)[0].outcome is ContactOutcome.FAILED_NODE


def test_chats_wait_on_their_own_channel_and_count_to_the_same_queue(centre: Centre) -> None:
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "meter 4711")
    centre.calls()
    figures = faults(centre)
    assert figures.channels == {"voice": 1, "chat": 1, "sms": 0} and figures.waiting == 2
    assert figures.longest_wait_at == MORNING


def test_every_report_is_made_of_the_same_entries(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    from_at = MORNING - MORNING % 900_000
    for kind in KINDS:
        assert bool(report(kind, centre.journal, from_at, centre.now + 1).rows) == (kind != "modes")
    fold = IntervalFigures()
    for entry in centre.journal:
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    (row,) = [row for row in fold.rows(from_at, centre.now + 1) if row.channel is Channel.VOICE]
    assert (row.by_event.offered, row.waiting_at_end) == (faults(centre).offered, faults(centre).waiting)
