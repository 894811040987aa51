"""How fast a process looks up the words of the field: the members of enumerations, hundreds of times a contact."""

from __future__ import annotations

import sys
from enum import EnumType

__all__ = ["quicken"]


def quicken() -> None:
    """Let members be looked up like any other attribute of a class, as Python does by itself from 3.12 on.

    Up to 3.11 enumerations have a way of their own to find members that are no attributes. There are none such any
    more, but with it every `Work.TALKING` takes the slow way of classes that answer for missing names.
    """
    if sys.version_info < (3, 12) and "__getattr__" in vars(EnumType):
        del EnumType.__getattr__  # type: ignore[attr-defined]
