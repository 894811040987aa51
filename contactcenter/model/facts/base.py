"""What all facts share: they are frozen, and told apart by their names."""

from __future__ import annotations

import msgspec

__all__ = ["FactBase"]


class FactBase(msgspec.Struct, frozen=True, tag=True, gc=False):
    """One of the facts."""
