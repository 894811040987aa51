"""One act over HTTP, answered once it is committed."""

from __future__ import annotations

from aiohttp import web

from contactcenter.adapters.console.gate import problem
from contactcenter.model.events import Event
from contactcenter.runtime.ports import Link, LinkLost

__all__ = ["AWAY", "commit", "sentence"]

AWAY = "The centre cannot be reached now: try again in a moment."


async def commit(link: Link, event: Event) -> web.Response:
    """Submit an event: 204 when it is committed, 409 with the sentence of the refusal, 503 when nobody answers."""
    try:
        receipt = await link.submit(event)
    except LinkLost:
        return problem(503, AWAY)
    return problem(409, sentence(receipt.rejected)) if receipt.rejected else web.Response(status=204)


def sentence(reason: str) -> str:
    """Return the reason of a refusal as a sentence."""
    return reason[:1].upper() + reason[1:] + "."
