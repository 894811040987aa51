"""What all events share: they are frozen, and told apart by their names."""

from __future__ import annotations

import msgspec

__all__ = ["EventBase"]


class EventBase(msgspec.Struct, frozen=True, tag=True, gc=False):
    """One of the events."""
