"""A carrier over real HTTP: it takes our texts, says what a test wants it to say, and posts texts and reports to us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec
from aiohttp import web

from contactcenter.adapters.sms.carrier import CarrierOptions
from contactcenter.adapters.sms.generic import generic_signature
from contactcenter.adapters.sms.twilio import twilio_signature

__all__ = ["SECRET", "FakeCarrier", "fake_carrier", "post_generic", "post_twilio"]

SECRET = "the carrier's secret"
PUBLIC = "https://centre.example"


class FakeCarrier:
    """Both kinds of carrier on one port; `answers` are the statuses it gives next, then 201."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.requests = 0
        self.answers: list[int] = []
        self.news = asyncio.Event()
        self.url = ""

    def options(self, kind: str, number: str) -> CarrierOptions:
        """How our settings name this carrier."""
        return CarrierOptions(
            name=kind,
            kind=kind,
            number=number,
            send_url=f"{self.url}/{kind}",
            secret=SECRET,
            account="AC1",
            public_url=PUBLIC,
        )

    async def twilio(self, request: web.Request) -> web.Response:
        """Take a text in form fields."""
        fields = dict(await request.post())
        return self._take(request, str(fields["To"]), str(fields["Body"]), "sid")

    async def generic(self, request: web.Request) -> web.Response:
        """Take a text in JSON, with its signature."""
        body = await request.read()
        wanted = generic_signature(SECRET, request.headers["X-Timestamp"], body)
        assert request.headers["X-Signature"] == wanted
        fields = msgspec.json.decode(body)
        return self._take(request, fields["to"], fields["text"], "id")

    def _take(self, request: web.Request, receiver: str, text: str, name: str) -> web.Response:
        self.requests += 1
        status = self.answers.pop(0) if self.answers else 201
        key = request.headers["Idempotency-Key"]
        if status < 300:
            self.taken.setdefault(key, {"to": receiver, "text": text, "reference": f"ref{len(self.taken)}"})
        self.news.set()
        return web.json_response({name: self.taken.get(key, {}).get("reference", "")}, status=status)

    async def texts(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many texts were taken, and return them."""
        async with asyncio.timeout(20):
            while len(self.taken) < count:
                self.news.clear()
                await self.news.wait()
        return list(self.taken.values())


async def post_twilio(
    browser: aiohttp.ClientSession, what: str, secret: str = SECRET, **fields: str
) -> tuple[int, str]:
    """Post form fields as Twilio does; return status and body."""
    path = f"/channels/sms/twilio/{what}"
    signature = twilio_signature(secret, PUBLIC + path, list(fields.items()))
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    async with browser.post(path, data=urlencode(fields), headers=headers) as answer:
        return answer.status, await answer.text()


async def post_generic(
    browser: aiohttp.ClientSession, what: str, content: object, secret: str = SECRET, late_s: int = 0
) -> tuple[int, str]:
    """Post JSON as a gateway does; return status and body."""
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    timestamp = str(int(time.time()) - late_s)
    headers = {"X-Timestamp": timestamp, "X-Signature": generic_signature(secret, timestamp, body)}
    async with browser.post(f"/channels/sms/generic/{what}", data=body, headers=headers) as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def fake_carrier() -> AsyncIterator[FakeCarrier]:
    """A carrier that listens for as long as the context lasts."""
    carrier = FakeCarrier()
    application = web.Application()
    application.router.add_post("/twilio", carrier.twilio)
    application.router.add_post("/generic", carrier.generic)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    carrier.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield carrier
    finally:
        await runner.cleanup()
