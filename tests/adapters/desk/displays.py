"""Displays beside a house's desk: what they need, and how one waits for their answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from contactcenter.adapters.console.options import ConsoleOptions
from contactcenter.adapters.display import DisplayOptions, run_display
from tests.adapters.desk.house import House
from tests.adapters.shared_state.desks import options_of
from tests.real.ports import free_ports
from tests.real.redis import RedisProgram

__all__ = ["answers", "display"]


@asynccontextmanager
async def display(house: House, redis_server: RedisProgram) -> AsyncIterator[str]:
    """A display of the house; give where it is."""
    port = free_ports()
    options = DisplayOptions(
        records=house.folder / "records.db",
        redis=options_of(redis_server),
        console=ConsoleOptions(port=port),
        center=house.config,
    )
    running = asyncio.ensure_future(run_display(options))
    url = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession(url) as client:
            await answers(client, "/healthz", 200)
        yield url
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def answers(client: aiohttp.ClientSession, path: str, status: int) -> Any:
    """Wait until a path is answered with a status, and return the answer."""
    for _ in range(600):
        with contextlib.suppress(aiohttp.ClientConnectorError):
            async with client.get(path) as answer:
                if answer.status == status:
                    return await answer.json()
        await asyncio.sleep(0.05)
    raise AssertionError(f"{path} was never answered with {status}")
