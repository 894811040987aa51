"""Who may be killed: each dies by -9 and comes back, by supervision or because the run starts it again."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from tests.app.installation import Installation, eventually
from tests.real.children import Child

__all__ = ["Desk", "Engine", "Frozen", "Server", "Victim", "Worker"]

LOOK_S = 0.05
RESTART_S = 0.2  # as our own supervision does at first
WAIT_S = 60.0
EX_CONFIG = 78


class Victim(Protocol):
    """Something that is killed and must be there again."""

    name: str
    comes_back_by_itself: bool

    async def kill(self) -> None:
        """Kill it without a word."""

    async def restore(self) -> None:
        """Start it if nobody else does, and wait until it says that it is there."""


@dataclass
class _Supervised:
    """One of our processes, started again whenever it ends; `statuses` are those of ends that nobody asked for."""

    centre: Installation
    name: str
    comes_back_by_itself: bool = True
    statuses: list[int] = field(default_factory=list)
    _keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Keep it alive, which runs already, until stopped."""
        self._keeper = asyncio.ensure_future(self._keep())

    def forget(self) -> None:
        """Start it no more."""
        if self._keeper is not None:
            self._keeper.cancel()

    async def stop(self) -> int:
        """End it as its supervisor does, and return its status."""
        self.forget()
        child = self.child
        assert child is not None, self.name
        child.kill(signal.SIGTERM)
        return await asyncio.to_thread(child.wait)

    @property
    def child(self) -> Child | None:
        """The process that runs, or ran last."""
        return self.centre.engine if self.name == "engine" else self.centre.desk

    async def kill(self) -> None:
        """Kill the process alone, as the kernel does that needs memory."""
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    async def _keep(self) -> None:
        while True:
            child = self.child
            assert child is not None
            await eventually(lambda child=child: not child.is_alive(), f"the end of the {self.name}", math.inf)
            if child.running.returncode != -signal.SIGKILL:
                self.statuses.append(child.running.returncode)
            assert child.running.returncode != EX_CONFIG, child.text()[-4_000:]
            await asyncio.sleep(RESTART_S)
            again = self.centre.command(self.name)
            if self.name == "engine":
                self.centre.engine = again
            else:
                self.centre.desk = again

    def is_kept(self) -> bool:
        """Tell whether supervision goes on: it ends only when a process says that starting it again is of no use."""
        return self._keeper is not None and not self._keeper.done()


class Engine(_Supervised):
    """The engine; its media workers end with it."""

    def __init__(self, centre: Installation) -> None:
        super().__init__(centre, "engine")

    async def restore(self) -> None:
        """Wait for the successor."""
        await eventually(lambda: not self.is_kept() or self._is_ready(), "an engine that is ready", WAIT_S)
        assert self.is_kept(), "the engine says that it cannot run"

    def _is_ready(self) -> bool:
        return self.child is not None and self.child.is_alive() and "engine ready" in self.child.text()


class Desk(_Supervised):
    """The desk."""

    def __init__(self, centre: Installation) -> None:
        super().__init__(centre, "desk")

    async def restore(self) -> None:
        """Wait until the successor answers, ready or not."""
        async with asyncio.timeout(WAIT_S), aiohttp.ClientSession() as client:
            while await self.centre.unready(client) is None:
                assert self.is_kept(), "the desk says that it cannot run"
                await asyncio.sleep(LOOK_S)


@dataclass
class Worker:
    """A media worker; the engine starts the next one."""

    centre: Installation
    name: str = "media worker"
    comes_back_by_itself: bool = True

    async def kill(self) -> None:
        """Kill all workers of the engine that runs, if there are any yet."""
        for worker in self.centre.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    async def restore(self) -> None:
        """Wait for the next one."""
        await eventually(self.centre.workers, "a new media worker", WAIT_S)


@dataclass
class Frozen:
    """The engine, stopped in its tracks: it lives and answers nobody, as on a machine that swaps."""

    engine: Engine
    name: str = "frozen engine"
    comes_back_by_itself: bool = False
    _stopped: Child | None = None

    async def kill(self) -> None:
        """Stop it; one that is just being started is left alone."""
        child = self._stopped = self.engine.child
        if child is not None and child.is_alive():
            child.kill(signal.SIGSTOP)

    async def restore(self) -> None:
        """Let it go on, if nobody has killed it meanwhile."""
        if self._stopped is not None and self._stopped.is_alive():
            self._stopped.kill(signal.SIGCONT)
        await self.engine.restore()


@dataclass
class Server:
    """A server that nobody but the run starts again; the calls wait in threads."""

    name: str
    end: Callable[[], object]
    start: Callable[[], object]
    comes_back_by_itself: bool = False

    async def kill(self) -> None:
        """Kill it."""
        await asyncio.to_thread(self.end)

    async def restore(self) -> None:
        """Start it on the files that it left."""
        await asyncio.to_thread(self.start)
