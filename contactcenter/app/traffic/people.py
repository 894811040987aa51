"""All simulated people of a demonstration in one process, which ends with the one that started it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from random import Random
from typing import Any

import structlog

from contactcenter.app.parent import until_told_to_end
from contactcenter.app.serve import desk_url, reached_at
from contactcenter.app.sign_ins import read_cast
from contactcenter.app.traffic.agents import SimulatedAgent
from contactcenter.app.traffic.callers import Callers
from contactcenter.app.traffic.phones import AgentPhones
from contactcenter.app.traffic.public import Public
from contactcenter.app.traffic.sounds import speech
from contactcenter.app.traffic.texters import Texters
from contactcenter.app.traffic.visitors import Visitors
from contactcenter.model.words import Channel
from contactcenter.settings import Settings, read_secret
from contactcenter.sip.grammar import Address

__all__ = ["run_traffic"]

AWAY_MAX = 1  # agents on a break at a time

log = structlog.get_logger(__name__)

Life = Coroutine[Any, Any, None]


async def run_traffic(settings: Settings) -> int:
    """Let simulated people work and call until told to end; return the exit status."""
    chance = Random()
    server = Address(reached_at(settings.sip.bind), settings.sip.port)
    phones = AgentPhones(server, speech(settings.paths.prompts, "en/info_*.wav"), chance)
    await phones.start()
    over = asyncio.Event()
    everybody = asyncio.create_task(_all(_lives(settings, phones, server, chance)))
    everybody.add_done_callback(lambda _: over.set())
    await until_told_to_end(over)
    everybody.cancel()
    result = (await asyncio.gather(everybody, return_exceptions=True))[0]
    await phones.stop()
    if result is None or isinstance(result, asyncio.CancelledError):
        return 0
    log.error("the simulated people break off", exc_info=result)
    return 1


async def _all(lives: list[Life]) -> None:
    async with asyncio.TaskGroup() as together:
        for life in lives:
            together.create_task(life)


def _lives(settings: Settings, phones: AgentPhones, server: Address, chance: Random) -> list[Life]:
    url = desk_url(settings)
    breaks = asyncio.Semaphore(AWAY_MAX)
    public = Public.of(settings, chance)
    seats = read_cast(settings).simulated
    lives: list[Life] = [phones.register(seat) for seat in seats]
    lives += [SimulatedAgent(seat, url, breaks, chance).run() for seat in seats]
    entries = [entry for entry in settings.center.entries if entry.agent is None]
    numbers = {entry.language: entry.address for entry in reversed(entries) if entry.channel is Channel.VOICE}
    if numbers:
        sound = speech(settings.paths.prompts, "zh/queue_*.wav")
        lives.append(Callers(numbers, server, sound, public, chance).run())
    if any(entry.channel is Channel.CHAT for entry in entries):
        lives.append(Visitors(url, public, chance).run())
    home, var = settings.paths.config.parent, settings.paths.var
    for provider in settings.sms:
        if provider.kind == "generic":
            secret = read_secret(provider.secret, home, var, os.environ)
            lives.append(Texters(provider, secret, url, public, chance).run())
    return lives
