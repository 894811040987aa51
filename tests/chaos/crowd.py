"""A small crowd that lives through outages: it texts, chats, calls and answers, repeats what was not acknowledged, and
remembers every promise it was made.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Coroutine
from random import Random
from typing import Any

import aiohttp

from contactcenter.adapters.database.messages import message_id
from contactcenter.adapters.testphone.phone_bank import PhoneBank
from tests.adapters.desk.house import Page
from tests.app.installation import Installation
from tests.app.phones import CALLER, COMPLAINT
from tests.chaos.history import Act, Promises

__all__ = ["AWAY", "Crowd"]

AWAY = (aiohttp.ClientError, AssertionError, TimeoutError, OSError)
PAUSE_S = 0.2
TEXTS_OF_A_CHAT = 8
LOOK_AGAIN_S = 0.5  # an act that was refused while something was away is tried again
READY = "ready"
OVER = "This chat is over."
QUEUES = ("complaints", "general")
SWITCH_S = 7.0  # a supervisor may switch ten times a minute


class Crowd:
    """People on all channels; `promises` is what they were promised, `promised_at` when (monotonic seconds)."""

    def __init__(self, centre: Installation, phones: PhoneBank, chance: Random) -> None:
        self.centre = centre
        self.phones = phones
        self.chance = chance
        self.promises = Promises()
        self.promised_at: list[float] = []
        self._numbers = itertools.count(1)
        self.colleagues: list[str] = []
        self._closing = False
        self._customers: list[asyncio.Task[None]] = []
        self._agents: list[asyncio.Task[None]] = []

    def start(
        self, leader: tuple[str, aiohttp.ClientSession], *agents: tuple[str, aiohttp.ClientSession, str | None]
    ) -> None:
        """Let everybody begin; who works comes with the browser of the sign-in, agents with a station or none."""
        self.colleagues = [agent for agent, _, _ in agents]
        people: list[Coroutine[Any, Any, None]] = [self._texts(), self._texts(), self._chats(), self._chats()]
        people += [self._calls(), self._calls()]
        self._customers = [asyncio.ensure_future(person) for person in people]
        self._agents = [asyncio.ensure_future(self._work(*agent)) for agent in agents]
        self._agents.append(asyncio.ensure_future(self._lead(*leader)))

    def accident(self) -> BaseException | None:
        """Return why one of the crowd gave up, which none may."""
        ended = [task for task in (*self._customers, *self._agents) if task.done() and not task.cancelled()]
        return next((error for task in ended if (error := task.exception()) is not None), None)

    async def go_home(self) -> None:
        """Let all customers come to the end of what they are at; agents work on."""
        self._closing = True
        await asyncio.gather(*self._customers)

    async def stop(self) -> None:
        """Let everybody go."""
        tasks = [*self._customers, *self._agents]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _promised(self) -> None:
        """Note when a promise was made."""
        self.promised_at.append(time.monotonic())

    # --- texts

    async def _texts(self) -> None:
        while not self._closing:
            await self.text()
            await self._pause(0.05, 0.4)

    async def text(self) -> None:
        """Text as a carrier does: again and again until it is taken."""
        number = next(self._numbers)
        given, body = f"sms-{number}", f"text number {number}"
        while True:
            if await self.centre.text(f"+86139{number % 7:08}", body, given) == 200:
                break
            await asyncio.sleep(PAUSE_S)
        self.promises.texts[given] = body
        self._promised()

    # --- chats

    async def _chats(self) -> None:
        """Chat as the widget does: with the token after each break, with the same id until the word comes."""
        while not self._closing:
            number = next(self._numbers)
            bodies = [f"chat {number} text {line}" for line in range(TEXTS_OF_A_CHAT)]
            # Every visitor comes from an address of his own: so many from one would be turned away.
            source = aiohttp.TCPConnector(local_addr=(f"127.0.{1 + number // 250 % 250}.{1 + number % 250}", 0))
            async with aiohttp.ClientSession(connector=source) as browser:
                hello: dict[str, Any] = {}
                while bodies:
                    with contextlib.suppress(*AWAY):
                        page = await self.centre.chat(browser, "Wanda", **hello)
                        try:
                            hello = {"token": (await page.kind("welcome"))["token"]}
                            await self._chat(page, bodies)
                        finally:
                            await page.leave()
                    await asyncio.sleep(PAUSE_S)

    async def _chat(self, page: Page, bodies: list[str]) -> None:
        """Write down to the last text, and end; raises AssertionError when the page is closed."""
        if self.chance.random() < 0.5:
            await page.say(kind="choose", key=COMPLAINT)
        while bodies and not self._closing:
            given = bodies[0].replace(" ", "-")
            await page.say(kind="text", id=given, text=bodies[0])
            told = await _word_on(page, given)
            if told["kind"] == "ack":
                self.promises.chats.append(bodies.pop(0))
                self._promised()
            elif told["reason"] == OVER:
                bodies.clear()
            else:
                return
            await self._pause(0.05, 0.4)
        await page.say(kind="end")
        await page.kind("state", state="ended")
        bodies.clear()

    # --- calls

    async def _calls(self) -> None:
        while not self._closing:
            number = f"+86138{next(self._numbers):08}"
            call = self.phones.dial("95599", self.centre.sip, number, CALLER)
            ended = asyncio.ensure_future(call.ended.wait())
            answered = asyncio.ensure_future(call.answered.wait())
            try:
                async with asyncio.timeout(self.chance.uniform(0.5, 6)):
                    await asyncio.wait({ended, answered}, return_when=asyncio.FIRST_COMPLETED)
                    if call.answered.is_set():
                        self.promises.callers.append(number)
                        self._promised()
                        await asyncio.sleep(0.3)
                        call.press(COMPLAINT)
                    await ended
            except TimeoutError:
                pass
            finally:
                answered.cancel()
                ended.cancel()
                call.hang_up()
            await asyncio.sleep(PAUSE_S)

    # --- agents

    async def _work(self, agent: str, browser: aiohttp.ClientSession, station: str | None) -> None:
        """Take what is offered, answer, close and write up; come back after each break."""
        while True:
            with contextlib.suppress(*AWAY):
                page = await self.centre.console(browser)
                try:
                    await self._act(page, agent, "station", station or "", station=station)
                    await self._serve(page, agent)
                finally:
                    await page.leave()
            await asyncio.sleep(PAUSE_S)

    async def _serve(self, page: Page, agent: str) -> None:
        hand: dict[str, dict[str, Any]] = {}
        presence, done = "", 0
        while not page.reader.done():
            page.news.clear()
            fresh, done = page.got[done:], len(page.got)
            for told in fresh:
                if "agent" in told and told["kind"] in ("snapshot", "agent"):
                    presence = told["agent"]["presence"]
                _hold(hand, told)
            if presence != READY:
                await self._act(page, agent, READY)
            for contact in [*hand.values()]:
                await self._handle(page, agent, contact)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await page.news.wait()

    async def _handle(self, page: Page, agent: str, contact: dict[str, Any]) -> None:
        given = contact["id"]
        if contact["state"] == "ringing" and contact["can_accept"]:
            await self._act(page, agent, "accept", contact["offer"], offer=contact["offer"])
        elif contact["state"] == "talking":
            if contact["channel"] != "voice":
                await self._answer(page, agent, given)
            await self._pause(0, 0.3)
            await self._be_done(page, agent, given)
        elif contact["state"] == "wrap_up":
            words = {"disposition": contact["dispositions"][0], "note": "done"}
            await self._act(page, agent, "wrap_up", given, contact=given, **words)

    async def _be_done(self, page: Page, agent: str, contact: str) -> None:
        """Close what is in hand, or pass it on to a queue or a colleague."""
        match self.chance.randrange(8):
            case 0:
                await self._act(page, agent, "transfer", contact, contact=contact, queue=self.chance.choice(QUEUES))
            case 1:
                colleague = self.chance.choice([name for name in self.colleagues if name != agent])
                await self._act(page, agent, "transfer", contact, contact=contact, agent=colleague)
            case _:
                await self._act(page, agent, "close", contact, contact=contact)

    async def _lead(self, name: str, browser: aiohttp.ClientSession) -> None:
        """Switch a queue into a mode and back, as the day asks for it."""
        for number in itertools.count():
            mode = ("storm", "normal")[number % 2]
            with contextlib.suppress(*AWAY):
                async with browser.post("/api/modes", json={"mode": mode, "queue": QUEUES[0]}) as answer:
                    if answer.status == 204:
                        self.promises.acts.append(Act("mode", name, mode))
                        self._promised()
            await asyncio.sleep(SWITCH_S)

    async def _act(self, page: Page, agent: str, kind: str, subject: str = "", /, **fields: Any) -> None:
        """Do something and note it when it was done; what is refused now may be possible later."""
        if not (await page.do(kind, **fields))["ok"]:
            await asyncio.sleep(PAUSE_S)
        else:
            self.promises.acts.append(Act(kind, agent, subject))
            self._promised()

    async def _answer(self, page: Page, agent: str, contact: str) -> None:
        body = f"{agent} answers {contact}"
        if (await page.do("write", contact=contact, text=body, id="answer"))["ok"]:
            self.promises.answers[message_id("answer", agent, contact)] = body
            self._promised()

    async def _pause(self, least_s: float, most_s: float) -> None:
        await asyncio.sleep(self.chance.uniform(least_s, most_s))


def _hold(hand: dict[str, dict[str, Any]], told: dict[str, Any]) -> None:
    """Keep up with what an agent has in hand."""
    match told["kind"]:
        case "snapshot":
            hand.clear()
            hand.update({contact["id"]: contact for contact in told["contacts"]})
        case "contact":
            hand[told["contact"]["id"]] = told["contact"]
        case "contact_gone":
            hand.pop(told["contact"], None)


async def _word_on(page: Page, given: str) -> dict[str, Any]:
    """Wait for what becomes of a visitor's text."""
    return await page.wait(lambda told: told["kind"] in ("ack", "error") and told.get("id") == given)
