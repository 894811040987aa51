"""The alignment ring: where the packets of one party belong on the time line of a recording.

Packets arrive late, doubled and out of order; the sender's timestamps say how they lie to one another, the time of
arrival says where the stream lies. The ring holds the newest stretch open for the late ones and hands out the rest.
Between two parties who talk it is never used, for those packets are passed on at once; in a conference each one has it.
"""

from typing import Final

from contactcenter.media.gap import SlotMark
from contactcenter.media.rtp import FRAME_SAMPLES, timestamp_distance

__all__ = ["LEAD_SAMPLES_MAX", "SLOTS_DEFAULT", "SLOTS_MIN", "AlignmentRing"]

SLOTS_MIN: Final = 4
"""A one-slot buffer loses the second packet of a tick; four ride out the usual burst."""
SLOTS_DEFAULT: Final = 64
"""1.28 s: a batch of half a second, the time for late packets, and a hand-over that is late itself."""
LEAD_SAMPLES_MAX: Final = 3 * FRAME_SAMPLES
"""A packet cannot arrive before it was spoken: one that seems 60 ms early shows that the anchor is wrong."""


class AlignmentRing:
    """One channel of a recording: codewords by position, counted in samples from the recording's start."""

    __slots__ = (
        "_anchor",
        "_codewords",
        "_floor",
        "_marks",
        "_newest",
        "_paused_from",
        "_silence",
        "_size",
        "_ssrc",
        "head",
        "late",
    )

    def __init__(self, silence: bytes, slots: int = SLOTS_DEFAULT) -> None:
        """Begin empty; `silence` is the codeword that stands where nothing came."""
        slots = max(slots, SLOTS_MIN)
        self._size = slots * FRAME_SAMPLES
        self._silence = silence
        self._codewords = bytearray(silence * self._size)
        self._marks = bytearray(slots)
        self._anchor = 0
        self._newest = 0
        self._ssrc: int | None = None
        self._floor = 0
        self._paused_from: int | None = None
        self.head = 0
        """Everything before this position has been handed out."""
        self.late = 0
        """Packets that came after their place had been handed out."""

    def place(self, ssrc: int, timestamp: int, codewords: bytes, arrival: int) -> None:
        """Put one packet where it belongs; `arrival` is its position if it had come without delay."""
        if self._paused_from is not None:
            return
        if ssrc != self._ssrc:
            self._anchor_at(ssrc, timestamp, arrival)
        distance = timestamp_distance(self._newest, timestamp)
        position = self._anchor + distance
        if self._is_astray(position, distance, arrival):
            self._anchor_at(ssrc, timestamp, arrival)
            position = arrival
        elif distance > 0:
            self._anchor, self._newest = position, timestamp
        if position < self.head:
            self.late += 1
        elif position >= self._floor:
            self._write(position, codewords)

    def pause(self, position: int) -> None:
        """Keep nothing from this position on; what was placed before it stays."""
        self._paused_from = position

    def resume(self, position: int) -> None:
        """Keep sound again, but none that belongs before this position: the pause's own that arrives late."""
        self._mark_pause(position)
        self._paused_from = None
        self._floor = position

    def hand_out(self, until: int) -> tuple[bytes, bytes]:
        """Give the codewords and the marks (one a slot) of all whole slots up to a position, and forget them."""
        self._mark_pause(until)
        slots = min(max(0, until - self.head) // FRAME_SAMPLES, len(self._marks))
        first = self.head // FRAME_SAMPLES % len(self._marks)
        split = min(slots, len(self._marks) - first)
        codewords = self._take(first, split) + self._take(0, slots - split)
        marks = bytes(self._marks[first : first + split] + self._marks[: slots - split])
        self._marks[first : first + split] = bytes(split)
        self._marks[: slots - split] = bytes(slots - split)
        self.head += slots * FRAME_SAMPLES
        return codewords, marks

    def _anchor_at(self, ssrc: int, timestamp: int, arrival: int) -> None:
        self._ssrc, self._newest, self._anchor = ssrc, timestamp, arrival

    def _is_astray(self, position: int, distance: int, arrival: int) -> bool:
        """Tell whether the newest packet cannot lie where its timestamp says, or an old one is absurdly old."""
        if distance < 0:
            return distance < -self._size
        return position < self.head or position - arrival > LEAD_SAMPLES_MAX

    def _mark_pause(self, until: int) -> None:
        if self._paused_from is None:
            return
        first = max(self._paused_from, self.head)
        last = min(until, self.head + self._size)
        for slot in range(first // FRAME_SAMPLES, last // FRAME_SAMPLES):
            index = slot % len(self._marks)
            if self._marks[index] == SlotMark.LOST:
                self._marks[index] = SlotMark.PAUSED

    def _write(self, position: int, codewords: bytes) -> None:
        room = self.head + self._size - position
        codewords = codewords[: max(0, room)]
        if not codewords:
            return
        start = position % self._size
        split = min(len(codewords), self._size - start)
        self._codewords[start : start + split] = codewords[:split]
        self._codewords[: len(codewords) - split] = codewords[split:]
        for slot in range(position // FRAME_SAMPLES, (position + len(codewords) - 1) // FRAME_SAMPLES + 1):
            self._marks[slot % len(self._marks)] = SlotMark.FILLED

    def _take(self, first: int, slots: int) -> bytes:
        span = slice(first * FRAME_SAMPLES, (first + slots) * FRAME_SAMPLES)
        taken = bytes(self._codewords[span])
        self._codewords[span] = self._silence * len(taken)
        return taken
