"""Alarms fire in order, however they were set, and those that are moved or cleared leave nothing behind for long."""

from random import Random

from contactcenter.model.timers import SLICE_MS, Timers


def test_an_alarm_that_is_moved_with_every_text_does_not_fill_the_memory() -> None:
    timers = Timers()
    timers.set(("first",), 1)
    for number in range(10_000):
        timers.set(("silence",), 86_400_000 + number)
    assert len(timers._near) + sum(map(len, timers._later.values())) == 2
    assert len(timers._slices) <= 2 + 10_000 // SLICE_MS
    assert timers.pop_due(1) == ("first",)
    assert timers.deadline() == 86_400_000 + 10_000 - 1


def test_alarms_of_one_slice_and_of_many_fire_as_a_plain_list_would_have_them() -> None:
    chance, timers = Random(7), Timers()
    plain: dict[tuple[str, ...], tuple[int, int]] = {}
    now, order = 0, 0
    for _ in range(20_000):
        name = (str(chance.randrange(300)),)
        if chance.random() < 0.3:
            timers.clear(name)
            plain.pop(name, None)
        else:
            order += 1
            at = now + chance.choice((0, 1, 5, SLICE_MS, 3 * SLICE_MS, 50_000)) + chance.randrange(3)
            timers.set(name, at)
            plain[name] = (at, order)
        if chance.random() < 0.4:
            now += chance.randrange(SLICE_MS)
            while (due := timers.pop_due(now)) is not None:
                assert due == min(plain, key=lambda each: plain[each])
                assert plain.pop(due)[0] <= now
        assert timers.deadline() == min((at for at, _ in plain.values()), default=None)
        assert len(timers) == len(plain)
