"""Callbacks over HTTP: the list of whom we have promised to call, and the two acts of a supervisor on one of them.

Numbers are shown to those alone who may act on them; each act stands in the journal with who did it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from contactcenter.adapters.console.committing import Acts
from contactcenter.adapters.console.panels import Boxes
from contactcenter.adapters.console.sign_in import answer
from contactcenter.adapters.shared_state.ports import Bucket, Limiter
from contactcenter.model.entry import Entry
from contactcenter.model.events import CallbackCancelled, CallbackHurried
from contactcenter.model.ids import ContactId
from contactcenter.reports.callbacks import PromisedCallbacks
from contactcenter.runtime.ports import Link

__all__ = ["Callbacks"]

BY_PERSON = Bucket("callback", 60, 60.0)  # a list is worked off by hand; a page that hangs in a loop is faster


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a supervisor wants done with one callback."""

    contact: Annotated[str, Meta(min_length=1, max_length=200)]
    do: Literal["cancel", "call_now"]


class Callbacks:
    """The routes of callbacks."""

    def __init__(self, link: Link, boxes: Boxes, limiter: Limiter) -> None:
        """Know of none yet; open numbers by `boxes`, act over `link` as often as `limiter` lets people."""
        self._boxes = boxes
        self._acts = Acts(link, limiter, BY_PERSON)
        self._promised = PromisedCallbacks()

    def apply(self, entry: Entry) -> None:
        """Take an entry of the journal into account."""
        for fact in entry.facts:
            self._promised.apply(fact, entry.at)

    async def callbacks(self, request: web.Request) -> web.StreamResponse:
        """Return all callbacks that are promised and not over, with their numbers."""
        return answer(await self._boxes.with_numbers(self._promised.rows()))

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Cancel a callback, or have its customer called now; answer once that is committed."""
        return await self._acts.carry_out(request, Asked, _event)


def _event(asked: Asked, person: str) -> CallbackCancelled | CallbackHurried:
    contact = ContactId(asked.contact)
    return CallbackCancelled(contact, person) if asked.do == "cancel" else CallbackHurried(contact, person)
