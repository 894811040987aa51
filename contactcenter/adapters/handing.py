"""Where a contact is to be passed on to, as pages and programs name it."""

from __future__ import annotations

from contactcenter.model.ids import AgentId, QueueId
from contactcenter.model.transfers import ToAgent, ToQueue

__all__ = ["target_of"]


def target_of(agent: str | None, queue: str | None) -> ToAgent | ToQueue | None:
    """Return the place that was named; None unless it is exactly one."""
    if (agent is None) == (queue is None):
        return None
    return ToAgent(AgentId(agent)) if agent is not None else ToQueue(QueueId(str(queue)))
