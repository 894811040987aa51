"""A pool of real media workers with tones for prompts, and telephones to talk to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from contactcenter.adapters.telephony.worker_client import MediaPool, PoolSettings
from contactcenter.adapters.telephony.worker_wire import Codec, Notice
from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.media.g711 import Law
from contactcenter.media.wav import WavFormat
from tests.adapters.telephony.hotline import TRUNK_HOST, Hotline
from tests.adapters.telephony.phones import Phone, write_tone

N = TypeVar("N")

MUSIC_HZ, WELCOME_HZ, MENU_HZ = 313, 500, 700  # music that is another in each frame


@dataclass
class Exchange:
    """The pool under test, what it told, and the telephones in use."""

    folder: Path
    pool: MediaPool
    notices: list[Notice] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)

    def told(self, kind: type[N]) -> list[N]:
        """All notices of a kind, in order."""
        return [notice for notice in self.notices if isinstance(notice, kind)]

    async def call(self, session: str, law: Law = Law.ULAW, key_type: int = 101, near: str | None = None) -> Phone:
        """Connect a telephone: session opened, both ends named."""
        phone = await Phone(law, key_type, ssrc=100 + len(self.phones)).plug_in()
        self.phones.append(phone)
        codec: Codec = 0 if law is Law.ULAW else 8
        local = await self.pool.open(session, codec=codec, near=near)
        phone.target = (local.ip, local.port)
        await self.pool.remote(session, "127.0.0.1", phone.port, codec=codec, key_type=key_type)
        return phone


def settings_for(folder: Path, workers: int = 1, bridges_max: int = 3, rtp_timeout_ms: int = 30_000) -> PoolSettings:
    """The settings of a small pool that keeps everything in one folder."""
    prompts = folder / "prompts"
    write_tone(prompts / "music/hold.wav", MUSIC_HZ, 2_000)
    write_tone(prompts / "en/welcome.wav", WELCOME_HZ, 600)
    write_tone(prompts / "en/menu.wav", MENU_HZ, 600, WavFormat.PCM16)
    (prompts / "en/broken.wav").write_bytes(b"RIFF")
    (folder / "tapes").mkdir(exist_ok=True)
    return PoolSettings(
        prompts,
        (folder / "tapes",),
        workers=workers,
        bridges_max=bridges_max,
        rtp_timeout_ms=rtp_timeout_ms,
    )


def new_exchange(folder: Path, settings: PoolSettings) -> Exchange:
    """An exchange that is not started yet."""
    exchange: Exchange
    pool = MediaPool(
        settings, lambda notice: exchange.notices.append(notice), lambda sessions: exchange.lost.extend(sessions)
    )
    exchange = Exchange(folder, pool)
    return exchange


async def run(exchange: Exchange) -> AsyncIterator[Exchange]:
    """Start an exchange, lend it, stop it."""
    await exchange.pool.start()
    try:
        yield exchange
    finally:
        for phone in exchange.phones:
            phone.unplug()
        await exchange.pool.stop()


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    """One worker."""
    async for running in run(new_exchange(tmp_path, settings_for(tmp_path))):
        yield running


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Exchange]:
    """Two workers that take silence for a dead line after one second."""
    async for running in run(new_exchange(tmp_path, settings_for(tmp_path, workers=2, rtp_timeout_ms=1_000))):
        yield running


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    """A whole hotline on free ports."""
    line = await Hotline(tmp_path).start()
    yield line
    await line.stop()


@pytest.fixture
async def callers() -> AsyncIterator[PhoneBank]:
    """Telephones at the trunk's address."""
    bank = await PhoneBank(TRUNK_HOST).start()
    yield bank
    await bank.stop()


@pytest.fixture
async def desk() -> AsyncIterator[PhoneBank]:
    """Telephones of agents."""
    bank = await PhoneBank().start()
    yield bank
    await bank.stop()
