"""What may be keyed: the twelve keys of a telephone, and how long a collected value may be."""

from __future__ import annotations

from typing import Final

from contactcenter.model.flow import CollectNode

__all__ = ["KEYS", "KEYS_PER_VALUE_MAX", "fits"]

KEYS: Final = "0123456789*#"
"""A to D (RFC 4733 events 12 to 15) are left out: no ordinary telephone has them."""

KEYS_PER_VALUE_MAX: Final = 64
"""Longer than any account, meter or card number; what a person can be asked to key in at once."""


def fits(node: CollectNode, length: int) -> bool:
    """Say whether a value of `length` keys is what the node asked for."""
    return node.min_keys <= length <= node.max_keys
