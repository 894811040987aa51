"""Facts of modes: who switched what, from where, why and until when; and who asked for it by telephone.

ModeChanged is owned by `modes`, the others by `ivr`.
"""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId, QueueId
from contactcenter.model.words import ModeSource

__all__ = ["ModeChanged", "ModeRequested", "PinTried"]


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


class PinTried(FactBase, frozen=True):
    """A caller gave the PIN of those who may switch modes, or another one."""

    contact: ContactId
    address_key: str
    right: bool


class ModeRequested(FactBase, frozen=True):
    """A caller who gave the PIN wants a queue, or the whole centre (None), in a mode."""

    contact: ContactId
    queue: QueueId | None
    mode: str
    address_key: str
