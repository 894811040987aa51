"""Callers and agents with telephones, for tests of a whole installation."""

from __future__ import annotations

import asyncio

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, PhoneCall
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import facts
from tests.adapters.desk.house import Page
from tests.app.installation import Installation, eventually

__all__ = ["AGENT_HZ", "AT_ONCE", "CALLER", "COMPLAINT", "NEVER", "answered_or_refused", "call_into", "takes_calls"]

AGENT_HZ, CALLER_HZ = 1_200, 400
CALLER = Manner(sound=tone_samples(CALLER_HZ))
AT_ONCE = Manner(answer_after_ms=50, sound=tone_samples(AGENT_HZ))
NEVER = Manner(answer_after_ms=None)
COMPLAINT = "3"
TRIES_MAX, AGAIN_S = 200, 0.2


async def takes_calls(centre: Installation, phones: PhoneBank, agent: str, station: str, manner: Manner) -> Page:
    """An agent with a registered phone, ready."""
    await centre.phone(phones, station, manner)
    page = await centre.agent(agent)
    await page.must("station", station=station)
    await page.must("ready")
    return page


async def answered_or_refused(centre: Installation, phones: PhoneBank, number: str) -> PhoneCall:
    """A caller who dials once."""
    call = phones.dial("95599", centre.sip, number, CALLER)
    await eventually(lambda: call.answered.is_set() or call.ended.is_set(), "an answer")
    return call


async def call_into(centre: Installation, phones: PhoneBank, number: str, queue: str) -> PhoneCall:
    """A caller who presses through the menu into a queue."""
    before = len(centre.facts(facts.VisitOpened))
    call = await answered_or_refused(centre, phones, number)
    tries = 1
    while not call.answered.is_set():  # refused while a media worker starts: the caller tries again
        assert tries < TRIES_MAX, f"{number} is refused with {call.status} again and again"
        await asyncio.sleep(AGAIN_S)
        tries, call = tries + 1, await answered_or_refused(centre, phones, number)
    call.press(queue)
    await eventually(lambda: len(centre.facts(facts.VisitOpened)) > before, f"{number} is queued")
    return call
