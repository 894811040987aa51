"""Agents' time: complete, without overlap, and named by the overlap rule."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given

from contactcenter.model.facts import ContactArrived, PresenceChanged, WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Channel, Direction, OfferOutcome, Presence, Work
from contactcenter.reports.activity import Doing
from contactcenter.reports.agent_time import AgentTime
from tests.reports.day import ANN, BOB, MINUTE, QUARTER, Day, agent_days


def signed_in_ms(day: Day, agent: AgentId) -> int:
    """Time with presence or work in hand, counted in the plainest way."""
    total, last_at, present, held = 0, 0, False, dict[str, bool]()
    for at, fact in [*day.facts, (day.at, None)]:
        total += (at - last_at) * (present or any(held.values()))
        last_at = at
        if isinstance(fact, PresenceChanged) and fact.agent == agent:
            present = fact.presence is not Presence.LOGGED_OUT
        elif isinstance(fact, WorkChanged) and fact.agent == agent:
            held[fact.contact] = fact.work not in (Work.ENDED, Work.RESULT_OPEN, Work.PARKED)
    return total


@given(agent_days())
def test_states_sum_to_the_time_signed_in_whatever_overlaps(day: Day) -> None:
    fold = AgentTime()
    day.into(fold)
    fold.settle(day.at)
    totals = {row.agent: row for row in fold.total(0, day.at + QUARTER)}
    for agent in (ANN, BOB):
        expected = signed_in_ms(day, agent)
        assert (totals[agent].signed_in_ms if agent in totals else 0) == expected
    for row in fold.rows(0, day.at + QUARTER):
        assert 0 <= row.signed_in_ms <= QUARTER
        assert sum(row.not_ready_ms.values()) == row.spent_ms[Doing.NOT_READY]
        assert all(spent >= 0 for spent in row.spent_ms.values())


def morning() -> AgentTime:
    """Ann's first 40 minutes: ready, a call with hold, wrap-up, a missed call, lunch."""
    day = Day()
    day.configure()
    day.present(ANN, Presence.READY)
    acts: list[tuple[int, Callable[[], None]]] = [
        (5, lambda: day.enter("c1")),
        (5, lambda: day.ring("c1", ANN)),
        (6, lambda: day.answer("c1", ANN)),
        (8, lambda: day.work("c1", ANN, Work.HOLD)),
        (9, lambda: day.work("c1", ANN, Work.TALKING)),
        (12, lambda: day.part("c1", ANN)),
        (20, lambda: day.finish("c1", ANN)),
        (21, lambda: day.enter("c2")),
        (21, lambda: day.ring("c2", ANN)),
        (22, lambda: day.miss("c2", ANN)),
        (25, lambda: day.present(ANN, Presence.NOT_READY, "lunch")),
    ]
    for minute, act in acts:
        day.at = minute * MINUTE
        act()
    fold = AgentTime()
    day.into(fold)
    fold.settle(40 * MINUTE)
    return fold


def test_a_morning_by_interval() -> None:
    first, second, third = morning().rows(0, 60 * MINUTE)
    assert {doing: spent // MINUTE for doing, spent in first.spent_ms.items() if spent} == {
        Doing.READY: 5,
        Doing.RINGING: 1,
        Doing.TALKING: 5,
        Doing.HOLD: 1,
        Doing.WRAP_UP: 3,
    }
    assert first.handled == 1 and first.offers[OfferOutcome.ACCEPTED] == 1
    assert second.spent_ms[Doing.WRAP_UP] == 5 * MINUTE and second.offers[OfferOutcome.NO_ANSWER] == 1
    assert second.not_ready_ms == {"no_answer": 3 * MINUTE, "lunch": 5 * MINUTE}
    assert third.not_ready_ms == {"lunch": 10 * MINUTE}
    assert first.occupancy() == 66.7


def test_the_total_is_the_sum_of_the_intervals() -> None:
    (total,) = morning().total(0, 60 * MINUTE)
    assert total.signed_in_ms == 40 * MINUTE and total.handled == 1
    assert total.not_ready_ms == {"no_answer": 3 * MINUTE, "lunch": 15 * MINUTE}


def test_two_chats_at_once_count_once_and_talk_wins_over_wrap_up() -> None:
    day = Day()
    day.present(ANN, Presence.READY)
    day.work("c1", ANN, Work.TALKING, Channel.CHAT)
    day.work("c2", ANN, Work.TALKING, Channel.CHAT)
    day.at = MINUTE
    day.work("c1", ANN, Work.WRAP_UP, Channel.CHAT)
    day.at = 3 * MINUTE
    day.work("c2", ANN, Work.ENDED, Channel.CHAT)
    fold = AgentTime()
    day.into(fold)
    fold.settle(4 * MINUTE)
    (row,) = fold.rows(0, QUARTER)
    assert (row.spent_ms[Doing.TALKING], row.spent_ms[Doing.WRAP_UP]) == (3 * MINUTE, MINUTE)


def test_after_sign_out_only_work_in_hand_counts() -> None:
    day = Day()
    day.present(ANN, Presence.READY)
    day.work("c1", ANN, Work.WRAP_UP)
    day.present(ANN, Presence.LOGGED_OUT)
    day.at = 2 * MINUTE
    day.work("c1", ANN, Work.ENDED)
    fold = AgentTime()
    day.into(fold)
    fold.settle(60 * MINUTE)
    (row,) = fold.rows(0, 60 * MINUTE)
    assert row.signed_in_ms == row.spent_ms[Doing.WRAP_UP] == 2 * MINUTE


def test_a_call_of_hers_beside_a_message_is_told_by_the_way_it_began() -> None:
    day = Day()
    day.configure()
    day.present(ANN, Presence.READY)
    day.arrive("message")
    day.work("message", ANN, Work.TALKING)
    call = ContactId("call")
    day.state(ContactArrived(call, Channel.VOICE, "", "", "en", None, None, "", direction=Direction.INTERNAL))
    day.at += MINUTE
    day.work("call", ANN, Work.TALKING)
    day.at += 2 * MINUTE
    day.work("call", ANN, Work.ENDED)
    day.at += MINUTE
    fold = AgentTime()
    day.into(fold)
    fold.settle(day.at)
    [row] = [row for row in fold.total(0, day.at + QUARTER) if row.agent == ANN]
    assert (row.talked_ms[Direction.INBOUND], row.talked_ms[Direction.INTERNAL]) == (2 * MINUTE, 2 * MINUTE)
