"""A carrier for texts, of the generic kind: it takes what the centre sends, and reports it delivered or lost.

It checks our signature and signs what it posts, as a real one does; the same text sent twice it takes once.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from random import Random
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp import web

from contactcenter.adapters.sms.generic import generic_signature
from contactcenter.app.traffic.crowd import Crowd, between
from contactcenter.model.words import Delivery
from contactcenter.settings.shapes import SmsProvider

__all__ = ["Carrier"]

KNOWN_MAX = 1_000
REPORTS_MAX = 100
REPORT_S = (0.5, 3.0)
LOST_SHARE = 0.03
TRIES = 5
TRY_AGAIN_S = 3.0
POST_S = 10.0

Post = tuple[bytes, dict[str, str]]


class _Text(msgspec.Struct, frozen=True, rename={"receiver": "to"}):
    id: str
    receiver: str
    text: str


class Carrier:
    """One carrier; `took` hears of each text for a customer: the number and the words."""

    def __init__(
        self, provider: SmsProvider, secret: str, url: str, chance: Random, took: Callable[[str, str], None]
    ) -> None:
        """Carry between customers and the centre whose desk is at `url`."""
        self._provider = provider
        self._secret = secret
        self._base = f"{url}/channels/sms/{provider.name}"
        self._chance = chance
        self._took = took
        self._known: OrderedDict[str, str] = OrderedDict()
        self._reports = Crowd("delivery report", REPORTS_MAX)
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(POST_S))

    async def run(self) -> None:
        """Listen where the centre sends its texts, until cancelled. Raises OSError when the port is taken."""
        where = urlsplit(self._provider.send_url)
        application = web.Application()
        application.router.add_post(where.path, self._take)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, where.hostname, where.port).start()
            await asyncio.Event().wait()
        finally:
            await self._reports.close()
            await runner.cleanup()
            await self._client.close()

    async def post_text(self, sender: str, text: str) -> bool:
        """Post a customer's text to the centre, again and again for a while; tell whether it was taken."""
        fields = {"id": secrets.token_hex(8), "from": sender, "to": self._provider.number, "text": text}
        return await self._post("inbound", msgspec.json.encode(fields))

    async def _take(self, request: web.Request) -> web.Response:
        """Take a text of the centre's, and report on it later."""
        body = await request.read()
        wanted = generic_signature(self._secret, request.headers.get("X-Timestamp", ""), body)
        if not secrets.compare_digest(wanted, request.headers.get("X-Signature", "")):
            return web.json_response({"error": "the signature is wrong"}, status=403)
        text = msgspec.json.decode(body, type=_Text)
        if text.id not in self._known:
            self._known[text.id] = secrets.token_hex(6)
            while len(self._known) > KNOWN_MAX:
                self._known.popitem(last=False)
            self._reports.admit(self._report(self._known[text.id]))
            self._took(text.receiver, text.text)
        return web.json_response({"id": self._known[text.id]}, status=201)

    async def _report(self, reference: str) -> None:
        await asyncio.sleep(between(self._chance, REPORT_S))
        status = Delivery.FAILED if self._chance.random() < LOST_SHARE else Delivery.DELIVERED
        await self._post("status", msgspec.json.encode({"id": reference, "status": status}))

    async def _post(self, what: str, body: bytes) -> bool:
        for _ in range(TRIES):
            timestamp = str(int(time.time()))
            headers = {"X-Timestamp": timestamp, "X-Signature": generic_signature(self._secret, timestamp, body)}
            try:
                async with self._client.post(f"{self._base}/{what}", data=body, headers=headers) as answer:
                    if answer.status < 500:
                        return answer.ok
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(TRY_AGAIN_S)
        return False
