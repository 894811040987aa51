"""Deadlines as state: named alarms ordered by (deadline, order of setting).

Set and cleared only while facts are applied, so that a replayed state has the same alarms. A name is a tuple whose
first word is the part that owns it.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

__all__ = ["SLICE_MS", "Timers"]

Name = tuple[str, ...]
SLICE_BITS = 8
SLICE_MS = 1 << SLICE_BITS  # a slice has a few hundred alarms in the fullest centre: put in order within a millisecond


class Timers:
    """Named deadlines in slices of time; setting a name again moves it.

    Only the slices that were reached are in order, as one heap whose moved and cleared entries are passed over. From
    all later ones an alarm is taken exactly, so nothing has ever to be tidied up at once, however many are set.
    """

    __slots__ = ("_later", "_live", "_near", "_order", "_reached", "_slices")

    def __init__(self) -> None:
        """Begin with no alarm set."""
        self._live: dict[Name, tuple[int, int]] = {}
        self._order = 0
        self._near: list[tuple[int, int, Name]] = []
        self._reached = -1  # the newest slice whose alarms are in `_near`
        self._later: dict[int, dict[Name, None]] = {}
        self._slices: list[int] = []  # the slices of `_later` as a heap

    def set(self, name: Name, at: int) -> None:
        """Let `name` be due at `at` (ms), in place of any earlier deadline of that name."""
        if name in self._live:
            self.clear(name)
        self._order += 1
        self._live[name] = (at, self._order)
        number = at >> SLICE_BITS
        if number <= self._reached:
            heappush(self._near, (at, self._order, name))
        elif number in self._later:
            self._later[number][name] = None
        else:
            self._later[number] = {name: None}
            heappush(self._slices, number)

    def clear(self, name: Name) -> None:
        """Forget `name`; unknown names are fine."""
        known = self._live.pop(name, None)
        if known is not None and known[0] >> SLICE_BITS > self._reached:
            del self._later[known[0] >> SLICE_BITS][name]

    def clear_kinds(self, owner: str, kinds: Iterable[str], of: str) -> None:
        """Forget the deadlines of several kinds that a part has set for one thing, where there are any."""
        for kind in kinds:
            name = (owner, kind, of)
            if name in self._live:
                self.clear(name)

    def deadline(self) -> int | None:
        """Return when the next alarm is due (ms), or None."""
        live = self._live
        while True:
            while self._near:
                at, order, name = self._near[0]
                known = live.get(name)
                if known is not None and known[1] == order:
                    return at
                heappop(self._near)
            if not self._slices:
                return None
            self._reached = heappop(self._slices)
            self._near = [(*live[name], name) for name in self._later.pop(self._reached)]
            heapify(self._near)

    def pop_due(self, now: int) -> Name | None:
        """Take the earliest alarm that is due at `now`, or None."""
        at = self.deadline()
        if at is None or at > now:
            return None
        name = heappop(self._near)[2]
        del self._live[name]
        return name

    def canonical(self) -> list[tuple[int, int, Name]]:
        """Return all alarms in the order in which they are due, however they are kept."""
        return sorted((*when, name) for name, when in self._live.items())

    def __len__(self) -> int:
        """Return how many alarms are set."""
        return len(self._live)
