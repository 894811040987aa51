"""The fact of a mode: who switched what, from where, why and until when. Owned by `modes`."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import QueueId
from contactcenter.model.words import ModeSource

__all__ = ["ModeChanged"]


class ModeChanged(FactBase, frozen=True):
    """A queue, or the whole centre (None), is in another mode, or in the same one until another time (ms).

    `former` and `former_until_at` say what held before, so that one act can undo this one. What the mode means stands
    in the ConfigApplied that follows.
    """

    queue: QueueId | None
    mode: str
    until_at: int | None
    former: str
    former_until_at: int | None
    by: str
    source: ModeSource
    reason: str = ""
