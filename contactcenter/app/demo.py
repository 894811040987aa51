"""The commands `serve` and `demo`: a whole centre started from one terminal, explained there, and ended with Ctrl-C.

The processes write their logs to files, so that the terminal stays readable; a line at its end says what happens.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from contactcenter.adapters.supervision import Supervisor
from contactcenter.app.live_line import live_line
from contactcenter.app.log_files import LogFiles
from contactcenter.app.logs import set_up_logs
from contactcenter.app.places import Places
from contactcenter.app.serve import hindrances, ready_within, start_processes
from contactcenter.app.sign_ins import customers_of, first_admin, renew_cast, write_cast
from contactcenter.app.welcome import say_demo, say_serve
from contactcenter.settings import Settings

__all__ = ["demo_settings", "run_centre"]

MISUSE, FAILED = 2, 1
READY_SECONDS = 60.0
LOOK_SECONDS = 2.0
LINES_PER_S = 2.0  # the spinner must not cost what a call costs
VAR = "CONTACTCENTER__PATHS__VAR"

Say = Callable[[], None]


def demo_settings(read: Callable[[], Settings]) -> Settings:
    """Return the settings that `read` reads, with records apart from those of a centre that is no demonstration."""
    settings = read()
    var = settings.paths.var
    if Places(var).journal.exists() and not _mark(var).exists():
        os.environ[VAR] = str(var / "demo")  # for us and for the processes we start
        settings = read()
    return settings


def _mark(var: Path) -> Path:
    return var / "demonstration"


async def run_centre(settings: Settings, folder: Path, lan: str, with_traffic: bool) -> int:
    """Run a centre until Ctrl-C and return the exit status; `lan` is our address on the local network or empty."""
    out = Console(highlight=False, soft_wrap=True)
    in_the_way = list(hindrances(settings, with_traffic))
    for reason in in_the_way:
        out.print(f"[red]error:[/red] {reason}")
    if in_the_way:
        return MISUSE
    settings.paths.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    logs = LogFiles(settings.paths.var)
    set_up_logs("serve", logs.of("serve"))
    with out.status("preparing the records"):
        say = await (_demonstration if with_traffic else _plain)(settings, out, lan)
    return await _Centre(settings, folder, lan, out, logs).run(say, with_traffic)


async def _plain(settings: Settings, out: Console, lan: str) -> Say:
    password = await first_admin(settings)
    return lambda: say_serve(out, settings, lan, password)


async def _demonstration(settings: Settings, out: Console, lan: str) -> Say:
    _mark(settings.paths.var).touch(mode=0o600)
    cast = await renew_cast(settings)
    write_cast(settings, cast)
    await customers_of(settings)
    return lambda: say_demo(out, settings, lan, cast)


class _Centre:
    """One centre from its first process to its last."""

    def __init__(self, settings: Settings, folder: Path, lan: str, out: Console, logs: LogFiles) -> None:
        self._settings = settings
        self._folder = folder
        self._lan = lan
        self._out = out
        self._logs = logs
        self._supervisor = Supervisor(self._told)

    async def run(self, say: Say, with_traffic: bool) -> int:
        """Start everything, say so, and wait for the end."""
        ended = asyncio.create_task(self._supervisor.until_stopped())
        start_processes(self._supervisor, self._logs, self._folder, self._lan)
        with self._out.status("starting") as status:
            ready = asyncio.create_task(
                ready_within(self._settings, READY_SECONDS, lambda why: status.update(f"starting: {why}"))
            )
            await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done() or not ready.result():
            ready.cancel()
            return await self._not_started(ended)
        say()
        if with_traffic:
            command = ["contactcenter", "traffic", "--config", str(self._folder)]
            self._supervisor.keep("traffic", command, self._logs.of("traffic"))
        await self._watch(ended)
        return ended.result()

    async def _not_started(self, ended: asyncio.Task[int]) -> int:
        """Say where to look; a centre that was told to end while it started is no failure."""
        asked = ended.done() and not self._supervisor.failed
        self._supervisor.stop()
        with self._out.status("ending"):
            await ended
        if asked:
            return 0
        self._out.print(f"[red]error:[/red] the centre did not start; its logs are in {self._logs.folder}:")
        for name in ("engine", "desk"):
            for line in self._logs.tail(name):
                self._out.print(f"{name}: {line}", markup=False, style="dim")
        return FAILED

    async def _watch(self, ended: asyncio.Task[int]) -> None:
        """Show the live line and keep the logs short until the end."""
        with self._out.status("", refresh_per_second=LINES_PER_S) as status:
            while not ended.done() and not self._supervisor.stopping:
                self._logs.shorten()
                status.update(await live_line(self._settings))
                await asyncio.wait({ended}, timeout=LOOK_SECONDS)
            status.update("ending")
            await ended

    def _told(self, name: str, status: int) -> None:
        self._out.print(
            f"[yellow]{name} ended unasked (status {status}) and is started again; see {self._logs.of(name)}[/yellow]"
        )
