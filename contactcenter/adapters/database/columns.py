"""The types of our text columns: every store takes every text, whatever people and programs outside send.

PostgreSQL refuses U+0000 in a text, and no store takes half of a surrogate pair; JSON can carry both. They become
U+FFFD, Unicode's own sign for what could not be taken over, in what is written and in what is looked for.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator

__all__ = ["Identifier", "Words"]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _storable(value: str | None) -> str | None:
    return value if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


class Words(TypeDecorator[str]):
    """A text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make a text storable."""
        return _storable(value)


class Identifier(TypeDecorator[str]):
    """An id or a word of a known length."""

    impl = String
    cache_ok = True

    def __init__(self, length: int, **options: Any) -> None:
        """Keep at most `length` characters."""
        super().__init__(length, **options)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make a text storable."""
        return _storable(value)
