"""One whole installation for a test: engine and desk as processes of their own, in a private folder, on free ports.

Everything is real: the processes may be killed with -9 and started again on the same files.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from contactcenter.adapters.sms.generic import generic_signature
from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.app.accounts import add_person, add_phone
from contactcenter.app.places import read_settings
from contactcenter.app.stores import journal_reader
from contactcenter.model.facts import Fact
from contactcenter.model.words import Role
from contactcenter.settings import Settings, read_secret
from contactcenter.sip.grammar import Address
from tests.adapters.desk.house import Page
from tests.real.children import Child, Children
from tests.real.ports import free_ports
from tests.source import ROOT

__all__ = ["Installation", "come_true", "eventually"]

PATIENCE_S = 40.0
MEDIA_PORTS = 100  # fifty sessions; more in a row are hard to find on a busy machine


async def eventually(condition: Any, what: str, within_s: float = PATIENCE_S) -> None:
    """Wait, generously, until a condition holds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"never came about: {what}"
        await asyncio.sleep(0.02)


async def come_true(condition: Callable[[], Awaitable[object]], what: str, within_s: float = PATIENCE_S) -> None:
    """Wait, generously, until a condition holds that has to be asked for."""
    deadline = time.monotonic() + within_s
    while not await condition():
        assert time.monotonic() < deadline, f"never came about: {what}"
        await asyncio.sleep(0.1)


@dataclass
class Installation:
    """The centre under test; `folder` holds everything it writes."""

    folder: Path
    children: Children
    config: Path = ROOT / "config"
    engine: Child | None = None
    desk: Child | None = None
    browsers: list[aiohttp.ClientSession] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    store: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose ports, and read the settings as the processes will."""
        media = free_ports(MEDIA_PORTS)
        self.environment = {
            "CONTACTCENTER__PATHS__VAR": str(self.folder),
            "CONTACTCENTER__HTTP__PORT": str(free_ports()),
            "CONTACTCENTER__SIP__PORT": str(free_ports()),
            "CONTACTCENTER__MEDIA__PORT_FIRST": str(media),
            "CONTACTCENTER__MEDIA__PORT_LAST": str(media + MEDIA_PORTS - 1),
            "CONTACTCENTER__MEDIA__WORKERS": "1",
            "CONTACTCENTER__SMS__DEMO__SEND_URL": f"http://127.0.0.1:{free_ports()}/messages",
            **self.store,
        }
        os.environ.update(self.environment)
        try:
            self.settings: Settings = read_settings(self.config)
        finally:
            for name in self.environment:
                del os.environ[name]

    # --- processes

    async def start(self, *stations: str) -> None:
        """Give stations telephones, start engine and desk, and wait until both are ready."""
        for station in stations:
            self.secrets[station] = await add_phone(self.settings, station, "SHA-256")
        await self.start_engine()
        await self.start_desk()

    async def start_engine(self) -> None:
        """Start an engine on the installation's files."""
        engine = self.engine = self._start("engine")
        await eventually(lambda: "engine ready" in engine.text(), "engine ready")

    async def start_desk(self) -> None:
        """Start a desk and wait until it is live."""
        self.desk = self._start("desk")
        async with aiohttp.ClientSession() as client:
            deadline = time.monotonic() + PATIENCE_S
            while await self.unready(client) != []:
                assert time.monotonic() < deadline, self.desk.text()
                await asyncio.sleep(0.05)

    async def unready(self, client: aiohttp.ClientSession) -> list[str] | None:
        """Return why the desk says that it is not ready, nothing when it is; None when it does not answer."""
        try:
            async with client.get(f"{self.url}/readyz") as answer:
                reasons: list[str] = (await answer.json())["reasons"]
                return reasons
        except aiohttp.ClientError:
            return None

    def _start(self, name: str) -> Child:
        return self.command(name)

    def command(self, *words: str | Path) -> Child:
        """Start one of our commands on the installation's files."""
        command = (sys.executable, "-m", "contactcenter", *words, "--config", self.config)
        return self.children.start(*command, env=self.environment, cwd=ROOT)

    def workers(self) -> list[int]:
        """Return the media workers that the engine has started."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (place / "cmdline").read_text()
            except OSError:
                continue
            if self.engine is not None and parent == self.engine.pid and "telephony.worker" in command:
                found.append(int(place.name))
        return found

    async def close(self) -> None:
        """End browsers; the children are ended by their holder."""
        for browser in self.browsers:
            await browser.close()

    # --- where things are

    @property
    def url(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.settings.http.port}"

    @property
    def sip(self) -> Address:
        """Where the SIP port is."""
        return Address("127.0.0.1", self.settings.sip.port)

    def facts(self, kind: type[Fact] | None = None) -> list[Any]:
        """Return what the journal holds by now."""
        reader = journal_reader(self.settings)
        try:
            return [fact for entry in reader.load() for fact in entry.facts if kind is None or isinstance(fact, kind)]
        finally:
            reader.close()

    # --- people

    async def agent(self, agent: str) -> Page:
        """Sign an agent in at a console of its own."""
        return await self.console(await self._signed_in(agent, Role.AGENT, agent))

    async def supervisor(self, name: str) -> aiohttp.ClientSession:
        """Sign a supervisor in, in a browser of its own."""
        return await self._signed_in(name, Role.SUPERVISOR, "")

    async def _signed_in(self, name: str, role: Role, agent: str) -> aiohttp.ClientSession:
        password = await add_person(self.settings, name, role, agent)
        browser = aiohttp.ClientSession(self.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.browsers.append(browser)
        async with browser.post("/api/sign-in", json={"name": name, "password": password}) as answer:
            assert answer.status == 200, await answer.text()
        return browser

    async def console(self, browser: aiohttp.ClientSession) -> Page:
        """Open an agent's console."""
        page = Page(await browser.ws_connect(f"{self.url}/ws/console", origin=self.url))
        try:
            await page.kind("snapshot")
        except BaseException:
            await page.leave()
            raise
        return page

    async def phone(self, bank: PhoneBank, station: str, manner: Manner) -> None:
        """Let a station's telephone register."""
        await bank.register(station, self.secrets[station], self.sip, manner)

    async def visitor(self, name: str, **hello: Any) -> Page:
        """Open a chat."""
        browser = aiohttp.ClientSession()
        self.browsers.append(browser)
        return await self.chat(browser, name, **hello)

    async def chat(self, browser: aiohttp.ClientSession, name: str, **hello: Any) -> Page:
        """Open a chat in a browser that is there."""
        page = Page(await browser.ws_connect(f"{self.url}/ws/chat", origin=self.url))
        await page.say(kind="hello", entry="hotline", language="en", name=name, **hello)
        return page

    async def text(self, number: str, body: str, message: str) -> int:
        """Post an SMS as the carrier does, signed; return the status, 0 when nobody listens."""
        provider = self.settings.sms[0]
        secret = read_secret(provider.secret, self.config.parent, self.folder, {})
        payload = json.dumps(
            {"id": message, "from": number, "to": provider.number, "text": body, "at": time.time_ns() // 1_000_000}
        ).encode()
        stamp = str(int(time.time()))
        signature = generic_signature(secret, stamp, payload)
        headers = {"X-Timestamp": stamp, "X-Signature": signature, "Content-Type": "application/json"}
        async with aiohttp.ClientSession() as client:
            try:
                url = f"{self.url}/channels/sms/{provider.name}/inbound"
                async with client.post(url, data=payload, headers=headers) as answer:
                    return answer.status
            except aiohttp.ClientError:
                return 0
