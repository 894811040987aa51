"""Offers that are accepted without a click: whose they are, and that they begin at once.

For agents or queues that ask for it. Texts begin in the same step; a call rings a telephone that can answer on command
as if Accept had been pressed, and any other telephone as always. Never for an agent whose console is away, who would
not see it; nor in an offer group, whose race it would win each time, nor for what a colleague passes on by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.offers import accept_without_click
from contactcenter.acd.state import Floor
from contactcenter.model.facts import OfferMade
from contactcenter.model.step import Draft

__all__ = ["AUTO_ANSWER_REACTIONS"]


def _accept(floor: Floor, fact: OfferMade, draft: Draft) -> None:
    """Accept an offer for its agent, unless it ended in the same step."""
    if fact.auto and fact.offer in floor.offers:
        accept_without_click(floor, draft, fact.offer)


AUTO_ANSWER_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {OfferMade: (_accept,)}
