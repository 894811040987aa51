"""The whole state of a centre as plain values that can be compared, whatever parts it has."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec
from sortedcontainers import SortedList

from contactcenter.acd.lines import IdleLines
from contactcenter.model.timers import Timers

__all__ = ["first_difference", "state_of"]

PLAIN = (str, int, bytes, bool, type(None), Enum, msgspec.Struct)


def state_of(thing: Any) -> Any:
    """Return a value that equals another one exactly if the two things hold the same, in the same order."""
    if isinstance(thing, PLAIN):
        return thing
    if isinstance(thing, Timers):
        return {name: thing._live[name] for name in sorted(thing._live)}
    if isinstance(thing, IdleLines):
        # Void entries are dropped by whoever comes upon them, which says nothing of who is free.
        lines = {line: sorted(thing._valid(entries)) for line, entries in thing._lines.items()}
        standing = sorted((str(line), entries) for line, entries in lines.items() if entries)
        return [standing, list(thing.canonical().items()), list(thing._unplaced), thing._tickets]
    if isinstance(thing, Mapping):
        # As pairs: what a rule goes through in the order of a dictionary must have that order again.
        return [(state_of(key), state_of(value)) for key, value in thing.items()]
    if isinstance(thing, set | frozenset):
        return sorted(map(str, thing))
    if isinstance(thing, list | tuple | SortedList):
        return [state_of(item) for item in thing]
    return {name: state_of(value) for name, value in fields_of(thing) if not callable(value)}


def fields_of(thing: Any) -> list[tuple[str, Any]]:
    """Return the fields of an object, with slots or without."""
    names = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    names += list(getattr(thing, "__dict__", ()))
    return [(name, getattr(thing, name)) for name in names if name != "_parts"]


def first_difference(one: Any, other: Any, where: str = "state") -> str:
    """Say where two states differ first; empty when they are equal."""
    if one == other:
        return ""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(told for name in one if (told := first_difference(one[name], other[name], f"{where}.{name}")))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next(told for at, (a, b) in pairs if (told := first_difference(a, b, f"{where}[{at}]")))
    return f"{where}: {one!r} is not {other!r}"
