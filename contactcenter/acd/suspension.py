"""A queue that stops offering a channel's contacts, by its mode: they keep their places, and what rings falls silent.

Where they stand meanwhile: `acd.lines`. They are matched anew when the queue offers them again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.offers import end_offer
from contactcenter.acd.state import Floor
from contactcenter.model.facts import ConfigApplied
from contactcenter.model.step import Draft
from contactcenter.model.words import OfferOutcome, Withdrawal

__all__ = ["SUSPENSION_REACTIONS"]


def _fall_silent(floor: Floor, fact: ConfigApplied, draft: Draft) -> None:
    """Withdraw the offers of channels that their queues do not offer any more. Rare, so it may scan.

    Whom an agent asked for herself, by passing a contact on or to consult, rings on: that is not the queue's to offer.
    """
    for offer_id, offer in list(floor.offers.items()):
        contact = floor.contacts[offer.contact]
        if contact.queue is not None and not contact.by_name and offer.channel not in floor.queue_of(contact).offers:
            end_offer(floor, draft, offer_id, OfferOutcome.WITHDRAWN, cause=Withdrawal.SUSPENDED)


SUSPENSION_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    ConfigApplied: (_fall_silent,)
}
