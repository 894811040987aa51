"""The identity of intervals on any legal day, both conventions, and the day as the sum of its intervals."""

from __future__ import annotations

from hypothesis import given

from contactcenter.model.facts import ContactEnded, CustomerAnswered
from contactcenter.model.ids import AgentId, ContactId, VisitId
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome
from contactcenter.reports.intervals import IntervalFigures
from contactcenter.reports.live import LiveFigures
from contactcenter.reports.tally import OUTCOMES
from tests.reports.day import FAULTS, MINUTE, QUARTER, SALES, Day, visit_days


@given(visit_days())
def test_waiting_at_start_and_offered_are_all_accounted_for(day: Day) -> None:
    fold = IntervalFigures()
    day.into(fold)
    waiting = {(queue, channel): 0 for queue in (FAULTS, SALES) for channel in Channel}
    for row in fold.rows(0, day.at + QUARTER):
        line = (row.queue, row.channel)
        assert row.waiting_at_start == waiting[line], "an interval begins with what the one before left"
        outcomes = sum(row.by_event.outcomes.values())
        assert row.waiting_at_start + row.by_event.offered == outcomes + row.waiting_at_end
        assert row.by_arrival.offered == row.by_arrival.ended + row.still_open
        assert row.waiting_at_end >= 0 and row.still_open >= 0
        waiting[line] = row.waiting_at_end
    assert sum(waiting.values()) == len(day.opened_at), "who waits at the end of the day still waits"


@given(visit_days())
def test_both_conventions_agree_on_the_whole_day(day: Day) -> None:
    fold = IntervalFigures()
    day.into(fold)
    rows = fold.rows(0, day.at + QUARTER)
    for outcome in OUTCOMES:
        by_event = sum(row.by_event.outcomes[outcome] for row in rows)
        assert by_event == sum(row.by_arrival.outcomes[outcome] for row in rows)
    assert sum(row.by_event.offered for row in rows) == sum(row.by_arrival.offered for row in rows)


@given(visit_days())
def test_the_live_day_is_the_sum_of_its_intervals(day: Day) -> None:
    live, fold = LiveFigures(0), IntervalFigures()
    day.into(live, fold)
    totals = fold.total(0, day.at + QUARTER)
    for figures in live.queues(0):
        if figures.id not in totals:
            assert figures.offered == 0
            continue
        total = totals[figures.id]
        assert figures.offered == total.offered
        for outcome in OUTCOMES:
            assert getattr(figures, outcome.value) == total.outcomes[outcome]
        assert figures.asa_ms == total.asa_ms()
        assert figures.service_level == total.service_level()
        assert figures.abandon_rate == total.abandon_rate()
        assert figures.waiting == total.offered - total.ended


def test_offered_at_28_and_handled_at_32_stands_in_two_intervals_by_event_and_in_one_by_arrival() -> None:
    day = Day(at=28 * MINUTE)
    day.enter("c1")
    day.at = 32 * MINUTE
    day.leave("c1", VisitOutcome.HANDLED)
    fold = IntervalFigures(30 * MINUTE)
    day.into(fold)
    first, second = fold.rows(0, 60 * MINUTE)
    assert (first.by_event.offered, first.by_event.ended, first.waiting_at_end) == (1, 0, 1)
    assert (second.waiting_at_start, second.by_event.outcomes[VisitOutcome.HANDLED]) == (1, 1)
    assert first.by_arrival.outcomes[VisitOutcome.HANDLED] == 1 and second.by_arrival.ended == 0


def test_a_texts_answer_counts_where_its_visit_stands() -> None:
    day = Day()
    day.configure()
    day.enter("c1", FAULTS, Channel.CHAT)
    day.at = 14 * MINUTE
    day.leave("c1", VisitOutcome.HANDLED)
    fold = IntervalFigures()
    day.into(fold)
    row = fold.rows(0, QUARTER)[0]
    assert (row.by_event.service_level(), row.by_arrival.service_level()) == (0.0, 0.0)
    answer = CustomerAnswered(ContactId("c1"), VisitId("c1"), FAULTS, Channel.CHAT, AgentId("ann"), answer_ms=60_000)
    for _ in range(2):
        fold.apply(answer, 16 * MINUTE)
    assert (row.by_event.service_level(), row.by_arrival.service_level()) == (100.0, 100.0), "once, however often told"
    assert fold.rows(QUARTER, 2 * QUARTER)[0].by_event.service_level() is None
    fold.apply(ContactEnded(ContactId("c1"), Channel.CHAT, ContactOutcome.HANDLED), 17 * MINUTE)


def test_a_quiet_interval_shows_who_waits_through_it() -> None:
    day = Day()
    day.enter("c1")
    day.at = 40 * MINUTE
    day.leave("c1")
    fold = IntervalFigures()
    day.into(fold)
    assert [row.waiting_at_start for row in fold.rows(0, 4 * QUARTER)] == [0, 1, 1, 0]
    assert [row.waiting_at_start for row in fold.rows(QUARTER, 2 * QUARTER)] == [1], "a window may begin anywhere"
    assert [row.from_at for row in fold.rows(1, 2 * QUARTER)] == [QUARTER], "only whole intervals are shown"


def test_a_visit_from_before_the_first_fact_is_left_out() -> None:
    day = Day()
    day.enter("c1")
    day.leave("c1")
    fold, live = IntervalFigures(), LiveFigures(0)
    for folded in (fold, live):
        folded.apply(day.facts[-1][1], MINUTE)
    assert fold.rows(0, QUARTER) == []
    assert [(figures.abandoned, figures.waiting) for figures in live.queues(MINUTE)] == [(0, 0)]


def test_a_visit_may_have_no_time_to_spend_in_a_window_before_its_queue_was_known() -> None:
    day = Day(at=5 * QUARTER)
    day.enter("c1", SALES, Channel.CHAT)
    fold = IntervalFigures()
    day.into(fold)
    assert [row.by_event.offered for row in fold.rows(0, 6 * QUARTER)] == [0, 0, 0, 0, 0, 1]
    assert fold.rows(3 * QUARTER, 3 * QUARTER) == []
