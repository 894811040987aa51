"""Simulated chat visitors: they choose in the menu, wait, write when they are answered, and end or just leave.

They speak the chat socket's protocol (docs/console-protocol.md) and come back with their token when the line breaks.
"""

from __future__ import annotations

import asyncio
import secrets
from random import Random
from typing import Any

import aiohttp
import msgspec

from contactcenter.app.traffic.crowd import Crowd, arrivals, between
from contactcenter.app.traffic.public import Caller, Public
from contactcenter.app.traffic.words import meter_number, question_of, thanks_of

__all__ = ["Visitors"]

CHATS_MAX = 8
PER_MIN = 2.0
FIRST_S = 3.0
THINK_S, TYPE_S = (1.5, 4.0), (1.0, 4.0)
LINES = (1, 4)
CHAT_MAX_S = 300.0
PATIENCE_S = (40.0, 150.0)
LEAVES_EARLY_SHARE = 0.06
SILENT_END_SHARE = 0.2  # closes the page without a word
RESUMES_MAX, RESUME_S = 8, 2.0
PERSON_KEYS = ("0", "1", "3")  # most choices of the hotline's menu lead to a person


class Visitors:
    """People who write in the chat."""

    def __init__(self, url: str, public: Public, chance: Random) -> None:
        """Write to the desk at `url`."""
        self._url = url
        self._public = public
        self._chance = chance
        self._crowd = Crowd("visitor", CHATS_MAX)

    async def run(self) -> None:
        """Let visitors come until cancelled."""
        async with aiohttp.ClientSession() as browser:
            try:
                await asyncio.sleep(FIRST_S)
                await arrivals(self._crowd, PER_MIN, self._chance, lambda: self._life(browser))
            finally:
                await self._crowd.close()

    async def _life(self, browser: aiohttp.ClientSession) -> None:
        visit = _Visit(self._public.anyone(), self._chance)
        for _ in range(RESUMES_MAX):
            try:
                async with (
                    asyncio.timeout(CHAT_MAX_S),
                    browser.ws_connect(f"{self._url}/ws/chat", origin=self._url) as socket,
                ):
                    await socket.send_json(visit.hello())
                    if await visit.go_on(socket):
                        return
            except TimeoutError:
                return
            except (aiohttp.ClientError, ConnectionError):
                pass
            await asyncio.sleep(RESUME_S)


class _Visit:
    """One conversation, over one socket or several."""

    def __init__(self, visitor: Caller, chance: Random) -> None:
        self._visitor = visitor
        self._chance = chance
        self._token = ""
        self._after = 0
        self._state = "menu"
        self._choices: list[str] = []
        self._my_turn = False
        self._lines = chance.randint(*LINES)
        self._written = 0
        self._patience_s = between(chance, PATIENCE_S)
        self._leaves_early = chance.random() < LEAVES_EARLY_SHARE

    def hello(self) -> dict[str, object]:
        """Return the first word of a page."""
        return {
            "kind": "hello",
            "entry": "",
            "language": self._visitor.language,
            "name": self._visitor.name,
            "number": self._visitor.number,
            "token": self._token,
            "after": self._after,
        }

    async def go_on(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        """Talk until the chat is over (True) or the line breaks (False)."""
        while True:
            pause_s = self._patience_s if self._state == "waiting" else between(self._chance, THINK_S)
            try:
                message = await socket.receive(timeout=pause_s)
            except TimeoutError:
                if await self._act(socket):
                    return True
                continue
            if message.type is not aiohttp.WSMsgType.TEXT:
                return False
            self._take(msgspec.json.decode(message.data))
            if self._state == "ended":
                return True

    def _take(self, page: dict[str, Any]) -> None:
        match page["kind"]:
            case "welcome":
                self._token = page["token"]
            case "state":
                self._state = page["state"]
                self._my_turn = self._state == "talking" and not self._written
            case "message":
                self._after = page["number"]
                self._choices = [choice["key"] for choice in page.get("choices") or ()]
                self._my_turn = self._my_turn or page["author"] == "agent"

    async def _act(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        """Do what one does after a while of silence; True when the visitor is gone."""
        if self._state == "menu":
            return await self._choose(socket)
        if self._state == "talking" and self._my_turn:
            return await self._answer(socket)
        if self._state == "waiting":
            await socket.send_json({"kind": "end"})
            return True
        return False

    async def _choose(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        if self._leaves_early:
            return True
        if self._choices:
            keys = [key for key in self._choices if key in PERSON_KEYS] or self._choices
            await socket.send_json({"kind": "choose", "key": self._chance.choice(keys)})
            self._choices = []
        else:
            await self._write(socket, meter_number(self._chance))
        return False

    async def _answer(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        self._my_turn = False
        await socket.send_json({"kind": "typing"})
        await asyncio.sleep(between(self._chance, TYPE_S))
        if self._written < self._lines:
            await self._write(socket, question_of(self._visitor.language, self._chance, not self._written))
            self._written += 1
            return False
        await self._write(socket, thanks_of(self._visitor.language, self._chance))
        await asyncio.sleep(between(self._chance, THINK_S))
        if self._chance.random() > SILENT_END_SHARE:
            await socket.send_json({"kind": "end"})
        return True

    async def _write(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
        await socket.send_json({"kind": "text", "id": secrets.token_hex(8), "text": text})
