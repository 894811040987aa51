"""The gap map of a recording: which milliseconds hold no sound of the party, and why.

Silence in a file alone does not tell a lost packet from a paused recording; this does.
"""

from enum import IntEnum
from typing import Final, NamedTuple

__all__ = ["GAPS_MAX", "Gap", "GapMap", "SlotMark"]

GAPS_MAX: Final = 2_000
"""A 10-minute call with a gap every 300 ms; beyond it only the totals go on counting."""


class SlotMark(IntEnum):
    """What one 20 ms slot of a recorded channel holds."""

    LOST = 0
    FILLED = 1
    PAUSED = 2


class Gap(NamedTuple):
    """A stretch without sound, from the start of the recording, end excluded."""

    start_ms: int
    end_ms: int
    mark: SlotMark


class GapMap:
    """Collects the gaps of one channel as the slots pass, in order."""

    __slots__ = ("_gaps", "_open_mark", "_open_start", "_position", "_slot_ms", "totals_ms")

    def __init__(self, slot_ms: int) -> None:
        self._slot_ms = slot_ms
        self._gaps: list[Gap] = []
        self._position = 0
        self._open_mark = SlotMark.FILLED
        self._open_start = 0
        self.totals_ms = {SlotMark.LOST: 0, SlotMark.FILLED: 0, SlotMark.PAUSED: 0}

    def add(self, marks: bytes) -> None:
        """Take the marks of the next slots, one byte a slot."""
        for mark in SlotMark:
            self.totals_ms[mark] += marks.count(mark) * self._slot_ms
        if self._open_mark is SlotMark.FILLED and marks.count(SlotMark.FILLED) == len(marks):
            self._position += len(marks) * self._slot_ms
            return
        for byte in marks:
            if byte != self._open_mark:
                self._close()
                self._open_mark, self._open_start = SlotMark(byte), self._position
            self._position += self._slot_ms

    def gaps(self) -> tuple[Gap, ...]:
        """Give all gaps up to now, the one still open included."""
        if self._open_mark is SlotMark.FILLED or len(self._gaps) >= GAPS_MAX:
            return tuple(self._gaps)
        return (*self._gaps, Gap(self._open_start, self._position, self._open_mark))

    def _close(self) -> None:
        if self._open_mark is not SlotMark.FILLED and len(self._gaps) < GAPS_MAX:
            self._gaps.append(Gap(self._open_start, self._position, self._open_mark))
