"""Live figures of queues and agents for wallboards and consoles: the day so far, pushed as it changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from contactcenter.adapters.accounts.sessions import Sessions
from contactcenter.adapters.console.gate import session_of
from contactcenter.adapters.console.socket import SESSION_S, CloseCode, PageGone, PageSocket
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.step import Entry
from contactcenter.reports.live import LiveFigures
from contactcenter.reports.service_level import Variant

__all__ = ["Board", "Wallboards", "day_bounds"]

TURN_S = 0.25  # four changes a second are life enough for an eye
HEARTBEAT_S = 5.0  # a page that hears nothing for longer marks itself stale
PAGES_MAX = 500

Page = dict[str, Any]
Changes = tuple[list[Page], list[Page]]


def day_bounds(now: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return when the local day around `now` (ms) begins and ends (ms); it may have 23 or 25 hours."""
    today = datetime.fromtimestamp(now // 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    tomorrow = (today + timedelta(days=1)).replace(tzinfo=zone)
    return int(today.timestamp()) * 1000, int(tomorrow.timestamp()) * 1000


class Board:
    """The figures of the centre's day."""

    def __init__(self, time_zone: str, variant: str, clock: Clock = wall_ms) -> None:
        """Count from the start of today in `time_zone` (IANA), with the service level's `variant`."""
        self._zone = ZoneInfo(time_zone)
        self._clock = clock
        from_at, self._until_at = day_bounds(clock(), self._zone)
        self.figures = LiveFigures(from_at, Variant(variant))

    def apply(self, entry: Entry) -> None:
        """Take an entry into account."""
        for fact in entry.facts:
            self.figures.apply(fact, entry.at)

    def queue_pages(self, after: int = -1) -> list[Page]:
        """Return the queues that changed after a version."""
        now = self._clock()
        if now >= self._until_at:
            from_at, self._until_at = day_bounds(now, self._zone)
            self.figures.roll(from_at)
        return [msgspec.to_builtins(queue) for queue in self.figures.queues(now, after)]

    def agent_pages(self, after: int = -1) -> list[Page]:
        """Return the agents that changed after a version."""
        return [msgspec.to_builtins(agent) for agent in self.figures.agents(after)]

    async def changes(self, every_s: float, after: int) -> AsyncIterator[Changes]:
        """Yield queues and agents that changed after a version, at most once in `every_s` seconds; may be empty."""
        while True:
            await asyncio.sleep(every_s)
            queues = self.queue_pages(after)
            agents = self.agent_pages(after)
            after = self.figures.version
            yield queues, agents


class Wallboards:
    """The sockets of wallboards."""

    def __init__(self, board: Board, sessions: Sessions, clock: Clock = wall_ms) -> None:
        """Show `board`."""
        self._board = board
        self._sessions = sessions
        self._clock = clock
        self._pages: set[PageSocket] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one wallboard until it goes."""
        page = PageSocket()
        response = await page.open(request)
        if len(self._pages) >= PAGES_MAX:
            await page.close(CloseCode.WAIT, "too many wallboards")
            return response
        self._pages.add(page)
        try:
            async with asyncio.TaskGroup() as tasks:
                speaking = [
                    tasks.create_task(page.keep_alive()),
                    tasks.create_task(self._speak(page)),
                    tasks.create_task(self._watch(page, session_of(request).token_hash)),
                ]
                async for _ in page.messages():
                    pass  # a wallboard only listens
                for task in speaking:
                    task.cancel()
        except* PageGone:
            pass
        finally:
            self._pages.discard(page)
        return response

    async def close(self) -> None:
        """Let all pages go: the desk goes down."""
        for page in list(self._pages):
            await page.close(CloseCode.GOING_DOWN, "going down")

    async def _speak(self, page: PageSocket) -> None:
        now = self._clock()
        queues, agents = self._board.queue_pages(), self._board.agent_pages()
        version = self._board.figures.version
        await page.send({"kind": "snapshot", "now_at": now, "queues": queues, "agents": agents})
        silent_s = 0.0
        async for queues, agents in self._board.changes(TURN_S, version):
            silent_s += TURN_S
            if queues or agents or silent_s >= HEARTBEAT_S:
                silent_s = 0.0
                await page.send({"kind": "figures", "now_at": self._clock(), "queues": queues, "agents": agents})

    async def _watch(self, page: PageSocket, token_hash: str) -> None:
        """End the page within seconds of its session; a wallboard that is looked at is no idle one."""
        while True:
            await asyncio.sleep(SESSION_S)
            session = await self._sessions.find_hash(token_hash)
            if session is None:
                await page.close(CloseCode.NO_SESSION, "signed out")
                return
            await self._sessions.touch(session)
