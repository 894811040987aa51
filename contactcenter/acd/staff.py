"""How many agents each queue has, kept as agents come and go, so that no condition ever counts them."""

from __future__ import annotations

from contactcenter.acd.agents import AgentState
from contactcenter.acd.state import Floor
from contactcenter.model.words import Presence

__all__ = ["count_staff"]


def count_staff(floor: Floor, agent: AgentState, by: int) -> None:
    """Add an agent as he is now to the staff of the queues that he serves, or (by -1) take him off."""
    if agent.presence is Presence.LOGGED_OUT:
        return
    for queue in agent.queues:
        staff = floor.staff[queue]
        staff.signed_in += by
        if agent.presence is Presence.READY:
            staff.ready += by
