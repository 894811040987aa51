"""What an offer that the agent let go costs: for a while nothing of that queue is offered to him, or nothing at all.

Only `rejected` and `no_answer` count against an agent. Who rejects says something about the queue's contacts, so others
go on; who does not answer is not there, so nothing is offered at all: until he is back with a click, or, where there
is no console to click on, for a time. Busy and lost telephones are nobody's fault and only paused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.matching import match_agent
from contactcenter.acd.state import Floor
from contactcenter.model.facts import PenaltyEnded
from contactcenter.model.ids import AgentId
from contactcenter.model.step import Draft

__all__ = ["PENALTY_ALARMS", "PENALTY_REACTIONS"]


def _over(floor: Floor, draft: Draft, name: str) -> None:
    """End the penalties of an agent that are due."""
    agent = AgentId(name)
    for queue, until_at in list(floor.agents[agent].penalties.items()):
        if until_at <= draft.now:
            draft.emit(PenaltyEnded(agent, queue))


def _seek_contact(floor: Floor, fact: PenaltyEnded, draft: Draft) -> None:
    match_agent(floor, draft, fact.agent)


PENALTY_ALARMS: dict[str, Callable[[Floor, Draft, str], None]] = {"penalty": _over}

PENALTY_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {PenaltyEnded: (_seek_contact,)}
