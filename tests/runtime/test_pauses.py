"""The collector of garbage is heard when it pauses the process, and leaves alone what was loaded."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from contactcenter.runtime.pauses import Pauses, quieten


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
    quieten()
    assert gc.get_freeze_count() >= len(loaded)
    assert not any(each is loaded for each in gc.get_objects())
