"""How penalties change the routing floor: who is barred from which queue, and until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.capacity import reindex
from contactcenter.acd.state import Floor
from contactcenter.model.facts import PenaltyBegan, PenaltyEnded
from contactcenter.model.ids import AgentId

__all__ = ["PENALTY_CHANGES"]


def _began(floor: Floor, fact: PenaltyBegan, now: int) -> None:
    floor.agents[fact.agent].penalties[fact.queue] = fact.until_at
    _follow(floor, fact.agent)


def _ended(floor: Floor, fact: PenaltyEnded, now: int) -> None:
    del floor.agents[fact.agent].penalties[fact.queue]
    _follow(floor, fact.agent)


def _follow(floor: Floor, agent_id: AgentId) -> None:
    """Wake for the penalty that ends first, and let the agent stand in the lines that he is not barred from."""
    penalties = floor.agents[agent_id].penalties
    if penalties:
        floor.timers.set(("acd", "penalty", agent_id), min(penalties.values()))
    else:
        floor.timers.clear(("acd", "penalty", agent_id))
    reindex(floor, agent_id)


PENALTY_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    PenaltyBegan: _began,
    PenaltyEnded: _ended,
}
