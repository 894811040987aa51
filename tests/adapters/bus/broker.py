"""A private Mosquitto with the settings that we ship, and programs that speak with it under names of their own."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from contactcenter.adapters.bus.options import BusOptions
from tests.real.certificates import Papers
from tests.real.children import Child, Children, wait_until
from tests.real.ports import free_ports
from tests.real.programs import path_of
from tests.source import ROOT

__all__ = ["Broker", "Listener"]

PATIENCE_S = 40.0
SHIPPED = ROOT / "deploy" / "mosquitto"
USERS = ("centre", "crm", "wallboard", "anna", "bo")


class Broker:
    """The broker under test; it may be killed, stopped in its tracks and started again on its files."""

    def __init__(self, folder: Path, children: Children, program: str, papers: Papers | None = None) -> None:
        """Write its settings: the shipped ones, in a private place; with `papers` it speaks TLS alone."""
        self.folder, self.children, self.program = folder, children, program
        self.port = free_ports()
        (folder / "store").mkdir()
        (folder / "acl").write_text((SHIPPED / "contactcenter.acl").read_text())
        (folder / "passwords").write_text("".join(f"{user}:{user}-word\n" for user in USERS))
        subprocess.run([path_of("mosquitto_passwd"), "-U", folder / "passwords"], check=True, timeout=60)
        text = (SHIPPED / "contactcenter.conf").read_text()
        for shipped, ours in (
            ("/etc/mosquitto/contactcenter.passwd\nacl_file", f"{folder}/passwords\nacl_file"),
            ("/etc/mosquitto/contactcenter.acl", f"{folder}/acl"),
            ("listener 1883 127.0.0.1", f"listener {self.port} 127.0.0.1"),
            ("/var/lib/mosquitto/", f"{folder}/store/\nuser root"),
        ):
            assert shipped in text
            text = text.replace(shipped, ours)
        if papers is not None:
            text += f"\ncertfile {papers.certificate}\nkeyfile {papers.key}\n"
        (folder / "conf").write_text(text)
        for name in ("acl", "passwords", "conf"):
            (folder / name).chmod(0o600)
        self.child: Child

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.child = self.children.start(self.program, "-c", self.folder / "conf")
        wait_until(self._listens, f"the broker listens: {self.child.text()}")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Kill it without a word."""
        self.child.kill()
        self.child.wait()

    def options(self) -> BusOptions:
        """How the centre reaches it."""
        return BusOptions(
            host="127.0.0.1",
            port=self.port,
            position=self.folder / "bus.position",
            username="centre",
            password="centre-word",
            snapshots_per_s=4,
        )

    @asynccontextmanager
    async def client(
        self, user: str, *topics: str, password: str = "", patience_s: float = 20.0
    ) -> AsyncIterator[Listener]:
        """A program that is signed in as `user` and hears these topics; it gives an answer up after `patience_s`."""
        client = aiomqtt.Client(
            "127.0.0.1",
            self.port,
            username=user or None,
            password=password or f"{user}-word" if user else None,
            protocol=aiomqtt.ProtocolVersion.V5,
            timeout=patience_s,
        )
        async with client:
            listener = Listener(client, user)
            for topic in (*topics, f"cc/main/answer/{user}/#"):
                await client.subscribe(topic, qos=1)
            reader = asyncio.ensure_future(listener.read())
            try:
                yield listener
            finally:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)


class Listener:
    """What a program outside has heard, and what it asks."""

    def __init__(self, client: aiomqtt.Client, user: str) -> None:
        """Listen as `user`."""
        self.client, self.user = client, user
        self.heard: list[tuple[str, Any]] = []
        self.answers: dict[bytes, Any] = {}
        self.raw: list[bytes] = []
        self.retained: list[str] = []
        self.news = asyncio.Event()
        self.asked = 0
        self.is_over = False

    async def read(self) -> None:
        """Keep all that comes, until the broker goes."""
        try:
            await self._read()
        finally:
            self.is_over = True
            self.news.set()

    async def _read(self) -> None:
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            self.raw.append(message.payload)
            topic, content = str(message.topic), json.loads(message.payload)
            if message.retain:
                self.retained.append(topic)
            if topic.startswith("cc/main/answer/"):
                self.answers[getattr(message.properties, "CorrelationData", b"")] = content
            self.heard.append((topic, content))
            self.news.set()

    async def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait until something was heard, and return it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (found := condition()):
                    assert not self.is_over, f"the broker went before: {what}"
                    self.news.clear()
                    await self.news.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"never heard: {what}; heard {self.heard[-20:]}") from None

    def on(self, topic: str) -> list[Any]:
        """Return what was heard on a topic."""
        return [content for heard, content in self.heard if heard == topic]

    def facts(self) -> dict[tuple[int, int], Any]:
        """Return the facts that were heard by their place; a repeat must say the same."""
        found: dict[tuple[int, int], Any] = {}
        for topic, content in self.heard:
            if topic.startswith("cc/main/facts/"):
                place = content["sequence"], content["number"]
                assert found.setdefault(place, content) == content
        return found

    async def ask(self, kind: str, payload: bytes | None = None, *, topic: str = "", **fields: Any) -> Any:
        """Ask the centre and return its answer."""
        self.asked += 1
        properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.ResponseTopic = topic or f"cc/main/answer/{self.user}/{kind}"
        correlation = properties.CorrelationData = f"{self.user} {self.asked}".encode()
        words = json.dumps(fields).encode() if payload is None else payload
        await self.client.publish(f"cc/main/request/{self.user}/{kind}", words, 1, properties=properties)
        if topic:
            return None
        return await self.until(lambda: self.answers.get(correlation), f"the answer to {kind}")
