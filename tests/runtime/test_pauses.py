"""The collector of garbage is heard when it pauses the process, and leaves alone what was loaded."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from time import perf_counter

import pytest

from contactcenter.runtime.pauses import DECISIONS, Collector, Pauses, rest_s


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the collector as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_a_collection_is_counted_while_somebody_watches() -> None:
    with Pauses() as pauses:
        gc.collect()
    gc.collect()
    figures = pauses.figures()
    assert figures.counters["engine_gc_pauses_total"] == 1
    assert figures.gauges["engine_gc_pause_longest_ms"] == figures.counters["engine_gc_pause_ms_total"] > 0


def test_what_lives_at_the_start_is_never_looked_at_again() -> None:
    loaded = [[number] for number in range(100)]
    Collector()
    assert gc.get_freeze_count() >= len(loaded)
    assert not any(each is loaded for each in gc.get_objects())


def test_the_youngest_are_looked_at_after_so_many_decisions() -> None:
    collector = Collector()
    with Pauses() as pauses:
        for _ in range(DECISIONS - 1):
            collector.decided(1)
        assert pauses.count == 0
        collector.decided(5)
        assert pauses.count == 1
        collector.decided(DECISIONS - 1)
        assert pauses.count == 1, "they are counted anew"


def test_garbage_that_grew_old_goes_in_the_end() -> None:
    class Held:
        """Refers to itself."""

        def __init__(self) -> None:
            self.own = self

    collector = Collector()
    held = Held()
    gone = weakref.ref(held)
    collector.decided(DECISIONS)
    del held
    collector.decided(DECISIONS)
    assert gone() is not None, "it is no young object any more"
    assert not collector.look(perf_counter())
    assert collector.look(perf_counter() + 61)
    assert gone() is None
    assert not collector.look(perf_counter() + 61), "it has just been done"


def test_what_takes_long_is_done_seldom() -> None:
    assert [rest_s(took_ms) for took_ms in (0.1, 20, 40, 200, 10_000)] == [60, 60, 240, 6_000, 86_400]
