"""Many listeners in one process of their own: pages of the wallboard, or programs at the broker, and what they heard.

`bench.fan_out` starts it. A line with a number says how many changes are to come, all listeners together; the answers
are the lines READY, GO, and a report in JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp
import aiomqtt
import msgspec

from bench.sip_figures import percentile

__all__ = ["GO", "READY", "Heard", "Listeners"]

READY, GO = "ready", "go"
PATIENCE_S = 120.0  # after that the report says what came
TOPIC = "cc/main/facts/PresenceChanged"


class Heard(msgspec.Struct, frozen=True):
    """What all listeners heard; delays are from the stamp of the event, before its commit, in whole ms."""

    changes: int = 0
    messages: int = 0
    seconds: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    cpu_s: float = 0.0


class _Agent(msgspec.Struct):
    since_at: int


class _Page(msgspec.Struct):
    kind: str
    agents: list[_Agent] = []


class _Fact(msgspec.Struct):
    at: int


class Listeners:
    """Counts what comes until all has come."""

    def __init__(self) -> None:
        """Expect nothing."""
        self.expect(0)

    def expect(self, changes: int) -> None:
        """Forget what came; wait for so many changes."""
        self._expected = changes
        self._delays: list[int] = []
        self._messages = 0
        self._first = self._last = time.perf_counter()
        self._cpu = time.process_time()
        self._all = asyncio.Event()

    def heard(self, *happened_at: int) -> None:
        """Count one message with the changes in it, each with its own time (ms)."""
        now = time.time_ns() // 1_000_000
        self._last = time.perf_counter()
        if not self._messages:
            self._first = self._last
        self._messages += 1
        self._delays += [now - at for at in happened_at]
        if len(self._delays) >= self._expected:
            self._all.set()

    async def report(self) -> Heard:
        """Wait until all has come, or patience ends, and say what came."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._all.wait()
        except TimeoutError:
            print(f"{len(self._delays)} of {self._expected} changes came", file=sys.stderr)
        return Heard(
            changes=len(self._delays),
            messages=self._messages,
            seconds=self._last - self._first,
            p50_ms=percentile(self._delays, 50),
            p99_ms=percentile(self._delays, 99),
            cpu_s=time.process_time() - self._cpu,
        )


async def listen_to_pages(
    url: str, name: str, password: str, many: int, heard: Listeners, up: Callable[[], None]
) -> None:
    """Sign in once and hold so many wallboards open."""
    jar = aiohttp.CookieJar(unsafe=True)
    page = msgspec.json.Decoder(_Page)
    async with aiohttp.ClientSession(url, cookie_jar=jar, connector=aiohttp.TCPConnector(limit=0)) as browser:
        async with browser.post("/api/sign-in", json={"name": name, "password": password}) as answer:
            answer.raise_for_status()

        async def listen() -> None:
            async with browser.ws_connect("/ws/wallboard", origin=url) as socket:
                async for message in socket:
                    content = page.decode(message.data)
                    if content.kind == "snapshot":
                        up()
                    elif content.agents:
                        heard.heard(*(agent.since_at for agent in content.agents))

        await _together(listen, many)


async def listen_at_broker(
    url: str, name: str, password: str, many: int, heard: Listeners, up: Callable[[], None]
) -> None:
    """Hold so many connections to the broker, each subscribed to one kind of fact."""
    host, _, port = url.rpartition("/")[2].partition(":")
    fact = msgspec.json.Decoder(_Fact)
    protocol = aiomqtt.ProtocolVersion.V5

    async def listen() -> None:
        async with aiomqtt.Client(host, int(port), username=name, password=password, protocol=protocol) as client:
            await client.subscribe(TOPIC, qos=1)
            up()
            async for message in client.messages:
                heard.heard(fact.decode(message.payload).at)

    await _together(listen, many)


async def _together(listen: Callable[[], Awaitable[None]], many: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        for _ in range(many):
            tasks.create_task(_run(listen))


async def _run(listen: Callable[[], Awaitable[None]]) -> None:
    await listen()
    raise ConnectionError("a listener's connection ended")


async def main() -> None:
    """Connect all listeners, then report for each line that comes; the end of the input ends this."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("name")
    parser.add_argument("many", type=int)
    chosen = parser.parse_args()
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    password = (await lines.readline()).decode().strip()  # not among the words of the command, which everybody can read
    heard, ready, all_up = Listeners(), 0, asyncio.Event()

    def up() -> None:
        nonlocal ready
        ready += 1
        if ready == chosen.many:
            all_up.set()

    listen = listen_at_broker if chosen.url.startswith("mqtt") else listen_to_pages
    listening = asyncio.ensure_future(listen(chosen.url, chosen.name, password, chosen.many, heard, up))
    answering = asyncio.ensure_future(_answer(lines, heard, all_up))
    await asyncio.wait({listening, answering}, return_when=asyncio.FIRST_COMPLETED)
    if not answering.done():
        await listening  # its failure is what there is to say
    listening.cancel()


async def _answer(lines: asyncio.StreamReader, heard: Listeners, all_up: asyncio.Event) -> None:
    await all_up.wait()
    print(READY, flush=True)
    while line := await lines.readline():
        heard.expect(int(line))
        print(GO, flush=True)
        print(msgspec.json.encode(await heard.report()).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
