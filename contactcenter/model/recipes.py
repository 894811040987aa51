"""What a queue's recipe is made of: steps that are due as the wait grows, each with one act.

Times are ms of waiting in the queue. A condition is an expression over the queue's figures (`acd.figures`); without one
the act is always done.
"""

from __future__ import annotations

import msgspec

from contactcenter.model.ids import QueueId
from contactcenter.model.words import Channel

__all__ = [
    "Act",
    "Announce",
    "Close",
    "LeaveMessage",
    "OfferCallback",
    "Overflow",
    "RaisePriority",
    "RecipeStep",
    "Relax",
    "said",
]


class _Act(msgspec.Struct, frozen=True, tag_field="do"):
    pass


class RaisePriority(_Act, frozen=True, tag="raise_priority"):
    """Let the contact go before others by so many points more (fewer, when negative)."""

    points: int


class Relax(_Act, frozen=True, tag="relax"):
    """Let the next step of the queue's circle serve the contact too, before its time."""


class Overflow(_Act, frozen=True, tag="overflow"):
    """Let the contact wait in another queue, at the place that it has."""

    queue: QueueId


class Announce(_Act, frozen=True, tag="announce"):
    """Say prompts to a caller, then let the music go on; write them to who wrote."""

    prompts: tuple[str, ...]


class OfferCallback(_Act, frozen=True, tag="offer_callback"):
    """Ask a caller whether we shall call back."""


class LeaveMessage(_Act, frozen=True, tag="voicemail"):
    """Ask a caller for a message, and let go: the message waits at the place that the caller had."""


class Close(_Act, frozen=True, tag="close"):
    """Say prompts and end the contact: nobody will serve it."""

    prompts: tuple[str, ...]


Act = RaisePriority | Relax | Overflow | Announce | OfferCallback | LeaveMessage | Close


def said(act: Act) -> tuple[str, ...]:
    """Return the prompts that an act says or writes."""
    return act.prompts if isinstance(act, Announce | Close) else ()


class RecipeStep(msgspec.Struct, frozen=True):
    """After so long in the queue, and then `every` so often (0: never again), do something `when` the figures say so.

    `times` is how often it is done at most (0: without end). Who came by other `channels` is left alone.
    """

    after_ms: int
    act: Act
    when: str = ""
    every_ms: int = 0
    times: int = 1
    channels: tuple[Channel, ...] = (Channel.VOICE, Channel.CHAT)
