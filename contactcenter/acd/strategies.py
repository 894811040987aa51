"""How one agent is chosen among the free ones: pure key functions by name, the lowest key is chosen.

A key does not change while its agent stands in a line, so it is made of what only the agent's own work and presence
change. Whatever the rule leaves equal goes to who has been idle for longest, then in the order of the configuration.
For texts, who holds fewer conversations comes first wherever the rule is about sharing work, and second where it names
persons.
"""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.acd.agents import AgentState
from contactcenter.model.config import QueueConfig
from contactcenter.model.eligibility import level_for

__all__ = ["RING_ALL", "STRATEGIES", "Strategy"]

Strategy = Callable[[AgentState, QueueConfig, int], tuple[int, int]]
"""From an agent, a queue, and how many contacts of the channel the agent holds."""


def _longest_available(agent: AgentState, queue: QueueConfig, load: int) -> tuple[int, int]:
    return load, 0


def _most_skilled(agent: AgentState, queue: QueueConfig, load: int) -> tuple[int, int]:
    return -level_for(queue, agent.levels), load


def _least_skilled(agent: AgentState, queue: QueueConfig, load: int) -> tuple[int, int]:
    return level_for(queue, agent.levels), load


def _least_occupied(agent: AgentState, queue: QueueConfig, load: int) -> tuple[int, int]:
    return load, agent.shift.occupancy(agent.idle_since)


def _fewest_handled(agent: AgentState, queue: QueueConfig, load: int) -> tuple[int, int]:
    return load, agent.shift.handled


def _round_robin(agent: AgentState, queue: QueueConfig, load: int) -> tuple[int, int]:
    return load, agent.shift.offered


def _ordered(agent: AgentState, queue: QueueConfig, load: int) -> tuple[int, int]:
    return agent.order, load


RING_ALL = "ring_all"
"""Asks as many as may be at once (`acd.groups`); where there are more, those idle for longest are asked."""

STRATEGIES: dict[str, Strategy] = {
    "longest_available": _longest_available,
    "most_skilled": _most_skilled,
    "least_skilled": _least_skilled,
    "least_occupied": _least_occupied,
    "fewest_handled": _fewest_handled,
    "round_robin": _round_robin,
    "ordered": _ordered,
    RING_ALL: _longest_available,
}
