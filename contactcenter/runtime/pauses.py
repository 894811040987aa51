"""The garbage collector of a process that must not stand still: what is loaded is left alone, and pauses are measured.

Reference counting frees nearly all that a decision makes; the collector is for the rest. Its full collections go
through everything that lives, so they are put off for as long as a centre runs, and what lives at the start is frozen.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from types import TracebackType
from typing import Any, Final

from contactcenter.runtime.ports import EngineFigures

__all__ = ["Pauses", "quieten", "undisturbed"]

YOUNG: Final = 50_000
"""Objects made and not freed before the youngest are looked at: a pause of a few ms, seldom enough."""

OLDER: Final = 20
NEVER: Final = 1_000_000


def quieten() -> None:
    """Collect once, leave what lives now alone for ever, and put full collections off."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, NEVER)


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
