"""A desk that only displays: sign-in and wallboard for supervisors, from the records and the live state in Redis alone.

It has no way to the engine and holds no customer's key; several may run, on other machines too. What it shows is as old
as what it heard last, and it says so.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog
from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.accounts.people import People
from contactcenter.adapters.accounts.sessions import ABSOLUTE_MS, IDLE_MS, Session, Sessions
from contactcenter.adapters.console.gate import Gate
from contactcenter.adapters.console.options import ConsoleOptions
from contactcenter.adapters.console.pages import Pages
from contactcenter.adapters.console.reads import center_words
from contactcenter.adapters.console.rights import DISPLAY_ROUTES, OVERSEERS
from contactcenter.adapters.console.server import Handler, WebServer, build_application
from contactcenter.adapters.console.sign_in import SignIn, answer
from contactcenter.adapters.console.wallboard import Wallboards
from contactcenter.adapters.database.store import Database, RecordsServer, open_database
from contactcenter.adapters.metrics.registry import Metrics
from contactcenter.adapters.shared_state.limiter import RedisLimiter
from contactcenter.adapters.shared_state.mirror import LiveReader, Mirror
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.server import RedisServer
from contactcenter.adapters.wall import wall_ms
from contactcenter.model.config import CenterConfig
from contactcenter.runtime.ports import EngineFigures

__all__ = ["DisplayOptions", "run_display"]

log = structlog.get_logger(__name__)


class DisplayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a display needs to know; `center` gives the names, which are not told over Redis."""

    records: Path | RecordsServer
    redis: RedisOptions
    console: ConsoleOptions
    center: CenterConfig
    domain: str = "main"
    session_idle_ms: int = IDLE_MS
    session_absolute_ms: int = ABSOLUTE_MS


class Display:
    """One display, from an open database to an open port."""

    def __init__(self, options: DisplayOptions, database: Database) -> None:
        """Put the parts together; nothing runs yet."""
        self._options = options
        center, console = options.center, options.console
        names = {agent.id: agent.name for agent in center.agents}
        self._redis = RedisServer(options.redis, options.domain)
        self._mirror = Mirror([queue.id for queue in center.queues], names)
        self._reader = LiveReader(self._redis, self._mirror)
        sessions = Sessions(database, idle_ms=options.session_idle_ms, absolute_ms=options.session_absolute_ms)
        limiter = RedisLimiter(self._redis, options.redis.key.encode())
        self._sign_in = SignIn(People(database, Passwords()), sessions, limiter, console.secure, OVERSEERS)
        self._metrics = Metrics(None, self._figures)
        self._wallboards = Wallboards(self._mirror, sessions)
        self._pages = Pages(())
        gate = Gate(console, sessions, _may_be_in_contact, _marks_what_is_old, DISPLAY_ROUTES)
        application = build_application(self._handlers(), gate, self._metrics, DISPLAY_ROUTES)
        self._server = WebServer(application, self._metrics)

    async def run(self) -> None:
        """Serve until cancelled. Raises OSError when the port is taken."""
        console = self._options.console
        try:
            await self._server.start(console.host, console.port)
            log.info("display listens", host=console.host, port=self._server.port)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._redis.run())
                tasks.create_task(self._reader.run())
        finally:
            await self._wallboards.close()
            await self._server.stop()
            await self._redis.close()

    def _handlers(self) -> dict[str, Handler]:
        return {
            "index": self._pages.wallboard,
            "wallboard_page": self._pages.wallboard,
            "static": self._pages.static,
            "healthz": self._healthz,
            "readyz": self._readyz,
            "metrics": self._show_metrics,
            "sign_in": self._sign_in.sign_in,
            "sign_out": self._sign_in.sign_out,
            "me": self._sign_in.me,
            "center": self._center,
            "wallboard_socket": self._wallboards.serve,
        }

    async def _healthz(self, request: web.Request) -> web.StreamResponse:
        return answer({"ok": True})

    async def _readyz(self, request: web.Request) -> web.StreamResponse:
        reasons = [] if self._redis.reachable else ["Redis cannot be reached"]
        reasons += ["the live state is not heard"] if self._mirror.is_old else []
        return answer({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def _show_metrics(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self._metrics.render(wall_ms()), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _center(self, request: web.Request) -> web.StreamResponse:
        words = center_words(self._options.center, {}, self._options.console.texts)
        return answer(words | {"display": True})

    def _figures(self) -> EngineFigures:
        figures = self._redis.figures()
        return EngineFigures(gauges=figures.gauges | self._mirror.gauges(), counters=figures.counters)


def _may_be_in_contact(session: Session) -> bool:
    """Say yes for want of knowing: a display gives agents nothing, and must not end a session within a contact."""
    return session.person.role not in OVERSEERS


def _marks_what_is_old() -> bool:
    """Let wallboards open at any time: they say by themselves how old their figures are."""
    return True


async def run_display(options: DisplayOptions) -> None:
    """Run a display until cancelled. Raises OSError when the port is taken."""
    database = await open_database(options.records, options.domain)
    try:
        await Display(options, database).run()
    finally:
        await database.close()
