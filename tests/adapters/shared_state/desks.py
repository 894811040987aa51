"""Desks that share a Redis, as far as the shared state goes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec

from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.redis_state import RedisState
from tests.real.redis import REDIS_PASSWORD, RedisProgram

__all__ = ["MASTER", "options_of", "running", "until"]

MASTER = bytes(range(32))
PATIENCE_S = 30.0


def options_of(server: RedisProgram, **changes: object) -> RedisOptions:
    """How a desk reaches the server; patient, for on a loaded machine a miss is no fault."""
    options = RedisOptions(
        host="127.0.0.1", port=server.port, key="shared by the desks", password=REDIS_PASSWORD, patience_s=10.0
    )
    return msgspec.structs.replace(options, **changes)


@asynccontextmanager
async def running(options: RedisOptions, master: bytes = MASTER) -> AsyncIterator[RedisState]:
    """A desk's state that looks after itself."""
    state = RedisState(options, "main", master)
    looking = asyncio.ensure_future(state.run())
    try:
        yield state
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
        await state.close()


async def until(condition: Callable[[], object], what: str) -> float:
    """Wait, generously, until a condition holds, and return how long that took (s)."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE_S, f"never came about: {what}"
        await asyncio.sleep(0.02)
    return time.monotonic() - began
