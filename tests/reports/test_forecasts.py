"""How good estimates were: judged by what came, and only for those who were served."""

from __future__ import annotations

from contactcenter.model.estimate import SAMPLES_MIN, WaitEstimate
from contactcenter.model.facts import PositionTold, PreferenceEnded, VisitEnded, VisitOpened
from contactcenter.model.ids import AgentId, ContactId, QueueId, VisitId
from contactcenter.model.words import Channel, VisitOutcome
from contactcenter.reports.forecasts import WaitForecasts

QUEUE, VOICE = QueueId("faults"), Channel.VOICE
WAIT = WaitEstimate(60_000, 20_000, 120_000)


class Day:
    """A queue's day, told to the fold."""

    def __init__(self) -> None:
        self.forecasts = WaitForecasts()

    def comes(self, name: str, at: int, wait: WaitEstimate | None = None, kept_for: str | None = None) -> None:
        """Somebody finds nobody free, and is told the place."""
        preferred = AgentId(kept_for) if kept_for else None
        self.forecasts.apply(
            VisitOpened(VisitId(name), ContactId(name), QUEUE, VOICE, priority=0, placed_at=at, preferred=preferred), at
        )
        self.forecasts.apply(PositionTold(ContactId(name), 1, wait), at)

    def goes(self, name: str, at: int, outcome: VisitOutcome = VisitOutcome.HANDLED) -> None:
        """A visit ends."""
        self.forecasts.apply(VisitEnded(VisitId(name), ContactId(name), QUEUE, VOICE, outcome, 0), at)


def test_an_estimate_is_judged_by_the_wait_that_was_left() -> None:
    day = Day()
    day.comes("early", 0, WAIT)
    day.goes("early", 50_000)
    day.comes("late", 0, WAIT)
    day.forecasts.apply(PositionTold(ContactId("late"), 1, WaitEstimate(1_000, 0, 2_000)), 100_000)
    day.goes("late", 180_000)
    accuracy = day.forecasts.accuracy(QUEUE)
    assert (accuracy.judged, accuracy.within) == (2, 1)
    assert accuracy.error_ms() == (10_000 + 120_000) // 2
    assert accuracy.within_percent() == 50.0
    assert (accuracy.late_ms, accuracy.early_ms) == (120_000, 10_000)


def test_who_gives_up_or_was_told_nothing_proves_nothing() -> None:
    day = Day()
    day.comes("gone", 0, WAIT)
    day.goes("gone", 5_000, VisitOutcome.ABANDONED)
    day.comes("untold", 0)
    day.goes("untold", 5_000)
    accuracy = day.forecasts.accuracy(QUEUE)
    assert accuracy.judged == 0 and accuracy.error_ms() is None and accuracy.within_percent() is None


def test_the_next_caller_waits_behind_all_who_wait() -> None:
    day = Day()
    assert day.forecasts.next_wait(QUEUE, VOICE, 0) is None
    for number in range(SAMPLES_MIN):
        day.comes(f"{number}", number * 60_000)
        day.goes(f"{number}", (number + 1) * 60_000)
    day.comes("one", 300_000)
    wait = day.forecasts.next_wait(QUEUE, VOICE, 300_000)
    assert wait is not None and wait.expected_ms == 120_000


def test_who_is_kept_for_one_person_does_not_stand_before_anybody() -> None:
    day = Day()
    day.comes("kept", 0, kept_for="anna")
    day.forecasts.apply(PreferenceEnded(ContactId("kept")), 10_000)
    day.goes("kept", 20_000)
    day.comes("again", 20_000, kept_for="anna")
    day.forecasts.apply(PreferenceEnded(ContactId("again")), 30_000)
    day.forecasts.apply(PositionTold(ContactId("again"), 1), 30_000)
    day.goes("again", 40_000)
    day.goes("never seen", 50_000)
    assert day.forecasts.next_wait(QUEUE, VOICE, 50_000) is None, "one gap is too few"


def test_a_new_day_forgets_what_was_judged_and_not_the_pace() -> None:
    day = Day()
    for number in range(SAMPLES_MIN):
        day.comes(f"{number}", number * 60_000, WAIT)
        day.goes(f"{number}", (number + 1) * 60_000)
    day.forecasts.roll()
    assert day.forecasts.accuracy(QUEUE).judged == 0
    assert day.forecasts.next_wait(QUEUE, VOICE, 300_000) is not None
