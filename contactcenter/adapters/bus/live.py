"""The retained states of the centre's mode, of queues and of agents: what changed since they were last told."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from contactcenter.adapters.bus.payloads import AgentState, ModeState, QueueLive
from contactcenter.adapters.bus.topics import Topics
from contactcenter.model.modes import NORMAL
from contactcenter.reports.live import LiveFigures
from contactcenter.reports.modes import ModeFigures

__all__ = ["Figures", "Live"]

Page = dict[str, Any]


class Figures(Protocol):
    """The figures of the centre's day, as the wallboards show them."""

    figures: LiveFigures

    def queue_pages(self, after: int = -1) -> list[Page]:
        """Return the queues that changed after a version."""

    def agent_pages(self, after: int = -1) -> list[Page]:
        """Return the agents that changed after a version."""


class Live:
    """What to tell next; states that nobody could be told are replaced by newer ones, never queued."""

    def __init__(self, figures: Figures, topics: Topics) -> None:
        """Watch `figures`."""
        self._figures = figures
        self._topics = topics
        self._version = -1
        self._untold: dict[str, bytes] = {}
        self.agents: dict[str, AgentState] = {}

    def look(self) -> None:
        """Take what changed since the last look."""
        modes = self._figures.figures.mode_figures(self._version)
        queues = self._figures.queue_pages(self._version)
        agents = self._figures.agent_pages(self._version)
        self._version = self._figures.figures.version
        if modes is not None:
            self._untold[self._topics.mode] = msgspec.json.encode(_mode_state(modes))
        for page in queues:
            self._untold[self._topics.queue(page["id"])] = msgspec.json.encode(msgspec.convert(page, QueueLive))
        for page in agents:
            state = msgspec.convert(page, AgentState)
            self.agents[state.id] = state
            self._untold[self._topics.agent(state.id)] = msgspec.json.encode(state)

    def start_again(self) -> None:
        """Tell everything anew: a broker may have forgotten."""
        self._version = -1

    def take(self, limit: int) -> list[tuple[str, bytes]]:
        """Return up to `limit` topics with the states to be told there, which count as told from now on."""
        topics = list(self._untold)[:limit]
        return [(topic, self._untold.pop(topic)) for topic in topics]


def _mode_state(modes: list[ModeFigures]) -> ModeState:
    centre = next((each for each in modes if each.queue is None), None)
    queues = {str(each.queue): each.mode for each in modes if each.queue is not None and each.mode != NORMAL}
    if centre is None:
        return ModeState(NORMAL, None, None, queues)
    return ModeState(centre.mode, centre.since_at, centre.until_at, queues)
