"""Messages over HTTP: the list of those that are not over, and the one act of a supervisor on one of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from contactcenter.adapters.console.committing import commit
from contactcenter.adapters.console.gate import problem, session_of
from contactcenter.adapters.console.panels import Boxes
from contactcenter.adapters.console.sign_in import answer, read_json
from contactcenter.adapters.shared_state.ports import Bucket, Limiter, Turn
from contactcenter.model.events import MessageDismissed
from contactcenter.model.ids import ContactId
from contactcenter.model.step import Entry
from contactcenter.reports.messages import MessageRow, WaitingMessages
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
        self._link = link
        self._boxes = boxes
        self._limiter = limiter
        self._waiting = WaitingMessages()

    def apply(self, entry: Entry) -> None:
        """Take an entry of the journal into account."""
        for fact in entry.facts:
            self._waiting.apply(fact)

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Return all messages that are not over, with their numbers."""
        rows = self._waiting.rows()
        opened = await self._boxes.open([row.number for row in rows])
        return answer([_page(row, None if row.number is None else opened.get(row.number)) for row in rows])

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Dismiss a message; answer once that is committed."""
        asked = await read_json(request, Asked)
        if isinstance(asked, web.Response):
            return asked
        person = session_of(request).person.name
        if wait_s := await self._limiter.take(Turn(BY_PERSON, person)):
            return problem(429, "Too many acts: wait a little.", {"Retry-After": str(math.ceil(wait_s))})
        return await commit(self._link, MessageDismissed(ContactId(asked.contact), person))


def _page(row: MessageRow, number: str | None) -> dict[str, Any]:
    """Return a row as pages show it: erased numbers are missing."""
    page: dict[str, Any] = msgspec.to_builtins(replace(row, number=None))
    return {**page, "number": number}
