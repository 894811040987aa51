"""Requests from websites to be called: open to anyone, therefore limited by source and by number, and off unless set.

Which numbers may be called is for the rules of outgoing calls to say, whether one more can be promised for the centre.
"""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from contactcenter.adapters.console.committing import sentence
from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.gate import problem
from contactcenter.adapters.console.sign_in import answer, read_json
from contactcenter.adapters.console.wallboard import Board
from contactcenter.adapters.dialling import Dialler, NotDialled
from contactcenter.adapters.shared_state.ports import Bucket, Limiter, Turn
from contactcenter.model.ids import QueueId
from contactcenter.runtime.ports import Link, LinkLost

__all__ = ["CallbackRequests"]

DAY_S = 86_400.0
BY_SOURCE = Bucket("callback-source", 10, 3_600.0)  # a household behind one address, not somebody who tries numbers
BY_NUMBER = Bucket("callback-number", 3, DAY_S)  # nobody can have a stranger's telephone ring all day
AWAY = "We cannot take this now: try again in a moment."


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants to be called, for what, and in which language."""

    queue: Annotated[str, Meta(min_length=1, max_length=40)]
    number: Annotated[str, Meta(min_length=1, max_length=40)]
    language: Annotated[str, Meta(max_length=20)] = ""


class CallbackRequests:
    """The two public routes: what one can be called for, and the wish itself."""

    def __init__(self, link: Link, desktop: Desktop, dialler: Dialler, board: Board, limiter: Limiter) -> None:
        """Ask over `link` for the queues of `desktop`, as often as `limiter` lets sources and numbers."""
        self._link = link
        self._desktop = desktop
        self._dialler = dialler
        self._board = board
        self._limiter = limiter

    async def queues(self, request: web.Request) -> web.StreamResponse:
        """Return for which queues one can ask to be called; none unless the configuration says so."""
        return answer({"queues": [{"id": name, "name": shown} for name, shown in self._open().items()]})

    async def wish(self, request: web.Request) -> web.StreamResponse:
        """Promise a call, and tell about which place in the line it has."""
        wish = await read_json(request, Wish)
        if isinstance(wish, web.Response):
            return wish
        if QueueId(wish.queue) not in self._open():
            return problem(404)
        if wait_s := await self._limiter.take(Turn(BY_SOURCE, request.remote or "")):
            return _later(wait_s)
        try:
            return await self._promise(wish)
        except NotDialled as refusal:
            return problem(422, str(refusal))
        except LinkLost:
            return problem(503, AWAY)

    async def _promise(self, wish: Wish) -> web.StreamResponse:
        event = await self._dialler.request(QueueId(wish.queue), wish.number, self._language(wish.language))
        if wait_s := await self._limiter.take(Turn(BY_NUMBER, event.number_key)):
            return _later(wait_s)
        place = self._place(event.queue)
        receipt = await self._link.submit(event)
        if receipt.rejected:
            return problem(409, sentence(receipt.rejected))
        return answer({"place": place})

    def _open(self) -> dict[QueueId, str]:
        queues = self._desktop.queues.values()
        return {queue.id: queue.name for queue in queues if queue.callback is not None and queue.callback.web}

    def _language(self, wanted: str) -> str:
        known = self._desktop.config.languages if self._desktop.config is not None else ()
        return wanted if wanted in known else ""

    def _place(self, queue: QueueId) -> int:
        found = next((each for each in self._board.queues() if each.id == queue), None)
        return 1 if found is None else found.waiting + found.callbacks + 1


def _later(wait_s: float) -> web.Response:
    return problem(429, "Too many requests: try again later.", {"Retry-After": str(math.ceil(wait_s))})
