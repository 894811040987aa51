"""Who waits and who is free, as ordered lines by requirement class, so that no decision scans everybody.

A class is (queue, channel) for all agents who serve the queue, (`queue+step`, channel) for those whom a step of its
relaxation adds, or (`@agent`, channel) for contacts kept for one agent. In (`queue~`, channel) stand those of a channel
that the queue does not offer now: no agent looks there.
All operations are O(log n) (`sortedcontainers`); order keys never change while an entry stands in its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sortedcontainers import SortedList

from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Channel

__all__ = ["IdleKey", "IdleLines", "LineClass", "PlaceKey", "WaitingLines", "line_name", "suspended_line"]

LineClass = tuple[str, Channel]
PlaceKey = tuple[int, int, int, ContactId]  # (rank, placed_at, visit order, contact)
IdleKey = tuple[int, int, int, int, AgentId]  # (selection key…, agent order, agent)


def line_name(queue: str, step: int) -> str:
    """Return the name of a queue's line at a step of its relaxation."""
    return f"{queue}+{step}" if step else queue


def suspended_line(queue: str) -> str:
    """Return the name of the line in which those of a queue wait who are offered to nobody now."""
    return f"{queue}~"


class WaitingLines:
    """Contacts in the order in which they are served: by rank (`acd.priority`), then the earlier place."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._lines: dict[LineClass, SortedList[PlaceKey]] = {}

    def add(self, line: LineClass, key: PlaceKey) -> None:
        """Put a contact into its line."""
        if line not in self._lines:
            self._lines[line] = SortedList()
        self._lines[line].add(key)

    def remove(self, line: LineClass, key: PlaceKey) -> None:
        """Take a contact out of its line."""
        self._lines[line].remove(key)

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
    """Agents who could take a contact of a class now, in the order in which they are chosen."""

    __slots__ = ("_lines", "_standing")

    def __init__(self) -> None:
        """Begin with nobody free."""
        self._lines: dict[LineClass, SortedList[IdleKey]] = {}
        self._standing: dict[AgentId, tuple[tuple[LineClass, IdleKey], ...]] = {}

    def place(self, agent: AgentId, entries: tuple[tuple[LineClass, IdleKey], ...]) -> None:
        """Let an agent stand in exactly these lines with these keys."""
        standing = self._standing.get(agent, ())
        if standing == entries:
            return
        for line, key in standing:
            self._lines[line].remove(key)
        for line, key in entries:
            if line not in self._lines:
                self._lines[line] = SortedList()
            self._lines[line].add(key)
        self._standing[agent] = entries

    def in_order(self, line: LineClass) -> Iterator[AgentId]:
        """Yield the free agents of a class, the one to be chosen first."""
        for key in self._lines.get(line, ()):
            yield key[4]

    def classes(self, agent: AgentId) -> tuple[LineClass, ...]:
        """Return the classes in which an agent stands now."""
        return tuple(line for line, _ in self._standing.get(agent, ()))
