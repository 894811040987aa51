"""How one agent is chosen among the free ones: pure key functions by name, the lowest key is chosen."""

from __future__ import annotations

from contactcenter.acd.lines import IdleKey
from contactcenter.model.ids import AgentId

__all__ = ["longest_available"]


def longest_available(agent: AgentId, order: int, load: int, idle_since: int) -> IdleKey:
    """Return the key of the longest-idle agent first; for text, who holds fewer conversations comes before that."""
    return (load, idle_since, order, agent)
