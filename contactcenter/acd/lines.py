"""Who waits and who is free, as ordered lines by requirement class, so that no decision scans everybody.

A class is (queue, channel) for all agents who serve the queue, (`queue+step`, channel) for those whom a step of its
relaxation adds, or (`@agent`, channel) for contacts kept for one agent. In (`queue~`, channel) and (`@agent~`, channel)
stand those of a channel that the queue does not offer now: no agent looks there.
All operations are O(log n) (`sortedcontainers`); order keys never change while an entry stands in its line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush

from sortedcontainers import SortedList

from contactcenter.model.ids import AgentId, ContactId, QueueId
from contactcenter.model.words import Channel

__all__ = [
    "IdleKey",
    "IdleLines",
    "LineClass",
    "PlaceKey",
    "WaitingLines",
    "line_kept_for",
    "line_of",
    "rings_within",
    "suspended_line",
]

LineClass = tuple[str, Channel]
IdleClass = tuple[str, Channel | None]  # None: of all channels
PlaceKey = tuple[int, int, int, ContactId]  # (rank, placed_at, visit order, contact)
IdleKey = tuple[int, int, int, int, AgentId]  # (selection key…, idle since, agent order, agent)
_Entry = tuple[int, int, int, int, AgentId, int]  # an IdleKey with its ticket
SPARE = 64  # void entries that are always suffered in a line; beyond them it may be twice as long as it has to be


@lru_cache(maxsize=65_536)
def line_of(queue: QueueId, step: int, channel: Channel) -> LineClass:
    """Return the line of a queue's contacts at a step of its relaxation."""
    return (f"{queue}+{step}" if step else queue, channel)


@lru_cache(maxsize=65_536)
def ring_of(queue: QueueId, step: int, channel: Channel | None) -> IdleClass:
    """Return the line of the agents whom a step of a queue's relaxation adds."""
    return (f"{queue}+{step}", channel)


@lru_cache(maxsize=65_536)
def rings_within(queue: QueueId, step: int, channel: Channel) -> tuple[IdleClass, ...]:
    """Return the lines of all agents who may serve a queue's contact at a step."""
    return tuple(ring_of(queue, ring, kind) for ring in range(step + 1) for kind in (None, channel))


def line_kept_for(agent: AgentId, channel: Channel, suspended: bool = False) -> LineClass:
    """Return the line of the contacts kept for one agent, or of those of them who are offered to nobody now."""
    return (f"@{agent}~" if suspended else f"@{agent}", channel)


def suspended_line(queue: QueueId, channel: Channel) -> LineClass:
    """Return the line in which those of a queue wait, kept for nobody, who are offered to nobody now."""
    return (f"{queue}~", channel)


class WaitingLines:
    """Contacts in the order in which they are served: by rank (`acd.priority`), then the earlier place."""

    __slots__ = ("_lines", "occupied")

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lines: dict[LineClass, SortedList[PlaceKey]] = {}
        self.occupied: dict[LineClass, None] = {}
        """The lines in which anybody stands, for those who look at many."""

    def add(self, line: LineClass, key: PlaceKey) -> None:
        """Put a contact into its line."""
        if line not in self._lines:
            self._lines[line] = SortedList()
        self._lines[line].add(key)
        self.occupied[line] = None

    def remove(self, line: LineClass, key: PlaceKey) -> None:
        """Take a contact out of its line."""
        standing = self._lines[line]
        standing.remove(key)
        if not standing:
            del self.occupied[line]

    def canonical(self) -> dict[LineClass, list[PlaceKey]]:
        """Return who stands where; lines that are empty count for nothing."""
        return {line: list(self._lines[line]) for line in sorted(self.occupied)}

    def in_order(self, line: LineClass) -> Iterator[PlaceKey]:
        """Yield the keys of a line, the next to be served first."""
        return iter(self._lines.get(line, ()))

    def standing(self, lines: Iterable[LineClass]) -> int:
        """Return how many stand in some lines."""
        return sum(len(self._lines[line]) for line in lines if line in self._lines)

    def position(self, lines: Iterable[LineClass], key: PlaceKey) -> int:
        """Return a contact's place over lines that are served together, 1 is next."""
        return 1 + sum(self._lines[line].bisect_left(key) for line in lines if line in self._lines)


class IdleLines:
    """Agents who could take a contact now, each at one ring of every queue, in the order in which they are chosen.

    Who is free for whatever comes stands in the lines of all channels at once, others in those of single channels.
    An agent who goes is not looked for in the lines where he stands: his ticket is void, and whoever comes upon an
    entry with a void ticket at the head of a line drops it. Who comes is put into his lines only when others have come
    after him, for most are gone again by then.
    """

    __slots__ = ("_free", "_limits", "_lines", "_ticket_of", "_tickets", "_unplaced")

    def __init__(self) -> None:
        """Begin with nobody free."""
        self._lines: dict[IdleClass, list[_Entry]] = {}
        self._limits: dict[IdleClass, int] = {}
        self._free: dict[AgentId, tuple[Channel, ...]] = {}
        self._ticket_of: dict[AgentId, int] = {}
        self._unplaced: dict[AgentId, None] = {}
        self._tickets = 0

    def come(self, agent: AgentId, channels: tuple[Channel, ...]) -> None:
        """Let an agent be free for exactly these channels, wherever he stood before."""
        self._tickets += 1
        self._free[agent] = channels
        self._ticket_of[agent] = self._tickets
        self._unplaced[agent] = None

    def go(self, agent: AgentId) -> None:
        """Let an agent be free no more."""
        if self._free.pop(agent, None) is not None:
            del self._ticket_of[agent]
            self._unplaced.pop(agent, None)

    def free_for(self, agent: AgentId) -> tuple[Channel, ...]:
        """Return the channels for which an agent is free."""
        return self._free.get(agent, ())

    def canonical(self) -> dict[AgentId, tuple[int, tuple[Channel, ...]]]:
        """Return who is free for what; void entries may be dropped early or late."""
        return {agent: (self._ticket_of[agent], channels) for agent, channels in self._free.items()}

    def unplaced(self) -> Collection[AgentId]:
        """Return those who came and are not in their lines yet, the first who came first."""
        return self._unplaced.keys()

    def place(self, agent: AgentId, places: Iterable[tuple[IdleClass, IdleKey]]) -> None:
        """Put an agent who came into his lines."""
        del self._unplaced[agent]
        ticket = self._ticket_of[agent]
        for line, key in places:
            entries = self._lines.get(line)
            if entries is None:
                entries = self._lines[line] = []
            elif len(entries) > SPARE and len(entries) > self._limits.get(line, SPARE):
                self._drop_void(line)
            heappush(entries, (*key, ticket))

    def first(
        self, lines: Iterable[IdleClass], unplaced: Sequence[IdleKey], most: int, suits: Callable[[AgentId], bool]
    ) -> list[AgentId]:
        """Return up to `most` agents who suit, in order, of those in some lines and those who would stand there.

        Nobody after the last of them is looked at.
        """
        heaps = [self._lines[line] for line in lines if line in self._lines]
        if unplaced:
            heaps.append(sorted([(*key, self._ticket_of[key[4]]) for key in unplaced]))
        found: list[AgentId] = []
        passed: list[tuple[list[_Entry], _Entry]] = []
        while len(found) < most and (entries := self._foremost(heaps)) is not None:
            if suits(entries[0][4]):
                found.append(entries[0][4])
            if len(found) < most:
                passed.append((entries, heappop(entries)))
        for entries, entry in passed:
            heappush(entries, entry)
        return found

    def _foremost(self, heaps: Iterable[list[_Entry]]) -> list[_Entry] | None:
        """Return the line with the lowest head, None when nobody stands in any."""
        best, tickets = None, self._ticket_of
        for entries in heaps:
            while entries and tickets.get(entries[0][4]) != entries[0][5]:
                heappop(entries)
            if entries and (best is None or entries[0] < best[0]):
                best = entries
        return best

    def _drop_void(self, line: IdleClass) -> None:
        """Tidy a line up when half of it may be void, so that lines of which nobody asks do not grow for ever."""
        entries = self._lines[line]
        entries[:] = self._valid(entries)
        heapify(entries)
        self._limits[line] = 2 * len(entries) + SPARE

    def _valid(self, entries: Iterable[_Entry]) -> list[_Entry]:
        tickets = self._ticket_of
        return [entry for entry in entries if tickets.get(entry[4]) == entry[5]]
