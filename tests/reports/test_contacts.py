"""Contact records: the segments of a call from the first tone to the end of wrap-up."""

from __future__ import annotations

from contactcenter.model.facts import CustomerKnown, CustomerLeft, DispositionSet
from contactcenter.model.ids import ContactId, CustomerId
from contactcenter.model.words import ContactOutcome, Party, Presence, VisitOutcome, Work
from contactcenter.reports.contacts import ContactRecord, ContactRecords, SegmentKind
from tests.reports.day import ANN, BOB, FAULTS, SALES, Day

C1 = ContactId("c1")


def only(day: Day) -> ContactRecord:
    """The one record that ended on this day."""
    fold = ContactRecords()
    day.into(fold)
    (record,) = fold.take_ended()
    assert fold.take_ended() == [] and fold.living == {}
    lengths = [segment.to_at - segment.from_at for segment in record.segments]
    assert all(length > 0 for length in lengths)
    assert record.ended_at is not None and sum(lengths) == record.ended_at - record.arrived_at
    return record


def kinds(record: ContactRecord) -> list[tuple[str, int, str | None]]:
    """The segments as (kind, seconds, agent)."""
    return [
        (segment.kind.value, (segment.to_at - segment.from_at) // 1000, segment.agent) for segment in record.segments
    ]


def test_a_call_with_a_missed_ring_a_hold_and_wrap_up() -> None:
    day = Day()
    day.arrive("c1")
    day.at = 10_000
    day.enter("c1")
    day.state(CustomerKnown(C1, CustomerId("k1"), "A", "en"))
    day.at = 12_000
    day.ring("c1", ANN)
    day.at = 27_000
    day.miss("c1", ANN)
    day.ring("c1", BOB)
    day.at = 30_000
    day.answer("c1", BOB)
    day.at = 60_000
    day.work("c1", BOB, Work.HOLD)
    day.at = 70_000
    day.work("c1", BOB, Work.TALKING)
    day.at = 90_000
    day.state(CustomerLeft(C1))
    day.part("c1", BOB)
    day.at = 95_000
    day.state(DispositionSet(C1, BOB, "repaired", None))
    day.finish("c1", BOB)
    record = only(day)
    assert kinds(record) == [
        ("ivr", 10, None),
        ("queue", 2, None),
        ("ring", 15, ANN),
        ("ring", 3, BOB),
        ("talk", 30, BOB),
        ("hold", 10, BOB),
        ("talk", 20, BOB),
        ("wrap_up", 5, BOB),
    ]
    assert record.spent_ms(SegmentKind.TALK) == 50_000
    assert (record.queues, record.agents, record.customer) == ([FAULTS], [BOB], "k1")
    assert (record.disposition, record.parted_by, record.left_at) == ("repaired", Party.CUSTOMER, 90_000)
    assert (record.outcome, record.visit_outcomes) == (ContactOutcome.HANDLED, [VisitOutcome.HANDLED])


def test_who_hangs_up_in_the_menu_has_an_ivr_segment_only() -> None:
    day = Day()
    day.arrive("c1")
    day.at = 4_000
    day.end("c1", ContactOutcome.LEFT_IN_IVR)
    record = only(day)
    assert kinds(record) == [("ivr", 4, None)] and record.segments[0].queue is None


def test_who_waits_in_two_queues_has_a_segment_in_each() -> None:
    day = Day()
    day.arrive("c1")
    day.enter("c1", FAULTS)
    day.at = 5_000
    day.leave("c1", VisitOutcome.OVERFLOWED)
    day.enter("c1", SALES)
    day.at = 8_000
    day.leave("c1")
    day.end("c1", ContactOutcome.ABANDONED)
    record = only(day)
    assert [(segment.queue, segment.to_at - segment.from_at) for segment in record.segments] == [
        (FAULTS, 5_000),
        (SALES, 3_000),
    ]
    assert record.visit_outcomes == [VisitOutcome.OVERFLOWED, VisitOutcome.ABANDONED]


def test_facts_of_agents_and_of_unknown_contacts_are_passed_over() -> None:
    day = Day()
    day.present(ANN, Presence.READY)
    day.enter("c1")
    day.leave("c1")
    fold = ContactRecords()
    day.into(fold)
    assert fold.living == {} and fold.take_ended() == []
