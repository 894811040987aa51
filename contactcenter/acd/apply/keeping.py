"""Which queues keep some of their agents for calls or for texts, and which agents these are, by the configuration."""

from __future__ import annotations

from contactcenter.acd.state import Floor, Kept
from contactcenter.model.eligibility import queues_served

__all__ = ["form_kept"]


def form_kept(floor: Floor) -> None:
    """Begin with nobody noted in the queues that keep some; who helps out while a queue is in need does not count."""
    queues = [floor.queues[queue_id] for queue_id in floor.queues if queue_id in floor.listed_queues]
    keeping = [queue for queue in queues if queue.keep_for_calls or queue.keep_for_texts]
    floor.kept = {queue.id: Kept(queue.keep_for_calls, queue.keep_for_texts) for queue in keeping}
    for agent in floor.agents.values():
        agent.keeps = queues_served(agent.config, keeping) if keeping and agent.listed else ()
