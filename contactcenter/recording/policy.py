"""Whom to record. The queue's rule decides; a call that came through no queue has no rule and is not recorded."""

from __future__ import annotations

from contactcenter.model.config import QueueConfig

__all__ = ["is_recorded"]


def is_recorded(queue: QueueConfig | None) -> bool:
    """Say whether calls of this queue are recorded from bridge to hang-up."""
    return queue is not None and queue.record
