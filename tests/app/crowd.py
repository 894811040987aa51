"""A small crowd for tests that kill: it texts, chats and calls, repeats what was not acknowledged, and keeps count."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Coroutine
from random import Random
from typing import Any

import aiohttp

from contactcenter.adapters.testphone.phone_bank import PhoneBank
from tests.adapters.desk.house import Page
from tests.app.installation import Installation
from tests.app.phones import CALLER, COMPLAINT

__all__ = ["ANSWER", "Crowd"]

AWAY = (aiohttp.ClientError, AssertionError, TimeoutError, ConnectionError, OSError)
PAUSE_S = 0.2
ANSWER = "I see."


class Crowd:
    """People on all channels. `promised` holds the text of each message that was acknowledged."""

    def __init__(self, centre: Installation, phones: PhoneBank, chance: Random) -> None:
        self.centre = centre
        self.phones = phones
        self.chance = chance
        self.promised: list[str] = []
        self.calls = 0
        self._numbers = itertools.count(1)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *agents: tuple[aiohttp.ClientSession, str | None]) -> None:
        """Let everybody begin; agents come with the browser they are signed in with, and a station or none."""
        people: list[Coroutine[Any, Any, None]] = [self._text(), self._text(), self._chat(), self._chat()]
        people += [self._call(), self._call()]
        people += [self._work(browser, station) for browser, station in agents]
        self._tasks = [asyncio.ensure_future(person) for person in people]

    async def stop(self) -> None:
        """Let everybody go, and fail if anybody had an accident."""
        for task in self._tasks:
            task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if not isinstance(result, asyncio.CancelledError):
                raise AssertionError("one of the crowd gave up") from result

    async def _text(self) -> None:
        """Text as a carrier does: again and again until it is taken."""
        while True:
            number = next(self._numbers)
            body = f"text number {number}"
            while True:
                if await self.centre.text(f"+86139{number % 7:08}", body, f"sms-{number}") == 200:
                    break
                await asyncio.sleep(PAUSE_S)
            self.promised.append(body)
            await asyncio.sleep(self.chance.uniform(0.05, 0.4))

    async def _chat(self) -> None:
        """Chat as the widget does: with the token after each break, with the same id until the word comes."""
        while True:
            hello: dict[str, Any] = {}
            bodies = [f"chat number {next(self._numbers)}" for _ in range(4)]
            while bodies:
                with contextlib.suppress(*AWAY):
                    page = await self.centre.visitor("Wanda", **hello)
                    hello = {"token": (await page.kind("welcome"))["token"]}
                    await self._write(page, bodies)
                await asyncio.sleep(PAUSE_S)

    async def _write(self, page: Page, bodies: list[str]) -> None:
        """Write down to the last text; raises AssertionError when the page is closed."""
        while bodies:
            given = bodies[0].replace(" ", "-")
            await page.say(kind="text", id=given, text=bodies[0])
            told = await _word_on(page, given)
            if told["kind"] == "ack":
                self.promised.append(bodies.pop(0))
            elif told["reason"] == "This chat is over.":
                bodies.clear()
            else:
                await page.leave()
                return
            await asyncio.sleep(self.chance.uniform(0.05, 0.4))
        await page.say(kind="end")
        await page.leave()

    async def _call(self) -> None:
        while True:
            call = self.phones.dial("95599", self.centre.sip, f"+86138{next(self._numbers):08}", CALLER)
            try:
                async with asyncio.timeout(self.chance.uniform(0.5, 12)):
                    await call.answered.wait()
                    self.calls += 1
                    await asyncio.sleep(0.3)
                    call.press(COMPLAINT)
                    await call.ended.wait()
            except TimeoutError:
                pass
            finally:
                call.hang_up()
            await asyncio.sleep(PAUSE_S)

    async def _work(self, browser: aiohttp.ClientSession, station: str | None) -> None:
        """Take what is offered, answer, close and write up; come back after each break."""
        while True:
            with contextlib.suppress(*AWAY):
                page = await self.centre.console(browser)
                await page.do("station", station=station)
                await page.do("ready")
                done = 0
                while not page.reader.done():
                    page.news.clear()
                    fresh, done = page.got[done:], len(page.got)
                    for told in fresh:
                        if told["kind"] in ("contact", "snapshot"):
                            await self._handle(page, told)
                    await page.news.wait()
            await asyncio.sleep(PAUSE_S)

    async def _handle(self, page: Page, told: dict[str, Any]) -> None:
        for contact in told["contacts"] if told["kind"] == "snapshot" else [told["contact"]]:
            if contact["state"] == "ringing" and contact["can_accept"]:
                await page.do("accept", offer=contact["offer"])
            elif contact["state"] == "talking":
                if contact["channel"] != "voice":
                    await page.do("write", contact=contact["id"], text=ANSWER, id="answer")
                await asyncio.sleep(self.chance.uniform(0, 0.3))
                await page.do("close", contact=contact["id"])
            elif contact["state"] == "wrap_up":
                await page.do("wrap_up", contact=contact["id"], disposition=contact["dispositions"][0], note="done")


async def _word_on(page: Page, given: str) -> dict[str, Any]:
    """Wait for what becomes of a visitor's text."""
    return await page.wait(lambda told: told["kind"] in ("ack", "error") and told.get("id") == given)
