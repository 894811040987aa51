"""The simulated carrier, seen from a centre: it signs and checks signatures, takes a text once, and reports on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from contactcenter.adapters.sms.generic import generic_signature
from contactcenter.app.traffic import carrier as carrier_module
from contactcenter.app.traffic.carrier import Carrier
from contactcenter.settings.shapes import SecretPlace, SmsProvider
from tests.real.ports import free_ports

SECRET = "between the two"
NUMBER = "+861095598000"


class Centre:
    """Takes posts as our desk does; `statuses` are the answers it gives next, then 200."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.statuses: list[int] = []
        self.news = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        assert request.headers["X-Signature"] == generic_signature(SECRET, request.headers["X-Timestamp"], body)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.posted.append((request.match_info["what"], msgspec.json.decode(body)))
        self.news.set()
        return web.Response(status=status)

    async def first(self, what: str) -> dict[str, Any]:
        """Wait for the first post of a kind."""
        async with asyncio.timeout(30):
            while not (found := [fields for kind, fields in self.posted if kind == what]):
                self.news.clear()
                await self.news.wait()
        return found[0]


@asynccontextmanager
async def meeting() -> AsyncIterator[tuple[Centre, Carrier, str, list[tuple[str, str]]]]:
    """A centre and its carrier, both listening; what the carrier took stands in the list."""
    centre, took, port = Centre(), list[tuple[str, str]](), free_ports()
    application = web.Application()
    application.router.add_post("/channels/sms/demo/{what}", centre.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    send_url = f"http://127.0.0.1:{port}/messages"
    provider = SmsProvider("demo", "generic", NUMBER, send_url, "", SecretPlace("var", "demo"), True)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    carrier = Carrier(provider, SECRET, url, Random(1), lambda number, text: took.append((number, text)))
    running = asyncio.create_task(carrier.run())
    await listens(port)
    try:
        yield centre, carrier, send_url, took
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()


async def listens(port: int) -> None:
    """Wait until somebody listens at a port."""
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


async def send(url: str, text: str, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
    """Send a text as our outbox does."""
    body = msgspec.json.encode({"id": "m1", "from": NUMBER, "to": "+447700900100", "text": text})
    stamp = str(int(time.time()))
    headers = {"X-Timestamp": stamp, "X-Signature": generic_signature(secret, stamp, body)}
    async with aiohttp.ClientSession() as client, client.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_text_is_taken_once_and_reported_by_the_reference_it_was_given() -> None:
    async with meeting() as (centre, _, url, took):
        first, again = await send(url, "a crew is on its way"), await send(url, "a crew is on its way")
        assert first == again and first[0] == 201
        assert took == [("+447700900100", "a crew is on its way")]
        assert await centre.first("status") == {"id": first[1]["id"], "status": "delivered"}


async def test_what_is_signed_with_another_secret_is_refused() -> None:
    async with meeting() as (_, _, url, took):
        assert (await send(url, "a forgery", "another secret"))[0] == 403
        assert took == []


async def test_a_customers_text_is_posted_again_until_the_centre_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier_module, "TRY_AGAIN_S", 0.01)
    async with meeting() as (centre, carrier, _, _):
        centre.statuses = [503, 503]
        assert await carrier.post_text("+861012345600", "停电了")
        posted = await centre.first("inbound")
        assert (posted["from"], posted["to"], posted["text"]) == ("+861012345600", NUMBER, "停电了")


async def test_a_text_that_is_refused_is_not_posted_again() -> None:
    async with meeting() as (centre, carrier, _, _):
        centre.statuses = [422]
        assert not await carrier.post_text("+861012345600", "hello")
        assert centre.posted == []
