"""What it means that a line is down, for the customer and for the agent."""

from __future__ import annotations

from contactcenter.calls.state import Leg
from contactcenter.model import facts
from contactcenter.model.ids import LegId
from contactcenter.model.step import Draft
from contactcenter.model.words import LegRole, LegState

__all__ = ["line_down"]


def line_down(leg: Leg, leg_id: LegId, draft: Draft, status: int, failed: bool) -> None:
    """State that the customer left or was not reached, or that the agent's phone went or failed."""
    before = leg.state
    draft.emit(facts.LegChanged(leg_id, leg.contact, leg.role, LegState.ENDED, status))
    if leg.role is LegRole.AGENT:
        rang = before is not LegState.DIALLING
        draft.emit(facts.AgentLegDown(leg.contact, leg.offer, leg_id, status, rang, failed))
    elif leg.role is LegRole.CALLER or (leg.role is LegRole.CALLED and before in (LegState.UP, LegState.HELD)):
        draft.emit(facts.CustomerLeft(leg.contact, failed))
