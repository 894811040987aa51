"""How facts change the routing floor: one small function per kind of fact, found by table.

The only place where the floor changes, for live, sim and replay alike; nothing here decides anything. Each module holds
the facts of one concern and gives its table away; no kind of fact stands in two tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.agents import AGENT_CHANGES
from contactcenter.acd.apply.arrivals import ARRIVAL_CHANGES
from contactcenter.acd.apply.callbacks import CALLBACK_CHANGES
from contactcenter.acd.apply.next_state import NEXT_STATE_CHANGES
from contactcenter.acd.apply.offers import OFFER_CHANGES
from contactcenter.acd.apply.penalties import PENALTY_CHANGES
from contactcenter.acd.apply.published import PUBLISHED_CHANGES
from contactcenter.acd.apply.recipes import RECIPE_CHANGES
from contactcenter.acd.apply.reserve import RESERVE_CHANGES
from contactcenter.acd.apply.transfers import TRANSFER_CHANGES
from contactcenter.acd.apply.visits import VISIT_CHANGES
from contactcenter.acd.apply.voicemail import VOICEMAIL_CHANGES
from contactcenter.acd.apply.wrap_up import WRAP_UP_CHANGES
from contactcenter.acd.state import Floor

__all__ = ["CHANGES"]
CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    **PUBLISHED_CHANGES,
    **AGENT_CHANGES,
    **VISIT_CHANGES,
    **OFFER_CHANGES,
    **PENALTY_CHANGES,
    **ARRIVAL_CHANGES,
    **WRAP_UP_CHANGES,
    **RECIPE_CHANGES,
    **TRANSFER_CHANGES,
    **RESERVE_CHANGES,
    **CALLBACK_CHANGES,
    **NEXT_STATE_CHANGES,
    **VOICEMAIL_CHANGES,
}
