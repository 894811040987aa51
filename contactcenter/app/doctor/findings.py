"""What the doctor says: a level, what was seen, what to do. Never a secret, and nothing about a person."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

__all__ = ["Finding", "Level", "error", "fine", "status_of", "warning"]


class Level(StrEnum):
    """How bad it is: a warning costs something some day, with an error something does not work or is not safe."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


STATUS = {Level.OK: 0, Level.WARNING: 1, Level.ERROR: 2}


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; `remedy` is empty when there is nothing to do."""

    level: Level
    seen: str
    remedy: str = ""


def fine(seen: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(Level.OK, seen)


def warning(seen: str, remedy: str) -> Finding:
    """Say what will cost something some day."""
    return Finding(Level.WARNING, seen, remedy)


def error(seen: str, remedy: str) -> Finding:
    """Say what does not work, or is not safe."""
    return Finding(Level.ERROR, seen, remedy)


def status_of(findings: Sequence[Finding]) -> int:
    """Return the exit status: 0 all is well, 1 warnings, 2 errors."""
    return max((STATUS[finding.level] for finding in findings), default=0)
