"""Starts and supervises the processes of one installation: what dies is started again, what is told to end ends.

Knows nothing of what the processes do; one line per event goes to the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

__all__ = ["EX_CONFIG", "Supervisor"]

EX_CONFIG = 78  # sysexits.h: a process that ends so cannot be helped by starting it again
RESTART_SECONDS_FIRST, RESTART_SECONDS_MAX = 0.2, 10.0
STEADY_SECONDS = 30.0  # who lived that long is started again at once
END_SECONDS = 15.0  # for completing recordings and records; then it is killed

log = structlog.get_logger(__name__)


class Supervisor:
    """Keeps a set of Python processes alive until asked to stop."""

    def __init__(self, told: Callable[[str, int], None] = lambda name, status: None) -> None:
        """Supervise nothing yet; `told` hears of each process that ended unasked, with its status."""
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._told = told
        self.running: dict[str, int] = {}
        self.failed = 0

    def keep(self, name: str, arguments: Sequence[str], log_file: Path | None = None) -> None:
        """Keep `python -m ARGUMENTS` running under a name; what it writes goes to our own output or to a file's end."""
        self._tasks.append(asyncio.create_task(self._keep(name, arguments, log_file), name=name))

    @property
    def stopping(self) -> bool:
        """Whether all processes are to end, or have."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Let all processes end."""
        self._stopping.set()

    async def until_stopped(self) -> int:
        """Wait until stopped, by call or by SIGINT or SIGTERM; return the exit status for our own process."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        await self._stopping.wait()
        await asyncio.gather(*self._tasks)
        return self.failed

    async def _keep(self, name: str, arguments: Sequence[str], log_file: Path | None) -> None:
        pause_s = RESTART_SECONDS_FIRST
        while not self._stopping.is_set():
            began = asyncio.get_running_loop().time()
            status = await self._run(name, arguments, log_file)
            if self._stopping.is_set():
                return
            self._told(name, status)
            if status == EX_CONFIG:
                log.error("process cannot run", process=name, status=status)
                self.failed = status
                self.stop()
                return
            steady = asyncio.get_running_loop().time() - began > STEADY_SECONDS
            pause_s = RESTART_SECONDS_FIRST if steady else min(pause_s * 2, RESTART_SECONDS_MAX)
            log.warning("process ended, starting it again", process=name, status=status, pause_s=pause_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)

    async def _run(self, name: str, arguments: Sequence[str], log_file: Path | None) -> int:
        """Run a process to its end; end it when we are to stop."""
        command = (sys.executable, "-m", *arguments)
        with contextlib.ExitStack() as opened:
            # Appending, so that whoever shortens the file does not leave a hole in it.
            output = opened.enter_context(log_file.open("ab")) if log_file is not None else None
            child = await asyncio.create_subprocess_exec(
                *command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self.running[name] = child.pid
        ended = asyncio.create_task(child.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
            await asyncio.wait({ended}, timeout=END_SECONDS)
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):
                child.kill()
        self.running.pop(name, None)
        return await ended
