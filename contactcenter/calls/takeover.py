"""What becomes of the lines of an engine that died: BYE for each journaled dialog, and the contacts are settled."""

from __future__ import annotations

from contactcenter.calls import dialling
from contactcenter.calls.ending import line_down
from contactcenter.calls.state import Lines
from contactcenter.model import commands, facts
from contactcenter.model.step import Draft
from contactcenter.model.words import LegRole

__all__ = ["settle"]


def settle(lines: Lines, fact: facts.EngineTookOver, draft: Draft) -> None:
    """End every leg that the adapters no longer hold; callers first, so that their agents are freed with them.

    A leg that they hold and nobody here knows serves nobody: it is hung up.
    """
    for leg_id in fact.legs_held:
        if leg_id not in lines.legs:
            draft.command(commands.HangUpLeg(leg_id))
    held = frozenset(fact.legs_held)
    lost = [leg for leg in lines.legs if leg not in held]
    for leg_id in sorted(lost, key=lambda leg: lines.legs[leg].role is LegRole.AGENT):
        leg = lines.legs[leg_id]
        draft.command(dialling.release(lines, leg_id, leg))
        line_down(leg, leg_id, draft, 0, failed=True)
