"""Acts over HTTP, answered once they are committed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from contactcenter.adapters.console.gate import problem, session_of
from contactcenter.adapters.console.sign_in import read_json
from contactcenter.adapters.shared_state.ports import Bucket, Limiter, Turn
from contactcenter.model.events import Event
from contactcenter.runtime.ports import Link, LinkLost

__all__ = ["AWAY", "Acts", "commit", "sentence"]

Asked = TypeVar("Asked")

AWAY = "The centre cannot be reached now: try again in a moment."


async def commit(link: Link, event: Event) -> web.Response:
    """Submit an event: 204 when it is committed, 409 with the sentence of the refusal, 503 when nobody answers."""
    try:
        receipt = await link.submit(event)
    except LinkLost:
        return problem(503, AWAY)
    return problem(409, sentence(receipt.rejected)) if receipt.rejected else web.Response(status=204)


class Acts:
    """What people ask for as JSON, so often each; `called` is what those acts are called when they are too many."""

    def __init__(self, link: Link, limiter: Limiter, bucket: Bucket, called: str = "acts") -> None:
        """Submit over `link` as often as `limiter` lets people by `bucket`."""
        self._link = link
        self._limiter = limiter
        self._bucket = bucket
        self._called = called

    async def carry_out(
        self, request: web.Request, kind: type[Asked], event: Callable[[Asked, str], Event]
    ) -> web.StreamResponse:
        """Read what is asked as a `kind`, and submit what it means when the person of that name asks for it."""
        asked = await read_json(request, kind)
        if isinstance(asked, web.Response):
            return asked
        person = session_of(request).person.name
        if wait_s := await self._limiter.take(Turn(self._bucket, person)):
            return problem(429, f"Too many {self._called}: wait a little.", {"Retry-After": str(math.ceil(wait_s))})
        return await commit(self._link, event(asked, person))


def sentence(reason: str) -> str:
    """Return the reason of a refusal as a sentence."""
    return reason[:1].upper() + reason[1:] + "."
