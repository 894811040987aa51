"""Where a contact is to be passed on to, as pages and programs name it."""

from __future__ import annotations

from contactcenter.adapters.dialling import Dialler
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.model.transfers import Target, ToAgent, ToQueue

__all__ = ["target_of"]


async def target_of(dialler: Dialler, agent: str | None, queue: str | None, number: str | None) -> Target | None:
    """Return the place that was named; None unless it is exactly one. Raises NotDialled and LinkLost for a number."""
    if [agent, queue, number].count(None) != 2:
        return None
    if agent is not None:
        return ToAgent(AgentId(agent))
    return ToQueue(QueueId(queue)) if queue is not None else await dialler.target(number or "")
