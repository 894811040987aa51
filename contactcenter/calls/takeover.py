"""What becomes of the lines of an engine that died: BYE for each journaled dialog, and the contacts are settled."""

from __future__ import annotations

from contactcenter.calls.state import Lines
from contactcenter.model import commands, facts
from contactcenter.model.step import Draft
from contactcenter.model.words import LegRole, LegState

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
        target = lines.targets.get(leg.station) if leg.station is not None else None
        draft.command(commands.ReleaseDialog(leg_id, leg.dialog, leg.station, target))
        draft.emit(facts.LegChanged(leg_id, leg.contact, leg.role, LegState.ENDED))
        if leg.role is LegRole.CALLER:
            draft.emit(facts.CustomerLeft(leg.contact, failed=True))
        else:
            assert leg.offer is not None, "an agent's leg is opened for an offer"
            rang = leg.state is not LegState.DIALLING
            draft.emit(facts.AgentLegDown(leg.contact, leg.offer, leg_id, 0, rang, failed=True))
