"""The garbage collector of a process that must not stand still: it works little and often, and pauses are measured.

Reference counting frees nearly all that a decision makes; the collector is for the rest. Left to itself it counts what
is made less what is freed: alarms that are set anew by the hundred thousand do not count, and are gone through all at
once when it comes to it (400 ms with 100,000 waiting). So it is told when to look, after so many decisions; what lives
at the start is frozen; and all that has come since is gone through the more seldom the longer that takes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from types import TracebackType
from typing import Any, Final

from contactcenter.runtime.ports import EngineFigures

__all__ = ["Collector", "Pauses", "rest_s", "undisturbed"]

DECISIONS: Final = 64
"""After so many the youngest objects are looked at, some thirty of each decision: a millisecond."""

YOUNG: Final = 50_000
"""Objects made and not freed before that is done anyway, for work that decides nothing."""

NEVER: Final = 1_000_000
SHORT_MS: Final = 20.0
REST_S: Final = 60.0
REST_MAX_S: Final = 86_400.0


def rest_s(took_ms: float) -> float:
    """Return how long older objects are left alone after going through them took so long (seconds).

    A minute when it was short, a day when it took 760 ms: as the square, so that what is heard is heard seldom.
    """
    return min(REST_MAX_S, REST_S * max(1.0, took_ms / SHORT_MS) ** 2)


class Collector:
    """Tells Python's collector when to look; there is one in a process, for there is one of those."""

    def __init__(self) -> None:
        """Collect once, leave what lives now alone for ever, and let nothing be collected unasked but the youngest."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, NEVER, NEVER)
        self._decisions = 0
        self._older_at_s = perf_counter() + REST_S

    def decided(self, decisions: int) -> None:
        """Look at the youngest objects when enough was decided since."""
        self._decisions += decisions
        if self._decisions >= DECISIONS:
            self._decisions = 0
            gc.collect(0)

    def look(self, now_s: float) -> bool:
        """Go through all that has come since the start, if that is due at a time of `perf_counter`; return whether."""
        if now_s < self._older_at_s:
            return False
        begun_s = perf_counter()
        gc.collect()
        self._older_at_s = now_s + rest_s(1_000 * (perf_counter() - begun_s))
        return True


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the collector away while a whole state is loaded: it would go through it again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Pauses:
    """How long and how often the collector has let everything wait; counts while it is entered."""

    def __init__(self) -> None:
        """Begin to count."""
        self.longest_ms = 0.0
        self.total_ms = 0.0
        self.count = 0
        self._begun = 0.0

    def __enter__(self) -> Pauses:
        """Begin to watch."""
        gc.callbacks.append(self._watch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Watch no longer."""
        gc.callbacks.remove(self._watch)

    def figures(self) -> EngineFigures:
        """Return the pauses so far."""
        return EngineFigures(
            gauges={"engine_gc_pause_longest_ms": self.longest_ms},
            counters={"engine_gc_pauses_total": float(self.count), "engine_gc_pause_ms_total": self.total_ms},
        )

    def _watch(self, phase: str, details: dict[str, Any]) -> None:
        if phase == "start":
            self._begun = perf_counter()
            return
        took_ms = 1_000 * (perf_counter() - self._begun)
        self.longest_ms = max(self.longest_ms, took_ms)
        self.total_ms += took_ms
        self.count += 1
