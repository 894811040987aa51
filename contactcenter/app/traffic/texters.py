"""Simulated customers who text: a question by SMS, and an answer or thanks when the centre writes back."""

from __future__ import annotations

import asyncio
from random import Random

from contactcenter.app.traffic.carrier import Carrier
from contactcenter.app.traffic.crowd import Crowd, arrivals, between
from contactcenter.app.traffic.public import Caller, Public
from contactcenter.app.traffic.words import question_of, thanks_of
from contactcenter.settings.shapes import SmsProvider

__all__ = ["Texters"]

PER_MIN = 2.0
FIRST_S = 1.0
TEXTERS_MAX = 12
ANSWER_WITHIN_S = 180.0
WRITE_S = (4.0, 12.0)
FURTHER_SHARE = 0.4
NOTICES = 1  # the flow's own text, which nobody answers


class Texters:
    """People who send texts to the centre, by one carrier."""

    def __init__(self, provider: SmsProvider, secret: str, url: str, public: Public, chance: Random) -> None:
        """Text to the provider's number of the centre whose desk is at `url`."""
        self._carrier = Carrier(provider, secret, url, chance, self._took)
        self._public = public
        self._chance = chance
        self._crowd = Crowd("texter", TEXTERS_MAX)
        self._inboxes: dict[str, asyncio.Queue[str]] = {}

    async def run(self) -> None:
        """Carry, and let people text, until cancelled. Raises OSError when the carrier's port is taken."""
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(self._carrier.run())
                await asyncio.sleep(FIRST_S)
                together.create_task(arrivals(self._crowd, PER_MIN, self._chance, self._life))
        finally:
            await self._crowd.close()

    async def _life(self) -> None:
        texter = self._public.anyone()
        if texter.number in self._inboxes:
            return
        inbox = self._inboxes[texter.number] = asyncio.Queue()
        try:
            await self._write(texter, inbox)
        except TimeoutError:
            pass  # nobody answered in time; the thread stays open at the centre
        finally:
            del self._inboxes[texter.number]

    async def _write(self, texter: Caller, inbox: asyncio.Queue[str]) -> None:
        if not await self._carrier.post_text(texter.number, question_of(texter.language, self._chance)):
            return
        for _ in range(NOTICES + 1):
            await asyncio.wait_for(inbox.get(), ANSWER_WITHIN_S)
        await asyncio.sleep(between(self._chance, WRITE_S))
        if self._chance.random() < FURTHER_SHARE:
            await self._carrier.post_text(texter.number, question_of(texter.language, self._chance, first=False))
            await asyncio.wait_for(inbox.get(), ANSWER_WITHIN_S)
            await asyncio.sleep(between(self._chance, WRITE_S))
        await self._carrier.post_text(texter.number, thanks_of(texter.language, self._chance))

    def _took(self, number: str, text: str) -> None:
        inbox = self._inboxes.get(number)
        if inbox is not None:
            inbox.put_nowait(text)
