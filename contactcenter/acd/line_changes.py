"""Who is concerned when a line changes: by whose line it is, and what became of it.

Lines change more often than anything else, and most changes are no matter of routing; so rules are not asked in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import callbacks, consulting, dialling, direct, external, internal, talks
from contactcenter.acd.state import Floor
from contactcenter.model.facts import LegChanged
from contactcenter.model.step import Draft
from contactcenter.model.words import LegRole, LegState

__all__ = ["LINE_REACTIONS"]

_CONCERNED: dict[tuple[LegRole, LegState], tuple[Callable[[Floor, LegChanged, Draft], None], ...]] = {
    (LegRole.AGENT, LegState.UP): (talks.line_held, internal.own_phone_answered),
    (LegRole.AGENT, LegState.HELD): (talks.line_held,),
    (LegRole.CALLED, LegState.UP): (dialling.customer_line,),
    (LegRole.CALLED, LegState.ENDED): (dialling.customer_line,),
    (LegRole.OUTSIDE, LegState.UP): (external.line_changed, consulting.outside_changed),
    (LegRole.OUTSIDE, LegState.ENDED): (external.line_changed, consulting.outside_changed),
    (LegRole.CALLER, LegState.UP): (direct.line_up,),
    (LegRole.CALLER, LegState.ENDED): (callbacks.caller_gone,),
}


def _changed(floor: Floor, fact: LegChanged, draft: Draft) -> None:
    for rule in _CONCERNED.get((fact.role, fact.state), ()):
        rule(floor, fact, draft)


LINE_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {LegChanged: (_changed,)}
