"""How the wish for a next state changes the routing floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.agents import NextState
from contactcenter.acd.capacity import reindex
from contactcenter.acd.state import Floor
from contactcenter.model.facts import NextStateChanged

__all__ = ["NEXT_STATE_CHANGES"]


def _next_state(floor: Floor, fact: NextStateChanged, now: int) -> None:
    agent = floor.agents[fact.agent]
    agent.next = None if fact.presence is None else NextState(fact.presence, fact.reason, fact.by)
    reindex(floor, fact.agent)


NEXT_STATE_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {NextStateChanged: _next_state}
