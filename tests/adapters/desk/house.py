"""A whole centre without lines: the real engine, journal, vault and link, and a desk that people reach over HTTP.

Engine and desk can be stopped and started again on the same files, as after a kill.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from argon2 import PasswordHasher

from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.accounts.people import People
from contactcenter.adapters.console.options import ConsoleOptions
from contactcenter.adapters.database.store import RecordsServer, open_database
from contactcenter.adapters.desk import Desk, DeskOptions, running_desk
from contactcenter.adapters.journal.postgres import PostgresJournal
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.link.client import LinkClient
from contactcenter.adapters.link.server import LinkServer
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model.commands import Command
from contactcenter.model.config import CenterConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import ConfigPublished, Event
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Role
from contactcenter.runtime.ports import DomainStore
from contactcenter.runtime.shell import Engine
from tests.real.postgres import PASSWORD
from tests.stories.centre import small_config

__all__ = ["TEXTS", "House", "Page", "open_house"]

PATIENCE_S = 20.0
RELEASE = "test"
TEXTS = {
    "menu_main": {"en": "How can we help?", "zh": "请选择"},
    "fault": {"en": "Report a fault", "zh": "报修"},
    "info": {"en": "Information", "zh": "咨询"},
    "enter_meter_number": {"en": "What is your meter number?"},
    "menu_wrong_key": {"en": "Please choose one of these."},
    "all_full": {"en": "We are sorry."},
    "goodbye": {"en": "Goodbye."},
}


class _EngineHouse:
    """The engine with its files, started and killed."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.socket = folder / "engine.sock"

    async def start(self, config: CenterConfig) -> None:
        file = self.folder / "journal.db"
        self.journal: DomainStore = PostgresJournal(self.url, PASSWORD) if self.url else SqliteJournal(file)
        self.engine = Engine(self.journal, self)
        self.vault = PersonVault(self.journal, bytes(32))
        self.link = LinkServer(self.socket, self.engine, self.journal, self.vault, RELEASE)
        await self.engine.start(ConfigPublished(f"config {config.name}", config))
        await self.link.start()

    async def stop(self) -> None:
        await self.link.close()
        await self.engine.stop()
        self.journal.close()

    def carry_out(self, command: Command) -> None:
        """There are no lines here."""

    def publish(self, entries: Sequence[Entry]) -> None:
        """Tell the desk."""
        with contextlib.suppress(AttributeError):
            self.link.publish(entries)

    def fault(self, cause: Event | Command, error: Exception) -> None:
        """A fault of ours must be seen."""
        raise AssertionError(f"{type(cause).__name__} failed") from error

    def ended(self, reason: str) -> None:
        """Nobody takes over here."""


class Page:
    """One WebSocket as a browser holds it; all that came stays readable."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.got: list[dict[str, Any]] = []
        self.requests = 0
        self.news = asyncio.Event()
        self.reader = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.got.append(msgspec.json.decode(message.data))
                self.news.set()
        self.news.set()

    async def wait(self, matches: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first message, old or new, that matches."""
        seen = 0
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for message in self.got[seen:]:
                    if matches(message):
                        return message
                seen = len(self.got)
                assert not self.reader.done(), f"closed with {self.socket.close_code}, got {self.got}"
                self.news.clear()
                await self.news.wait()

    async def kind(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Return the first message of a kind with these fields."""
        return await self.wait(lambda page: page["kind"] == kind and fields.items() <= page.items())

    async def contact(self, **fields: Any) -> dict[str, Any]:
        """Return the first contact that was shown with these fields."""
        found = await self.wait(lambda page: page["kind"] == "contact" and fields.items() <= page["contact"].items())
        return dict(found["contact"])

    async def say(self, **message: Any) -> None:
        """Send a message."""
        await self.socket.send_json(message)

    async def do(self, act: str, **fields: Any) -> dict[str, Any]:
        """Ask for an act and return its answer."""
        self.requests += 1
        request = self.requests
        await self.say(request=request, do=act, **fields)
        return await self.kind("answer", request=request)

    async def must(self, act: str, **fields: Any) -> None:
        """Ask for an act that must succeed."""
        answer = await self.do(act, **fields)
        assert answer["ok"], answer

    async def closed(self) -> int:
        """Wait for the end and return the close code."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait([self.reader])
        return self.socket.close_code or 0

    async def leave(self) -> None:
        """Close the page."""
        await self.socket.close()
        await asyncio.wait([self.reader])


class House:
    """The centre under test."""

    def __init__(self, folder: Path, config: CenterConfig, url: str, **options: Any) -> None:
        self.folder = folder
        self.records = RecordsServer(url, PASSWORD) if url else folder / "records.db"
        self.config = config
        self.options = options
        self.engine = _EngineHouse(folder, url)
        self.desk_life = AsyncExitStack()
        self.browsers: list[aiohttp.ClientSession] = []

    async def start_desk(self, port: int = 0) -> None:
        """Start a desk on the house's files, and wait until it is live; 0 is any free port."""
        await self.open_desk(port)
        await self.live()

    async def open_desk(self, port: int = 0) -> None:
        """Start a desk on the house's files, whether the engine is there or not."""
        why = (sys.executable, "-m", "tests.adapters.desk.explain", str(self.folder / "journal.db"))
        console = ConsoleOptions(port=port, texts=TEXTS, recordings=self.folder / "recordings", why=why)
        options = DeskOptions(records=self.records, master=bytes(32), console=console)
        options = msgspec.structs.replace(options, **self.options)
        self.link = await self.desk_life.enter_async_context(LinkClient(self.engine.socket, RELEASE, patience_s=0.5))
        self.desk: Desk = await self.desk_life.enter_async_context(running_desk(options, self.link))

    async def live(self) -> None:
        """Wait until the desk has caught up with the engine."""
        async with asyncio.timeout(PATIENCE_S):
            await self.desk.follower.live.wait()
            await self.desk.follower.reach(self.engine.engine.head(), PATIENCE_S)

    async def restart_desk(self) -> None:
        """Let the desk die without a word to its pages, and start it again."""
        await self.desk_life.aclose()
        await self.start_desk()

    async def restart_engine(self) -> None:
        """Let the engine die and start it again."""
        await self.engine.stop()
        await self.engine.start(self.config)

    async def account(self, name: str, role: Role, agent: AgentId | None = None) -> str:
        """Create an account and return its password."""
        database = await open_database(self.records, "main")
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        try:
            return await People(database, cheap).create(name, role, agent)
        finally:
            await database.close()

    @property
    def url(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.desk.port}"

    def browser(self, **headers: str) -> aiohttp.ClientSession:
        """A browser that keeps cookies."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = aiohttp.ClientSession(self.url, cookie_jar=jar, headers=headers)
        self.browsers.append(session)
        return session

    async def signed_in(self, name: str, role: Role, agent: AgentId | None = None) -> aiohttp.ClientSession:
        """A browser in which a new account is signed in."""
        password = await self.account(name, role, agent)
        browser = self.browser()
        async with browser.post("/api/sign-in", json={"name": name, "password": password}) as answer:
            assert answer.status == 200, await answer.text()
        return browser

    async def page(self, browser: aiohttp.ClientSession, path: str) -> Page:
        """Open a socket as a page of ours does."""
        return Page(await browser.ws_connect(f"{self.url}{path}", origin=self.url))

    async def agent(self, agent: AgentId, ready: bool = True) -> Page:
        """An agent with an open console, signed in without a phone, and ready."""
        page = await self.page(await self.signed_in(str(agent), Role.AGENT, agent), "/ws/console")
        await page.kind("snapshot")
        await page.must("station", station=None)
        if ready:
            await page.must("ready")
        return page

    async def visitor(self, **hello: Any) -> Page:
        """A visitor who said hello."""
        page = await self.page(self.browser(), "/ws/chat")
        await page.say(kind="hello", **{"entry": "web", "language": "en", "name": "Li Wei", **hello})
        return page


@asynccontextmanager
async def open_house(config: CenterConfig | None = None, url: str = "", **options: Any) -> AsyncIterator[House]:
    """A running house, on files or on the database at `url`; `options` go to the desk."""
    folder = Path(tempfile.mkdtemp(prefix="house"))  # the path of a socket is short
    house = House(folder, config or small_config(text_ring_ms=30_000), url, **options)
    await house.engine.start(house.config)
    try:
        await house.start_desk()
        yield house
    finally:
        for browser in house.browsers:
            await browser.close()
        await house.desk_life.aclose()
        await house.engine.stop()
        shutil.rmtree(folder, ignore_errors=True)
