"""Looks the customer of each arriving contact up and tells the centre, so that the screen is there before the ring."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from contactcenter.adapters.background import Background
from contactcenter.adapters.customers.directory import Customers
from contactcenter.model.entry import Entry
from contactcenter.model.events import CustomerIdentified
from contactcenter.model.facts import ContactArrived, ContactEnded, CustomerKnown
from contactcenter.model.ids import ContactId, ConversationId
from contactcenter.model.words import Channel
from contactcenter.runtime.ports import Link, LinkLost, StoreAway

__all__ = ["Lookup"]

AT_ONCE = 32  # a flood of calls must not take all database connections

log = structlog.get_logger(__name__)
ClaimedNumber = Callable[[ConversationId], Awaitable[str | None]]


class Lookup:
    """The look-up for all channels."""

    def __init__(self, link: Link, customers: Customers, claimed: ClaimedNumber) -> None:
        """Look up in `customers`; `claimed` tells the number that a chat's visitor typed in."""
        self._link = link
        self._customers = customers
        self._claimed = claimed
        self._unknown: dict[ContactId, ContactArrived] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._background = Background()
        self._live = False

    def apply(self, entry: Entry) -> None:
        """Start the look-up for whoever arrives in an entry."""
        for fact in entry.facts:
            match fact:
                case ContactArrived():
                    self._unknown[fact.contact] = fact
                    if self._live:
                        self._background.spawn(self._look_up(fact), "look-up")
                case CustomerKnown() | ContactEnded():
                    self._unknown.pop(fact.contact, None)

    def settle(self) -> None:
        """When the engine is there (again): look up whom nobody has named yet."""
        self._live = True
        for fact in list(self._unknown.values()):
            self._background.spawn(self._look_up(fact), "look-up")

    async def close(self) -> None:
        """Stop looking up."""
        await self._background.close()

    async def _look_up(self, fact: ContactArrived) -> None:
        async with self._gate:
            try:
                number = await self._number(fact)
                found = await self._customers.by_number(number) if number else None
                if found is not None:
                    known = (found.id, found.customer_class, found.language, found.own_agent)
                    await self._link.submit(CustomerIdentified(fact.contact, *known))
            except (LinkLost, StoreAway):
                return  # `settle` comes back to it

    async def _number(self, fact: ContactArrived) -> str | None:
        if fact.channel is Channel.CHAT:
            return await self._claimed(fact.conversation) if fact.conversation is not None else None
        return (await self._link.open([fact.address]))[0] if fact.address is not None else None
