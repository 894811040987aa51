"""Engine and desk as processes of their own, started and supervised; what stands in their way, and when they are ready.

Nothing here decides about contacts: it starts, asks and says.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from contactcenter.adapters.link.server import PATH_BYTES_MAX
from contactcenter.adapters.supervision import Supervisor
from contactcenter.app.log_files import LogFiles
from contactcenter.app.places import Places
from contactcenter.settings import Settings

__all__ = [
    "Port",
    "desk_url",
    "hindrances",
    "is_alive",
    "local_address",
    "ports_of",
    "reached_at",
    "ready_within",
    "start_processes",
]

ASK_AGAIN_SECONDS = 0.2
ASK_SECONDS = 2.0
ELSEWHERE = ("192.0.2.1", 9)  # TEST-NET-1: nothing is sent, the kernel only says which of our addresses it would use
PORTS_TRIED = 100  # how far a free port is looked for, to name it in the remedy


@dataclass(frozen=True, slots=True)
class Port:
    """A port that we are about to need, and the variable that chooses another one."""

    what: str
    kind: socket.SocketKind
    host: str
    number: int
    remedy: str

    def refusal(self, number: int) -> int:
        """Return the error number of binding, 0 if it would do."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, self.kind) as probe:
            if self.kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, number))
            except OSError as refused:
                return refused.errno or errno.EINVAL
        return 0

    def free(self) -> int:
        """Return a free port near by."""
        following = range(self.number + 1, min(self.number + PORTS_TRIED, 65_536))
        return next((number for number in following if not self.refusal(number)), 0)


def hindrances(settings: Settings, with_traffic: bool) -> Iterator[str]:
    """Yield in one line each what keeps a centre with these settings from starting here, with the remedy."""
    link = Places(settings.paths.var).socket
    if len(os.fsencode(link)) > PATH_BYTES_MAX:
        yield f"the path {link} is longer than {PATH_BYTES_MAX} bytes; set  CONTACTCENTER__PATHS__VAR=/a/shorter/one"
    elif is_alive(link):
        yield f"a centre runs already on the records in {settings.paths.var}"
    for port in ports_of(settings, with_traffic):
        refusal = port.refusal(port.number)
        if refusal == errno.EADDRINUSE:
            remedy = port.remedy.format(port.free())
            yield f"port {port.number} ({port.what}) is taken by another program; to use another one, set  {remedy}"
        elif refusal:
            yield f"port {port.number} ({port.what}) at {port.host} cannot be used: {os.strerror(refusal)}"


def ports_of(settings: Settings, with_traffic: bool) -> Iterator[Port]:
    """Yield the ports that a centre with these settings needs for itself."""
    http, sip = settings.http, settings.sip
    yield Port("web pages", socket.SOCK_STREAM, http.bind, http.port, "CONTACTCENTER__HTTP__PORT={}")
    yield Port("telephones", socket.SOCK_DGRAM, sip.bind, sip.port, "CONTACTCENTER__SIP__PORT={}")
    for carrier in settings.sms if with_traffic else ():
        url = urlsplit(carrier.send_url)
        if url.hostname == "127.0.0.1" and url.port:
            variable = f"CONTACTCENTER__SMS__{carrier.name.upper()}__SEND_URL"
            remedy = f"{variable}=http://127.0.0.1:{{}}{url.path}"
            yield Port("the demonstration's SMS carrier", socket.SOCK_STREAM, url.hostname, url.port, remedy)


def is_alive(path: Path) -> bool:
    """Tell whether an engine answers on the socket at `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def start_processes(supervisor: Supervisor, logs: LogFiles, folder: Path, lan: str) -> None:
    """Start the engine (which starts its media workers), the desk, and the keeper of snapshots."""
    shared = ["--config", str(folder), *(["--lan", lan] if lan else [])]
    for name in ("engine", "desk", "keeper"):
        supervisor.keep(name, ["contactcenter", name, *shared], logs.of(name))


def desk_url(settings: Settings) -> str:
    """Return where this machine reaches its own desk."""
    return f"http://{reached_at(settings.http.bind)}:{settings.http.port}"


def reached_at(bind: str) -> str:
    """Return the host under which what listens at `bind` is reached from this machine, as URLs want it."""
    if bind in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{bind}]" if ":" in bind else bind


async def ready_within(settings: Settings, seconds: float, waiting: Callable[[str], None] = lambda why: None) -> bool:
    """Wait until the desk says that it and the engine are ready; `waiting` hears of what it still waits for."""
    url = f"{desk_url(settings)}/readyz"
    try:
        async with asyncio.timeout(seconds), aiohttp.ClientSession() as client:
            while (reason := await _unready(client, url)) is not None:
                waiting(reason)
                await asyncio.sleep(ASK_AGAIN_SECONDS)
    except TimeoutError:
        return False
    return True


async def _unready(client: aiohttp.ClientSession, url: str) -> str | None:
    """Return why the desk is not ready, None when it is."""
    try:
        async with asyncio.timeout(ASK_SECONDS), client.get(url) as answer:
            if answer.status == 200:
                return None
            return str("; ".join((await answer.json())["reasons"]))
    except (aiohttp.ClientError, TimeoutError):
        return "the desk does not answer yet"


def local_address() -> str:
    """Return this machine's address on the local network, or the loopback address when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
