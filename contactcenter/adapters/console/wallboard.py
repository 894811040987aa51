"""Live figures of queues and agents for wallboards and consoles: the day so far, pushed as it changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from contactcenter.adapters.accounts.sessions import Sessions
from contactcenter.adapters.console.gate import session_of
from contactcenter.adapters.console.socket import SESSION_S, CloseCode, PageGone, PageSocket, written
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.entry import Entry
from contactcenter.reports.live import AgentFigures, LiveFigures, QueueFigures
from contactcenter.reports.modes import ModeFigures
from contactcenter.reports.service_level import Variant
from contactcenter.runtime.ports import StoreAway

__all__ = ["Board", "Shown", "Wallboards", "day_bounds", "pages_of"]

TURN_S = 0.25  # four changes a second are life enough for an eye
HEARTBEAT_S = 5.0  # a page that hears nothing for longer marks itself stale
PAGES_MAX = 500

Page = dict[str, Any]
Known = tuple[int, int, bool]
"""Edition, version, and whether it was marked as old."""
NOTHING: Known = (-1, -1, False)
Changes = tuple[list[Page], list[Page]]


def day_bounds(now: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return when the local day around `now` (ms) begins and ends (ms); it may have 23 or 25 hours."""
    today = datetime.fromtimestamp(now // 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    tomorrow = (today + timedelta(days=1)).replace(tzinfo=zone)
    return int(today.timestamp()) * 1000, int(tomorrow.timestamp()) * 1000


def pages_of(figures: Iterable[QueueFigures | AgentFigures]) -> list[Page]:
    """Return figures as pages show them."""
    return [msgspec.to_builtins(each) for each in figures]


class Shown(Protocol):
    """What wallboards show: counted here, or heard from the desk that counts."""

    @property
    def edition(self) -> int:
        """Which edition this is: a page that knows another one is told everything."""

    @property
    def version(self) -> int:
        """What rises with every change."""

    @property
    def is_old(self) -> bool:
        """Whether nobody has kept this up for too long."""

    @property
    def heard_at(self) -> int:
        """When this was right (ms)."""

    def now(self) -> int:
        """Return the centre's time (ms)."""

    def queues(self, after: int = -1) -> list[QueueFigures]:
        """Return the queues that changed after a version."""

    def agents(self, after: int = -1) -> list[AgentFigures]:
        """Return the agents that changed after a version."""

    def modes(self, after: int = -1) -> list[ModeFigures] | None:
        """Return the last switches of modes if any came after a version."""


class Board:
    """The figures of the centre's day."""

    edition = 0
    is_old = False

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

    @property
    def version(self) -> int:
        """What rises with every change."""
        return self.figures.version

    @property
    def heard_at(self) -> int:
        """What is counted here is right now."""
        return self._clock()

    def now(self) -> int:
        """Return the centre's time (ms)."""
        return self._clock()

    def queues(self, after: int = -1) -> list[QueueFigures]:
        """Return the queues that changed after a version."""
        now = self._clock()
        if now >= self._until_at:
            from_at, self._until_at = day_bounds(now, self._zone)
            self.figures.roll(from_at)
        return self.figures.queues(now, after)

    def agents(self, after: int = -1) -> list[AgentFigures]:
        """Return the agents that changed after a version."""
        return self.figures.agents(after)

    def modes(self, after: int = -1) -> list[ModeFigures] | None:
        """Return the last switches of modes if any came after a version."""
        return self.figures.mode_figures(after)

    def queue_pages(self, after: int = -1) -> list[Page]:
        """Return the queues that changed after a version, as pages show them."""
        return pages_of(self.queues(after))

    def agent_pages(self, after: int = -1) -> list[Page]:
        """Return the agents that changed after a version, as pages show them."""
        return pages_of(self.agents(after))

    async def changes(self, every_s: float, after: int) -> AsyncIterator[Changes]:
        """Yield queues and agents that changed after a version, at most once in `every_s` seconds; may be empty."""
        while True:
            await asyncio.sleep(every_s)
            queues = self.queue_pages(after)
            agents = self.agent_pages(after)
            after = self.figures.version
            yield queues, agents


class News:
    """What pages lack, written once for all that lack the same."""

    def __init__(self, shown: Shown) -> None:
        """Tell of `shown`."""
        self._shown = shown
        self._now: Known = NOTHING
        self._written_at = 0
        self._written: dict[tuple[Known, bool], str] = {}

    def since(self, known: Known, even_nothing: bool) -> tuple[str, Known]:
        """Return the message for a page that knows so much, empty when there is no news, and what it knows then."""
        shown = self._shown
        now = shown.edition, shown.version, shown.is_old
        if now != self._now or not 0 <= shown.now() - self._written_at < TURN_S * 1_000:
            self._now, self._written_at, self._written = now, shown.now(), {}
        asked = known, even_nothing
        if asked not in self._written:
            self._written[asked] = self._write(known, even_nothing)
        return self._written[asked], (shown.edition, shown.version, shown.is_old)

    def _write(self, known: Known, even_nothing: bool) -> str:
        shown, (edition, version, was_old) = self._shown, known
        whole, old = edition != shown.edition, shown.is_old
        after = -1 if whole else version
        queues, agents = shown.queues(after), shown.agents(after)
        modes = shown.modes(after)
        if not (whole or queues or agents or modes is not None or old != was_old or even_nothing):
            return ""
        kind = "snapshot" if whole else "figures"
        news = {"kind": kind, "now_at": shown.now(), "queues": pages_of(queues), "agents": pages_of(agents)}
        if modes is not None:
            news["modes"] = msgspec.to_builtins(modes)
        return written(news | ({"heard_at": shown.heard_at} if old else {}))


class Wallboards:
    """The sockets of wallboards."""

    def __init__(self, shown: Shown, sessions: Sessions) -> None:
        """Show `shown`."""
        self._shown = shown
        self._sessions = sessions
        self._pages: set[PageSocket] = set()
        self._news = News(shown)

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
        loop, known, silent_s = asyncio.get_running_loop(), NOTHING, 0.0
        while True:
            text, known = self._news.since(known, silent_s >= HEARTBEAT_S)
            if text:
                silent_s = 0.0
                await page.send_written(text)
            # All pages take their turn at the same moments, so that most of them lack the same.
            await asyncio.sleep(TURN_S - loop.time() % TURN_S)
            silent_s += TURN_S

    async def _watch(self, page: PageSocket, token_hash: str) -> None:
        """End the page within seconds of its session; a wallboard that is looked at is no idle one."""
        while True:
            await asyncio.sleep(SESSION_S)
            with contextlib.suppress(StoreAway):  # it is looked at again
                session = await self._sessions.find_hash(token_hash)
                if session is None:
                    await page.close(CloseCode.NO_SESSION, "signed out")
                    return
                await self._sessions.touch(session)
