"""Simulated agents: they sign in, sit down, are ready, accept, write, wrap up, and take a break now and then.

A simulated agent gives its seat up for good when a person signs in to it.
"""

from __future__ import annotations

import asyncio
import secrets
from random import Random

import aiohttp
import structlog

from contactcenter.app.sign_ins import Seat
from contactcenter.app.traffic.console_page import NEWER_PAGE, ConsolePage, Contact, SignInRefused
from contactcenter.app.traffic.crowd import between
from contactcenter.app.traffic.words import note_of, opening_of, reply_to

__all__ = ["SimulatedAgent"]

COME_BACK_S = (1.0, 4.0)
TRY_AGAIN_S = 1.5
ACCEPT_S, READ_S, TYPE_S, WRAP_UP_S, COLLECT_ONESELF_S = (1.0, 5.0), (2.0, 6.0), (1.0, 3.0), (3.0, 10.0), (3.0, 9.0)
WORK_S, BREAK_S = (90.0, 300.0), (20.0, 45.0)
SILENCE_S = {"chat": 40.0, "sms": 25.0}
REPLIES_MAX = {"chat": 5, "sms": 2}
IGNORED_SHARE, REJECTED_SHARE = 0.04, 0.03
LOOK_S = 5.0
BREAK = "break"
WRONG_PASSWORD = 401  # somebody gave the seat another one, and will sit there

log = structlog.get_logger(__name__)


class SimulatedAgent:
    """One agent; `breaks` lets only so many be away at a time."""

    def __init__(self, seat: Seat, url: str, breaks: asyncio.Semaphore, chance: Random) -> None:
        """Sit at `seat` of the centre whose desk is at `url`."""
        self._seat = seat
        self._url = url
        self._breaks = breaks
        self._chance = chance
        self._attended: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Work until cancelled, or until a person takes the seat."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            while True:
                page = ConsolePage(browser, self._url)
                try:
                    await page.sign_in(self._seat.name, self._seat.password)
                    await page.open()
                    if await self._work(page) == NEWER_PAGE:
                        log.info("a person took the seat", agent=self._seat.agent)
                        return
                except SignInRefused as refused:
                    log.info("a simulated agent cannot sign in", agent=self._seat.agent, status=refused.status)
                    if refused.status == WRONG_PASSWORD:
                        return
                except (aiohttp.ClientError, ConnectionError, TimeoutError):
                    log.info("the desk cannot be reached", agent=self._seat.agent)
                await asyncio.sleep(between(self._chance, COME_BACK_S))

    async def _work(self, page: ConsolePage) -> int:
        """Do what there is to do on one page until it closes; return the close code."""
        doing = [asyncio.create_task(self._stand(page)), asyncio.create_task(self._look(page))]
        try:
            return await page.listen()
        finally:
            for task in [*doing, *self._attended.values()]:
                task.cancel()
            await asyncio.gather(*doing, *self._attended.values(), return_exceptions=True)
            self._attended.clear()
            await page.close()

    # --- presence

    async def _stand(self, page: ConsolePage) -> None:
        """Sign in at the station and be ready, with breaks."""
        while True:
            worked_s = between(self._chance, WORK_S)
            try:
                async with asyncio.timeout(worked_s):
                    await self._be_ready(page)
            except TimeoutError:
                if not self._breaks.locked() and not page.contacts:
                    await self._take_a_break(page)

    async def _be_ready(self, page: ConsolePage) -> None:
        while True:
            news, agent = page.news, page.agent
            refused = ""
            if agent is not None and (agent.presence == "logged_out" or agent.station != self._seat.station):
                refused = await page.do("station", station=self._seat.station)
            elif agent is not None and agent.presence == "not_ready" and agent.next is None:
                if agent.reason not in ("signed_in", BREAK):
                    await asyncio.sleep(between(self._chance, COLLECT_ONESELF_S))
                refused = await page.do("ready")
            if refused:
                await asyncio.sleep(TRY_AGAIN_S)
            else:
                await _until(news, LOOK_S)

    async def _take_a_break(self, page: ConsolePage) -> None:
        async with self._breaks:
            if not await page.do("not_ready", reason=BREAK):
                await asyncio.sleep(between(self._chance, BREAK_S))

    # --- contacts

    async def _look(self, page: ConsolePage) -> None:
        """Attend to each contact beside the others."""
        while True:
            news = page.news
            for contact in page.contacts:
                if contact not in self._attended:
                    task = asyncio.create_task(self._attend(page, contact), name=contact)
                    self._attended[contact] = task
                    task.add_done_callback(self._left)
            await news.wait()

    def _left(self, task: asyncio.Task[None]) -> None:
        self._attended.pop(task.get_name(), None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a simulated agent dropped a contact", agent=self._seat.agent, exc_info=error)

    async def _attend(self, page: ConsolePage, number: str) -> None:
        while (contact := page.contacts.get(number)) is not None:
            news = page.news
            match contact.state:
                case "ringing" if contact.can_accept:  # at other phones one lifts the receiver
                    await self._ring(page, contact)
                case "talking" if contact.channel != "voice":
                    await self._write(page, contact)
                case "wrap_up":
                    await self._wrap_up(page, contact)
            if page.contacts.get(number) == contact:
                await _until(news, LOOK_S)

    async def _ring(self, page: ConsolePage, contact: Contact) -> None:
        whim = self._chance.random()
        await asyncio.sleep(between(self._chance, ACCEPT_S))
        if whim < REJECTED_SHARE:
            await page.do("reject", offer=contact.offer)
        elif whim > REJECTED_SHARE + IGNORED_SHARE:
            await page.do("accept", offer=contact.offer)
        else:
            await self._until_changed(page, contact)

    async def _write(self, page: ConsolePage, contact: Contact) -> None:
        """Answer until the customer is content, silent or gone."""
        replies = 0
        while (now := page.contacts.get(contact.id)) is not None and now.state == "talking":
            thread = page.thread(contact.id)
            theirs = [said.text for said in thread if said.author == "customer"]
            if replies == 0 or (thread and thread[-1].author == "customer" and replies < REPLIES_MAX[contact.channel]):
                await asyncio.sleep(between(self._chance, READ_S))
                await page.do("typing", contact=contact.id)
                await asyncio.sleep(between(self._chance, TYPE_S))
                answer = (reply_to if replies else opening_of)(theirs[-1] if theirs else "", self._chance)
                await page.do("write", contact=contact.id, text=answer, id=secrets.token_hex(8))
                replies += 1
            elif not await self._word(page, now, len(thread)):
                await page.do("close", contact=contact.id)

    async def _word(self, page: ConsolePage, contact: Contact, known: int) -> bool:
        """Wait for the next word of a customer, or the end of the talk; tell whether there was any."""
        try:
            async with asyncio.timeout(SILENCE_S[contact.channel]):
                while len(page.thread(contact.id)) == known and page.contacts.get(contact.id) == contact:
                    await page.news.wait()
        except TimeoutError:
            return False
        return True

    async def _wrap_up(self, page: ConsolePage, contact: Contact) -> None:
        await asyncio.sleep(between(self._chance, WRAP_UP_S))
        disposition = self._chance.choice(contact.dispositions) if contact.dispositions else ""
        await page.do("wrap_up", contact=contact.id, disposition=disposition, note=note_of(self._chance))

    async def _until_changed(self, page: ConsolePage, contact: Contact) -> None:
        while page.contacts.get(contact.id) == contact:
            await page.news.wait()


async def _until(news: asyncio.Event, seconds: float) -> bool:
    """Wait for news; tell whether there were any."""
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return False
    return True
