"""Deadlines come out in order of time, and of arrival where times are equal."""

from contactcenter.sip.timers import TimerHeap


def test_order() -> None:
    heap: TimerHeap[str] = TimerHeap()
    assert heap.deadline() is None and heap.pop_due(99) is None
    for at, name in ((30, "c"), (10, "a"), (10, "b"), (20, "x")):
        heap.schedule(at, name)
    assert (len(heap), heap.deadline()) == (4, 10)
    out = []
    while (due := heap.pop_due(25)) is not None:
        out.append(due)
    assert out == [(10, "a"), (10, "b"), (20, "x")]
    assert heap.deadline() == 30
