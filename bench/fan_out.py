"""What it costs to tell a hundred listeners what changes: `python -m bench.fan_out [--quick]`.

A centre of the bench's own, engine and desk as processes; agents become ready and not ready; in another process a
hundred wallboards hear of it over WebSocket, or a hundred programs through a broker over MQTT. It asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from subprocess import PIPE, run

import msgspec

import contactcenter
from bench.measure import cpu_of
from bench.sip_centre import Centre, free_port
from bench.subscribers import GO, READY, Heard
from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.accounts.people import People
from contactcenter.adapters.database.store import open_database
from contactcenter.adapters.link.client import LinkClient
from contactcenter.model.events import NotReadyChosen, ReadyChosen
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Role
from tests.adapters.bus.broker import Broker
from tests.real.children import Children
from tests.real.programs import path_of

__all__ = ["KINDS", "Plan", "main", "measure"]

KINDS = ("websocket", "mqtt")
AGENTS = 100
AT_ONCE = 50  # changes of a burst that are under way to the engine together
SETTLE_S = 0.5
NOT_KNOWN = math.nan
BUS = """
[bus]
url = "mqtt://127.0.0.1:{port}"
username = "centre"
password = "file:{secret}"
snapshots_per_s = 4
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many listen; how many changes at which rate, and how many as fast as can be; runs for the medians."""

    listeners: int = 100
    changes: int = 100
    rate: int = 10
    burst: int = 200
    runs: int = 3


@dataclass(frozen=True, slots=True)
class Told:
    """One run: what the listeners heard, and the CPU time (s) that telling it took of desk and broker."""

    heard: Heard
    desk_s: float
    broker_s: float


class Publisher:
    """Whoever makes agents ready and not ready, through the desk's own way into the engine."""

    def __init__(self, link: LinkClient) -> None:
        """All agents are ready, as those are who are telephones alone."""
        self._link = link
        self._made = 0

    async def one(self) -> None:
        """Change the next agent's presence and wait for the commit."""
        turn, number = divmod(self._made, AGENTS)
        self._made += 1
        agent = AgentId(f"a{number + 1}")
        await self._link.submit(ReadyChosen(agent) if turn % 2 else NotReadyChosen(agent, "break"))

    async def paced(self, changes: int, rate: int) -> None:
        """Make changes at an even rate."""
        began = time.perf_counter()
        for number in range(changes):
            await asyncio.sleep(began + number / rate - time.perf_counter())
            await self.one()

    async def burst(self, changes: int) -> None:
        """Make changes as fast as the engine takes them."""
        for first in range(0, changes, AT_ONCE):
            await asyncio.gather(*(self.one() for _ in range(min(AT_ONCE, changes - first))))


class Audience:
    """The process in which all listeners are."""

    def __init__(self, process: asyncio.subprocess.Process, listeners: int) -> None:
        """Nothing was heard yet."""
        self._process = process
        self.listeners = listeners

    async def hears(self, changes: int, make: Callable[[], Awaitable[None]]) -> Heard:
        """Let changes be made, and return what was heard of them once all listeners heard all."""
        await self._say(str(changes * self.listeners))
        assert await self._line() == GO
        report, _ = await asyncio.gather(self._line(), make())
        return msgspec.json.decode(report, type=Heard)

    async def begin(self, password: str) -> None:
        """Return once all listen."""
        await self._say(password)
        assert await self._line() == READY

    async def _say(self, words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{words}\n".encode())
        await self._process.stdin.drain()

    async def _line(self) -> str:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise ConnectionError("the listeners ended")
        return line.decode().strip()


@asynccontextmanager
async def audience(url: str, name: str, password: str, listeners: int) -> AsyncIterator[Audience]:
    """Have so many listen, for as long as the block lasts."""
    words = ("-m", "bench.subscribers", url, name, str(listeners))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE)
    try:
        hearing = Audience(process, listeners)
        await hearing.begin(password)
        yield hearing
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@contextmanager
def own_broker(folder: Path) -> Iterator[Broker]:
    """Give a Mosquitto with the settings that we ship."""
    children = Children(folder)
    broker = Broker(folder, children, path_of("mosquitto"))
    try:
        broker.start()
        yield broker
    finally:
        children.end()


class Hall:
    """A running centre, its publisher and its broker."""

    def __init__(self, centre: Centre, publisher: Publisher, broker: Broker) -> None:
        """Begin with nothing told."""
        self._centre, self._publisher, self._broker = centre, publisher, broker

    async def supervisor(self) -> str:
        """Make an account that may look at wallboards and return its password."""
        database = await open_database(self._centre.folder / "var" / "records.db", "main")
        try:
            return await People(database, Passwords()).create("boss", Role.SUPERVISOR)
        finally:
            await database.close()

    @asynccontextmanager
    async def listening(self, kind: str, listeners: int) -> AsyncIterator[Audience]:
        """Have so many listen to the desk, or to the broker."""
        if kind == "websocket":
            place = f"http://127.0.0.1:{self._centre.http_port}", "boss", await self.supervisor()
        else:
            place = f"mqtt://127.0.0.1:{self._broker.port}", "crm", "crm-word"
        async with audience(*place, listeners) as hearing:
            yield hearing

    async def paced(self, hearing: Audience, plan: Plan) -> Told:
        """Tell changes at an even rate."""
        return await self._told(hearing, plan.changes, lambda: self._publisher.paced(plan.changes, plan.rate))

    async def burst(self, hearing: Audience, plan: Plan) -> Told:
        """Tell changes as fast as can be."""
        return await self._told(hearing, plan.burst, lambda: self._publisher.burst(plan.burst))

    async def unheard(self, plan: Plan) -> float:
        """Return the CPU time (s) that the desk takes for the paced changes when nobody listens."""
        before = self._spent()
        await self._publisher.paced(plan.changes, plan.rate)
        await asyncio.sleep(SETTLE_S)
        return self._spent()[0] - before[0]

    async def _told(self, hearing: Audience, changes: int, make: Callable[[], Awaitable[None]]) -> Told:
        before = self._spent()
        heard = await hearing.hears(changes, make)
        after = self._spent()
        return Told(heard, after[0] - before[0], after[1] - before[1])

    def _spent(self) -> tuple[float, float]:
        return self._centre.usage()["desk"].cpu_s, cpu_of(self._broker.child.pid)


async def tell(kinds: Sequence[str], centre: Centre, broker: Broker, plan: Plan) -> None:
    """Measure a running centre and print its lines."""
    async with LinkClient(centre.folder / "var" / "run" / "engine.sock", contactcenter.__version__) as link:
        hall = Hall(centre, Publisher(link), broker)
        unheard_s = await hall.unheard(plan)
        for kind in kinds:
            # Wallboards are told four times a second: of two changes of one agent within a turn they hear the last.
            told = plan if kind == "mqtt" else replace(plan, burst=min(plan.burst, AGENTS))
            async with hall.listening(kind, told.listeners) as hearing:
                paced = [await hall.paced(hearing, told) for _ in range(told.runs)]
                burst = [await hall.burst(hearing, told) for _ in range(told.runs)]
            print(line(f"{kind}, {told.rate} changes/s to {told.listeners}", paced, unheard_s))
            print(line(f"{kind}, {told.burst} changes at once", burst, NOT_KNOWN), flush=True)


COLUMNS = ("changes/s", "messages/s", "p50 ms", "p99 ms", "desk us", "more than 0", "broker us", "listeners us")


def line(name: str, runs: Sequence[Told], unheard_s: float) -> str:
    """Return one row: what was delivered, how late, and the CPU time of each message.

    The desk's is given twice: as it is, and what it is more than with nobody who listens (measured at the even rate).
    """
    rows = [_figures(told, unheard_s) for told in runs]
    return f"{name:<34}" + "".join(_cell(statistics.median(column)) for column in zip(*rows, strict=True))


def _cell(figure: float) -> str:
    return f"{'-':>14}" if math.isnan(figure) else f"{figure:>14,.1f}"


def _figures(told: Told, unheard_s: float) -> tuple[float, ...]:
    heard = told.heard
    seconds, messages = heard.seconds or 1.0, heard.messages or 1
    costs = (1e6 * spent / messages for spent in (told.desk_s, told.desk_s - unheard_s, told.broker_s, heard.cpu_s))
    return (heard.changes / seconds, heard.messages / seconds, heard.p50_ms, heard.p99_ms, *costs)


def measure(kinds: Sequence[str], plan: Plan, folder: Path) -> None:
    """Start a centre and a broker, and measure each way of telling."""
    print(f"{'':<34}" + "".join(f"{title:>14}" for title in COLUMNS), flush=True)
    with ExitStack() as life:
        place = Path(life.enter_context(tempfile.TemporaryDirectory(prefix="cc-bench-", dir=folder)))
        centre = Centre(place, AGENTS, free_port())
        (place / "broker").mkdir()
        broker = life.enter_context(own_broker(place / "broker"))
        (place / "secret").write_text("centre-word")
        with (place / "config" / "center.toml").open("a") as file:
            file.write(BUS.format(port=broker.port, secret=place / "secret"))
        asyncio.run(tell(kinds, life.enter_context(centre), broker, plan))


def versions() -> str:
    """Say which programs are measured."""
    words = run([path_of("mosquitto"), "-h"], capture_output=True, text=True).stdout
    found = re.search(r"mosquitto version (\S+)", words)
    return f"aiohttp {version('aiohttp')}, aiomqtt {version('aiomqtt')}, Mosquitto {found[1] if found else '?'}"


def main() -> None:
    """Print the command, then the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kind", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--listeners", type=int, default=100)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--quick", action="store_true", help="one run: a minute")
    chosen = parser.parse_args()
    quick = {"changes": 40, "burst": 50, "runs": 1} if chosen.quick else {}
    print(f"$ python -m bench.fan_out {' '.join(sys.argv[1:])}".rstrip())
    print(versions())
    measure(KINDS if chosen.kind == "both" else (chosen.kind,), Plan(chosen.listeners, **quick), chosen.folder)


if __name__ == "__main__":
    main()
