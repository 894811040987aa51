"""Queues that nobody could ever serve, whoever signs in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contactcenter.model.config import AgentConfig, QueueConfig
from contactcenter.model.eligibility import steps_served
from contactcenter.model.expression import ExpressionError
from contactcenter.settings.tables import Table

__all__ = ["complain_of_unserved", "is_served"]

CIRCLE = ("skill", "requires", "relax")
"""What decides who may serve a queue; a mistake there is told by itself."""


def is_served(queue: QueueConfig, agents: Sequence[AgentConfig]) -> bool:
    """Return whether some agent serves a queue at some step of its circle; what cannot be read was told before."""
    try:
        return any(steps_served(agent, queue) for agent in agents)
    except ExpressionError:
        return True


def complain_of_unserved(
    tables: Mapping[str, Table], queues: Sequence[QueueConfig], agents: Sequence[AgentConfig]
) -> None:
    """Complain of each queue that no agent could serve."""
    for queue in queues:
        table = tables[queue.id]
        if agents and not is_served(queue, agents) and not any(table.is_blamed(key) for key in CIRCLE):
            key = "requires" if queue.requires else "skill"
            remedy = "give it to somebody in agents.toml, or ask for less"
            table.complain(key, "is met by no agent, so nobody can serve this queue", remedy)
