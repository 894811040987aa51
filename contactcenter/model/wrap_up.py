"""How long after-contact work may take, for all who have to know it alike: routing, consoles and reports."""

from __future__ import annotations

from contactcenter.model.config import Rules
from contactcenter.model.words import Work, WrapUpKind

__all__ = ["AFTER_TALK", "RESULT_OPEN_MS", "wrap_up_ends_at"]

AFTER_TALK = (Work.WRAP_UP, Work.RESULT_OPEN)

RESULT_OPEN_MS = 900_000  # who is free at once may be in the next call for long before there is time to write


def wrap_up_ends_at(rules: Rules, work: Work, begun_at: int) -> int | None:
    """Return when work that follows a talk ends by itself (ms), or None: it ends when the agent says so."""
    if work is Work.RESULT_OPEN:
        return begun_at + RESULT_OPEN_MS
    if work is Work.WRAP_UP and rules.wrap_up is not WrapUpKind.MANDATORY:
        return begun_at + rules.wrap_up_ms
    return None
