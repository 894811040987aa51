"""Alarms that are moved or cleared leave nothing behind for long."""

from contactcenter.model.timers import SPARE, Timers


def test_an_alarm_that_is_moved_with_every_text_does_not_fill_the_memory() -> None:
    timers = Timers()
    timers.set(("first",), 1)
    for number in range(10 * SPARE):
        timers.set(("silence",), 86_400_000 + number)
    assert len(timers._heap) <= SPARE + 4
    assert timers.pop_due(1) == ("first",)
    assert timers.deadline() == 86_400_000 + 10 * SPARE - 1
