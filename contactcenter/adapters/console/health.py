"""Whether the desk lives, whether it can serve, and its figures for Prometheus."""

from __future__ import annotations

import asyncio

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from contactcenter.adapters.console.follower import Follower
from contactcenter.adapters.console.sign_in import answer
from contactcenter.adapters.metrics.registry import Metrics
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.runtime.ports import Link, LinkLost

__all__ = ["Health"]

ENGINE_S = 2.0  # how long a scrape waits for the engine
STALLED_MS = 2_000  # as long as the engine itself waits before it refuses new calls
BEHIND_MAX = 5_000  # entries that the records may lack before the desk says that it is not well


class Health:
    """The routes that machines ask."""

    def __init__(self, link: Link, follower: Follower, metrics: Metrics, clock: Clock = wall_ms) -> None:
        """Answer for these."""
        self._link = link
        self._follower = follower
        self._metrics = metrics
        self._clock = clock

    async def healthz(self, request: web.Request) -> web.StreamResponse:
        """The process answers."""
        return answer({"ok": True})

    async def readyz(self, request: web.Request) -> web.StreamResponse:
        """The desk can serve, or why not."""
        reasons = self.reasons() or await self._engine_reasons()
        return answer({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """All figures in the text format."""
        try:
            async with asyncio.timeout(ENGINE_S):
                self._metrics.engine = await self._link.figures()
        except (LinkLost, TimeoutError):
            self._metrics.engine = None
        self._metrics.gauges["records_behind"] = float(self._follower.records_behind())
        text = self._metrics.render(self._clock())
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _engine_reasons(self) -> list[str]:
        """Return why a connected engine cannot promise anything: it hangs, or its store does not take the journal.

        A lost database is told at once, not only when something waits for it: a balancer should send calls elsewhere.
        """
        try:
            async with asyncio.timeout(ENGINE_S):
                gauges = (await self._link.figures()).gauges
        except (LinkLost, TimeoutError):
            return ["the engine does not answer"]
        if not gauges.get("journal_reachable", 1.0):
            return ["the journal's database cannot be reached"]
        return ["the journal cannot be written"] if gauges.get("engine_stalled_ms", 0.0) >= STALLED_MS else []

    def reasons(self) -> list[str]:
        """Return what keeps the desk from serving."""
        reasons = []
        if not self._follower.connected:
            reasons.append("the engine cannot be reached")
        elif not self._follower.live.is_set():
            reasons.append("the journal is still being read")
        if self._follower.records_behind() > BEHIND_MAX:
            reasons.append("the records are behind")
        return reasons
