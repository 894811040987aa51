"""What a supervisor asks of the centre as a whole: another mode."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import QueueId
from contactcenter.model.words import ModeSource

__all__ = ["ModeAsked"]


class ModeAsked(EventBase, frozen=True):
    """Somebody entitled wants a queue, or the whole centre (None), in a mode until a time (ms).

    `by` is an account, or a keyed hash of the number that called; without `until_at` the mode's own duration holds.
    """

    queue: QueueId | None
    mode: str
    by: str
    source: ModeSource
    reason: str = ""
    until_at: int | None = None
