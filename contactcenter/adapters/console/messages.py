"""Messages over HTTP: the list of those that are not over, and the one act of a supervisor on one of them."""

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
from contactcenter.model.events import MessageDismissed
from contactcenter.model.ids import ContactId
from contactcenter.reports.messages import WaitingMessages
from contactcenter.runtime.ports import Link

__all__ = ["Messages"]

BY_PERSON = Bucket("message", 60, 60.0)  # a list is worked off by hand; a page that hangs in a loop is faster


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a supervisor wants done with one message."""

    contact: Annotated[str, Meta(min_length=1, max_length=200)]
    do: Literal["dismiss"]


class Messages:
    """The routes of messages."""

    def __init__(self, link: Link, boxes: Boxes, limiter: Limiter) -> None:
        """Know of none yet; open numbers by `boxes`, act over `link` as often as `limiter` lets people."""
        self._boxes = boxes
        self._acts = Acts(link, limiter, BY_PERSON)
        self._waiting = WaitingMessages()

    def apply(self, entry: Entry) -> None:
        """Take an entry of the journal into account."""
        for fact in entry.facts:
            self._waiting.apply(fact)

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Return all messages that are not over, with their numbers."""
        return answer(await self._boxes.with_numbers(self._waiting.rows()))

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Dismiss a message; answer once that is committed."""
        return await self._acts.carry_out(request, Asked, _event)


def _event(asked: Asked, person: str) -> MessageDismissed:
    return MessageDismissed(ContactId(asked.contact), person)
