"""A centre of the bench's own: engine, desk and workers on free ports of loopback, with records in a folder that goes.

It starts, looks at and ends these processes, and nothing else.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import contactcenter
from bench.sip_figures import busy_ticks, cpu_ticks, resident_kb
from contactcenter.adapters.link.client import LinkClient
from contactcenter.runtime.ports import EngineFigures, LinkLost

__all__ = ["Centre", "NotStarted", "Usage", "free_port", "machine_busy_s", "usage_of"]

HERE = Path(__file__).resolve().parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
READY_SECONDS, END_SECONDS, LOOK_SECONDS = 60.0, 20.0, 0.1


class NotStarted(Exception):
    """The centre did not come up; the text holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process, or several, have used until now."""

    cpu_s: float = 0.0
    resident_kb: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.cpu_s + other.cpu_s, self.resident_kb + other.resident_kb)


def usage_of(process: int) -> Usage:
    """Return what a living process has used."""
    folder = Path(f"/proc/{process}")
    ticks = cpu_ticks((folder / "stat").read_text())
    return Usage(ticks / TICKS_PER_SECOND, resident_kb((folder / "status").read_text()))


def machine_busy_s() -> float:
    """Return how long (s) all cores of this machine have been busy since it started, summed."""
    return busy_ticks(Path("/proc/stat").read_text()) / TICKS_PER_SECOND


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Centre:
    """One centre with `agents` telephones behind `agent_port`; a context, so that its processes always end."""

    def __init__(self, folder: Path, agents: int, agent_port: int, with_desk: bool = True) -> None:
        """Lay the configuration out in `folder`; nothing runs yet."""
        self.folder = folder
        self.sip_port = free_port()
        self.http_port = free_port(socket.SOCK_STREAM)
        self._with_desk = with_desk
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        shutil.copytree(HERE / "config", folder / "config")
        ours = folder / "config" / "agents.toml"
        text = re.sub(r"(?m)^count = \d+", f"count = {agents}", ours.read_text())
        ours.write_text(text.replace(":17000", f":{agent_port}"))

    def __enter__(self) -> Centre:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> None:
        for name in ("engine", "desk") if self._with_desk else ("engine",):
            with (self.folder / f"{name}.log").open("wb") as log:
                self._processes[name] = subprocess.Popen(
                    [sys.executable, "-m", "contactcenter", name, "--config", str(self.folder / "config")],
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            self._wait_for(name)

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("CONTACTCENTER__")},
            "PYTHONPATH": str(HERE.parent),
            "CONTACTCENTER__SIP__PORT": str(self.sip_port),
            "CONTACTCENTER__HTTP__PORT": str(self.http_port),
            "CONTACTCENTER__PATHS__PROMPTS": str(HERE.parent / "config" / "prompts"),
        }

    def _wait_for(self, name: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not (self._link_answers() if name == "engine" else self._desk_answers()):
            if self._processes[name].poll() is not None or time.monotonic() > deadline:
                log = (self.folder / f"{name}.log").read_text(errors="replace")
                raise NotStarted(f"the {name} did not start:\n{log[-2_000:]}")
            time.sleep(LOOK_SECONDS)

    def _link_answers(self) -> bool:
        try:
            self.figures()
        except (LinkLost, OSError):
            return False
        return True

    def _desk_answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.http_port)) == 0

    def _end(self) -> None:
        for process in reversed(self._processes.values()):
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def usage(self) -> dict[str, Usage]:
        """Return what engine, desk and workers (together) have used until now. Raises OSError if one is gone."""
        used = {name: usage_of(process.pid) for name, process in self._processes.items()}
        used["workers"] = sum((usage_of(worker) for worker in self.workers()), Usage())
        return used

    def workers(self) -> list[int]:
        """Return the process ids of the media workers, which the engine started."""
        engine = self._processes["engine"].pid
        return [int(word) for word in Path(f"/proc/{engine}/task/{engine}/children").read_text().split()]

    def figures(self) -> EngineFigures:
        """Ask the engine for its own figures. Raises LinkLost."""
        return asyncio.run(self._ask())

    async def _ask(self) -> EngineFigures:
        async with LinkClient(self.folder / "var" / "run" / "engine.sock", contactcenter.__version__) as link:
            return await link.figures()

    def complaints(self) -> list[str]:
        """Return the lines of the logs that tell of errors."""
        lines = []
        for name in self._processes:
            for line in (self.folder / f"{name}.log").read_text(errors="replace").splitlines():
                if '"level": "error"' in line or '"level": "critical"' in line or "Traceback" in line:
                    lines.append(f"{name}: {line[:400]}")
        return lines
