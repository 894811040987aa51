"""The carrier that takes the centre's texts: it notes each time it is handed one, and sometimes forgets to say so."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from contactcenter.adapters.sms.generic import generic_signature
from tests.chaos.history import Handed, Promises

__all__ = ["carrier"]

SILENT_SHARE = 0.1  # taken, but the answer never says so: the centre must hand it over again, under the same id


class _Text(msgspec.Struct, rename={"receiver": "to"}):
    id: str
    receiver: str
    text: str


@asynccontextmanager
async def carrier(url: str, secret: str, promises: Promises, chance: Random) -> AsyncIterator[None]:
    """Listen where the centre sends its texts for as long as the context lasts."""

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        wanted = generic_signature(secret, request.headers.get("X-Timestamp", ""), body)
        if not secrets.compare_digest(wanted, request.headers.get("X-Signature", "")):
            return web.json_response({}, status=403)
        text = msgspec.json.decode(body, type=_Text)
        promises.handed.append(Handed(text.id, text.receiver, text.text))
        if chance.random() < SILENT_SHARE:
            return web.json_response({}, status=500)
        return web.json_response({"id": f"r-{text.id}"}, status=201)

    where = urlsplit(url)
    application = web.Application()
    application.router.add_post(where.path, take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, where.hostname, where.port).start()
        yield
    finally:
        await runner.cleanup()
