"""One WebSocket as all our pages use it: JSON objects both ways, pings of ours, limits, and a reason for each close.

A page's presence is the answer to our ping, never a timer of its own: hidden tabs are slowed to one turn a minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from enum import IntEnum
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from contactcenter.adapters.json_text import NOT_JSON
from contactcenter.adapters.shared_state.limits import Limit

__all__ = ["PING_S", "RECORDS_S", "SESSION_S", "CloseCode", "PageGone", "PageSocket", "written"]

PING_S = 5.0
LOST_S = 15.0
RECORDS_S = 0.5  # how soon records that are away are asked again for what a page shows
SESSION_S = 3.0  # a shut account loses its pages within five seconds, the goodbye included
MESSAGE_BYTES_MAX = 32_768  # the longest text a page may send, in JSON
MESSAGES_BURST = 60
MESSAGES_PER_S = 3.0  # a burst refills in so many seconds
CLOSE_S = 2.0  # how long a page may take to say goodbye


class CloseCode(IntEnum):
    """Why a socket was closed (RFC 6455, 7.4; from 4000 our own)."""

    GOING_DOWN = 1001
    NOT_TEXT = 1003
    TOO_MANY = 1008
    TOO_LARGE = 1009
    NOT_JSON = 4400
    NO_SESSION = 4401
    NOT_ALLOWED = 4403
    NEWER_PAGE = 4409
    WAIT = 4429


class PageGone(Exception):
    """The page cannot be told anything any more."""


class PageSocket:
    """A socket to one page; use `open`, then iterate over what the page says."""

    def __init__(self) -> None:
        """Begin without a connection."""
        # aiohttp closes with 1009 by itself when a message is larger than this.
        self._socket = web.WebSocketResponse(
            autoping=False, max_msg_size=MESSAGE_BYTES_MAX, timeout=CLOSE_S, compress=False
        )
        self._limit = Limit(MESSAGES_BURST, MESSAGES_BURST / MESSAGES_PER_S)
        self._heard = time.monotonic()

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Take the connection over; the handler returns what this returns."""
        await self._socket.prepare(request)
        return self._socket

    async def send(self, page: dict[str, Any]) -> None:
        """Send one message. Raises PageGone."""
        await self.send_written(written(page))

    async def send_written(self, text: str) -> None:
        """Send one message that was written for several pages at once. Raises PageGone."""
        try:
            await self._socket.send_str(text)
        except (ConnectionError, RuntimeError):
            raise PageGone from None

    async def close(self, code: CloseCode, reason: str) -> None:
        """Say why, and close. Closing twice is fine."""
        if not self._socket.closed:
            await self._socket.close(code=code, message=reason.encode())

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what the page says until it goes; nonsense is answered with a close code."""
        async for message in self._socket:
            self._heard = time.monotonic()
            if message.type is WSMsgType.PING:
                await self._socket.pong(message.data)
            elif message.type is WSMsgType.BINARY:
                await self.close(CloseCode.NOT_TEXT, "only text")
            elif message.type is WSMsgType.TEXT:
                if not self._limit.take(""):
                    await self.close(CloseCode.TOO_MANY, "too many messages")
                    return
                page = _object(message.data)
                if page is None:
                    await self.close(CloseCode.NOT_JSON, "not a JSON object")
                    return
                yield page

    async def keep_alive(self) -> None:
        """Ping until the page does not answer any more, then drop it."""
        while not self._socket.closed:
            if time.monotonic() - self._heard > LOST_S:
                await self.close(CloseCode.GOING_DOWN, "no answer")
                return
            try:
                await self._socket.ping()
            except (ConnectionError, RuntimeError):
                return
            await asyncio.sleep(PING_S)


def written(page: dict[str, Any]) -> str:
    """Return a message as it goes over the wire."""
    return msgspec.json.encode(page).decode()


def _object(text: str) -> dict[str, Any] | None:
    try:
        page = msgspec.json.decode(text)
    except NOT_JSON:
        return None
    return page if isinstance(page, dict) else None
