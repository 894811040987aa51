"""The shared state in Redis, put together for one process."""

from __future__ import annotations

import asyncio

from contactcenter.adapters.shared_state.cache import RedisCache
from contactcenter.adapters.shared_state.limiter import RedisLimiter
from contactcenter.adapters.shared_state.live import LivePublisher
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.ports import Figures
from contactcenter.adapters.shared_state.server import RedisServer
from contactcenter.runtime.ports import EngineFigures

__all__ = ["RedisState"]


class RedisState:
    """Cache and limits in one Redis."""

    def __init__(self, options: RedisOptions, domain: str, master: bytes) -> None:
        """Nothing is opened yet; `master` is the domain's secret."""
        self.server = RedisServer(options, domain)
        self.cache = RedisCache(self.server, master)
        self.limiter = RedisLimiter(self.server, options.key.encode())

    async def run(self) -> None:
        """Look whether the server is there, until cancelled."""
        await self.server.run()

    async def tell(self, figures: Figures, live: asyncio.Event) -> None:
        """Tell other desks the live state, until cancelled."""
        await LivePublisher(self.server, figures, live).run()

    def figures(self) -> EngineFigures:
        """Return what `/metrics` shows of it."""
        server, cache = self.server.figures(), self.cache.figures()
        return EngineFigures(gauges=server.gauges, counters=server.counters | cache.counters)

    async def close(self) -> None:
        """Let all connections go."""
        await self.server.close()
