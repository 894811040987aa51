"""The wallboard's figures, told as a morning at two queues."""

from __future__ import annotations

from contactcenter.model.words import Channel, ContactOutcome, Presence, VisitOutcome, Work
from contactcenter.reports.activity import Doing, WorkItem
from contactcenter.reports.live import AgentFigures, LiveFigures, QueueFigures, Staffing
from tests.reports.day import ANN, BOB, FAULTS, MINUTE, SALES, Day


def opened() -> Day:
    """A centre with Ann and Bob signed in and ready at 0."""
    day = Day()
    day.configure()
    day.present(ANN, Presence.READY)
    day.present(BOB, Presence.READY)
    return day


def told(day: Day, day_from_at: int = 0) -> LiveFigures:
    """The live figures after all that happened."""
    live = LiveFigures(day_from_at)
    day.into(live)
    return live


def queue(live: LiveFigures, name: str, now: int = 0) -> QueueFigures:
    """One queue's figures."""
    return next(figures for figures in live.queues(now) if figures.id == name)


def agent(live: LiveFigures, name: str) -> AgentFigures:
    """One agent's figures."""
    return next(figures for figures in live.agents() if figures.id == name)


def test_who_waits_and_since_when() -> None:
    day = opened()
    day.at = 1_000
    day.enter("c1", FAULTS, Channel.CHAT)
    day.at = 2_000
    day.enter("c2", FAULTS)
    figures = queue(told(day), FAULTS)
    assert (figures.waiting, figures.longest_wait_at, figures.offered) == (2, 1_000, 2)
    assert figures.channels == {"voice": 1, "chat": 1, "sms": 0}
    day.leave("c1")
    assert queue(told(day), FAULTS).longest_wait_at == 2_000


def test_the_day_so_far_with_all_four_service_levels() -> None:
    day = opened()
    for name, wait_ms, outcome in (
        ("in time", 20_000, VisitOutcome.HANDLED),
        ("late", 40_001, VisitOutcome.HANDLED),
        ("gone in time", 10_000, VisitOutcome.ABANDONED),
        ("gone late", 30_000, VisitOutcome.ABANDONED),
        ("misdialled", 2_000, VisitOutcome.SHORT_ABANDONED),
        ("we closed", 3_000, VisitOutcome.CLOSED),
    ):
        day.enter(name)
        day.at += wait_ms
        day.leave(name, outcome)
    figures = queue(told(day), FAULTS)
    assert (figures.offered, figures.handled, figures.abandoned, figures.short_abandoned) == (6, 2, 2, 1)
    assert (figures.closed, figures.asa_ms, figures.abandon_rate) == (1, 30_000, 40.0)
    assert figures.service_levels == {
        "abandons_ignored": 33.3,
        "abandons_count_against": 20.0,
        "abandons_count_for": 60.0,
        "handled_only": 50.0,
    }, "who was turned away in time counts as one who left in time"
    assert figures.service_level == 33.3 and figures.service_level_variant == "abandons_ignored"


def test_targets_differ_by_channel() -> None:
    day = opened()
    for channel in Channel:
        day.enter(channel, FAULTS, channel)
    day.at = 50_000
    for channel in Channel:
        day.leave(channel, VisitOutcome.HANDLED)
        day.write(channel, ANN, channel)
    assert queue(told(day), FAULTS).service_level == 66.7, "50 s is too long for a call, in time for a chat or a text"


def test_a_text_is_in_time_when_the_first_answer_is_and_not_when_it_is_taken() -> None:
    day = opened()
    for name in ("quick", "slow", "silent"):
        day.enter(name, FAULTS, Channel.CHAT)
    day.at = 10_000
    for name in ("quick", "slow", "silent"):
        day.leave(name, VisitOutcome.HANDLED)
    assert queue(told(day), FAULTS).service_level == 0.0, "all are taken, and nobody has an answer"
    day.at = 60_000
    day.write("quick", ANN)
    day.at = 60_001
    day.write("slow", ANN)
    day.end("silent", ContactOutcome.HANDLED, Channel.CHAT)
    day.write("silent", ANN)
    assert queue(told(day), FAULTS).service_level == 33.3


def test_an_answer_after_midnight_is_not_counted_on_a_day_that_did_not_count_the_visit() -> None:
    day = opened()
    day.enter("c1", FAULTS, Channel.CHAT)
    day.leave("c1", VisitOutcome.HANDLED)
    live = told(day)
    live.roll(MINUTE)
    day.at = 2 * MINUTE
    day.write("c1", ANN)
    live.apply(day.facts[-1][1], day.at)
    assert queue(live, FAULTS).service_level is None


def test_who_waits_beyond_the_target_is_missed_already() -> None:
    day = opened()
    day.enter("c1")
    day.leave("c1", VisitOutcome.HANDLED)
    day.enter("c2")
    live = told(day)
    assert queue(live, FAULTS, 20_000).service_level == 100.0
    seen = live.version
    assert live.queues(20_000, seen) == []
    (late,) = live.queues(20_001, seen)
    assert (late.late, late.service_level) == (1, 50.0)


def test_each_agent_counts_once_in_each_queue_he_serves() -> None:
    day = opened()
    assert queue(told(day), FAULTS).agents == Staffing(ready=2, busy=0, wrap_up=0, not_ready=0, signed_in=2)
    day.enter("c1")
    day.ring("c1", ANN)
    live = told(day)
    assert queue(live, FAULTS).agents == Staffing(1, 1, 0, 0, 2)
    assert queue(live, SALES).agents == Staffing(0, 1, 0, 0, 1), "Bob does not serve sales"
    day.answer("c1", ANN)
    day.part("c1", ANN)
    assert queue(told(day), FAULTS).agents == Staffing(1, 0, 1, 0, 2)
    day.finish("c1", ANN)
    day.present(BOB, Presence.NOT_READY, "lunch")
    day.present(ANN, Presence.LOGGED_OUT)
    assert queue(told(day), FAULTS).agents == Staffing(0, 0, 0, 1, 1)


def test_an_agents_row_says_presence_reason_and_contacts_in_hand() -> None:
    day = opened()
    day.enter("c1", FAULTS, Channel.CHAT)
    day.enter("c2", SALES, Channel.CHAT)
    day.ring("c1", ANN)
    day.at = 5_000
    day.answer("c1", ANN)
    day.at = 7_000
    day.ring("c2", ANN)
    day.present(ANN, Presence.NOT_READY, "lunch")
    row = agent(told(day), ANN)
    assert (row.name, row.presence, row.reason, row.since_at) == ("Ann", Presence.NOT_READY, "lunch", 7_000)
    assert row.doing is Doing.TALKING
    assert row.work == (
        WorkItem(Channel.CHAT, Work.TALKING, FAULTS, 5_000),
        WorkItem(Channel.CHAT, Work.RINGING, SALES, 7_000),
    )
    day.at = 8_000
    day.present(ANN, Presence.NOT_READY, "lunch")
    assert agent(told(day), ANN).since_at == 7_000, "the same state told again is not a new one"


def test_who_asks_with_a_version_gets_only_the_news() -> None:
    live = told(opened())
    assert [figures.id for figures in live.queues(0)] == [FAULTS, SALES]
    seen = live.version
    assert live.queues(0, seen) == [] and live.agents(seen) == []
    day = Day(at=1)
    day.enter("c1", SALES)
    day.into(live)
    assert [figures.id for figures in live.queues(1, seen)] == [SALES] and live.agents(seen) == []
    seen = live.version
    day = Day(at=2)
    day.present(BOB, Presence.NOT_READY, "break")
    day.into(live)
    assert [figures.id for figures in live.queues(2, seen)] == [FAULTS]
    assert [row.id for row in live.agents(seen)] == [BOB]


def test_a_new_day_begins_at_nothing_but_with_those_who_wait() -> None:
    day = opened()
    day.at = 23 * 60 * MINUTE
    day.enter("c1")
    day.enter("c2")
    day.leave("c1")
    live = told(day)
    live.roll(24 * 60 * MINUTE)
    figures = queue(live, FAULTS)
    assert (figures.offered, figures.abandoned, figures.waiting) == (0, 0, 1)
    assert figures.interval_from_at == 24 * 60 * MINUTE
    later = Day(at=24 * 60 * MINUTE, opened_at=day.opened_at)
    later.leave("c2", VisitOutcome.HANDLED)
    later.into(live)
    assert (queue(live, FAULTS).handled, queue(live, FAULTS).waiting) == (1, 0)


def test_facts_from_before_the_day_move_people_but_are_not_counted() -> None:
    day = opened()
    day.enter("c1")
    day.enter("c2")
    day.leave("c1")
    figures = queue(told(day, day_from_at=MINUTE), FAULTS)
    assert (figures.offered, figures.abandoned, figures.waiting, figures.agents.ready) == (0, 0, 1, 2)


def test_a_new_configuration_keeps_counts_and_moves_agents() -> None:
    day = opened()
    day.enter("old", SALES)
    day.enter("c1")
    day.configure()
    live = told(day)
    assert [figures.offered for figures in live.queues(0)] == [1, 1]
    assert queue(live, FAULTS).agents.ready == 2


def test_what_is_not_configured_is_shown_under_its_id() -> None:
    day = Day()
    day.present(ANN, Presence.READY)
    day.enter("c1")
    live = told(day)
    assert (queue(live, FAULTS).name, queue(live, FAULTS).target_percent) == (FAULTS, 0)
    assert agent(live, ANN).name == ANN
    day = Day()
    day.configure()
    day.into(live)
    assert queue(live, FAULTS).name == "Faults" and queue(live, FAULTS).agents.ready == 1
