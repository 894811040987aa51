"""What hostile tests need: an installation that trusts few, attackers at addresses of their own, and oracles."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contactcenter.app.places import Places
from contactcenter.sip.grammar import Address
from tests.app.installation import Installation, eventually
from tests.real.children import Children
from tests.source import ROOT

__all__ = ["STRANGER", "TRUNK_HOST", "Attacker", "guarded", "head", "memory_kb", "sound", "tracebacks"]

# The carrier and the agents' phones are at 127.0.0.1, more phones may be at .2; whoever is elsewhere is a stranger.
TRUNK_HOST, PHONE_HOST, STRANGER = "127.0.0.1", "127.0.0.2", "127.0.0.66"


def guarded(folder: Path, children: Children) -> Installation:
    """An installation of the example centre that takes calls and phones from few addresses only."""
    config = folder / "centre" / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("demo"))
    center = config / "center.toml"
    text = center.read_text()
    text = text.replace('sources = ["127.0.0.0/8"]\ncalls_per_s', f'sources = ["{TRUNK_HOST}/32"]\ncalls_per_s')
    text = text.replace('phone_sources = ["127.0.0.0/8"]', f'phone_sources = ["{TRUNK_HOST}/32", "{PHONE_HOST}/32"]')
    assert text.count("/32") == 3, "the shipped settings look otherwise now"
    center.write_text(text)
    return Installation(folder, children, config)


@dataclass
class Attacker:
    """A UDP socket at a loopback address, which notes whatever comes back."""

    host: str
    target: Address
    got: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take any port."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind((self.host, 0))
        self.port: int = self.socket.getsockname()[1]
        asyncio.get_running_loop().add_reader(self.socket, self._read)

    def _read(self) -> None:
        while True:
            try:
                self.got.append(self.socket.recv(65_536))
            except OSError:
                return

    def send(self, datagram: bytes) -> None:
        """Send as it is."""
        try:
            self.socket.sendto(datagram, (self.target.host, self.target.port))
        except BlockingIOError:
            return

    def request(
        self, method: str, uri: str, headers: Mapping[str, str] | None = None, body: str = "", **names: str
    ) -> str:
        """Send a request that is as it should be but for the headers given here; returns its Call-ID."""
        at = f"{self.host}:{self.port}"
        call_id = names.get("call_id") or f"{id(self):x}{len(self.got)}{asyncio.get_running_loop().time()}"
        lines = {
            "Via": f"SIP/2.0/UDP {at};branch=z9hG4bK{names.get('branch') or call_id};rport",
            "Max-Forwards": "70",
            "From": f"<sip:attacker@{at}>;tag={names.get('tag', 'a')}",
            "To": f"<{uri}>",
            "Call-ID": call_id,
            "CSeq": f"{names.get('cseq', '1')} {method}",
            "Contact": f"<sip:attacker@{at}>",
            **({"Content-Type": "application/sdp"} if body else {}),
            **(headers or {}),
            "Content-Length": str(len(body.encode())),
        }
        text = f"{method} {uri} SIP/2.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.send((text + "\r\n" + body).encode("utf-8", "surrogateescape"))
        return call_id

    def statuses(self, call_id: str = "") -> list[int]:
        """The status codes that came, of one call or of all."""
        mine = [datagram for datagram in self.got if call_id.encode() in datagram]
        return [int(found[1]) for datagram in mine if (found := re.match(rb"SIP/2\.0 (\d{3})", datagram))]

    async def status(self, call_id: str) -> int:
        """Wait for the final answer to a call's request."""
        await eventually(lambda: any(code >= 200 for code in self.statuses(call_id)), f"an answer to {call_id}")
        return next(code for code in self.statuses(call_id) if code >= 200)

    def sdp(self, port: int = 40_000, host: str = "") -> str:
        """A session description with our codecs."""
        return (
            f"v=0\r\no=- 1 1 IN IP4 {host or self.host}\r\ns=-\r\nc=IN IP4 {host or self.host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
        )

    def close(self) -> None:
        """Let go of the port."""
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


def head(centre: Installation) -> int:
    """The sequence of the last journaled entry."""
    journal = sqlite3.connect(f"file:{Places(centre.folder).journal}?mode=ro", uri=True)
    try:
        return int(journal.execute("SELECT head FROM lease").fetchone()[0])
    finally:
        journal.close()


def tracebacks(centre: Installation) -> list[str]:
    """What engine and desk have logged that they should not: each line with a traceback or an error."""
    lines = [line for child in centre.children.started for line in child.text().splitlines()]
    return [line for line in lines if "Traceback" in line or '"level": "error"' in line or "Exception" in line]


def memory_kb(pid: int) -> int:
    """The resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]


def sound(centre: Installation) -> None:
    """Both processes live and none has complained."""
    assert centre.engine is not None and centre.engine.is_alive(), centre.engine and centre.engine.text()[-4_000:]
    assert centre.desk is not None and centre.desk.is_alive(), centre.desk and centre.desk.text()[-4_000:]
    assert not tracebacks(centre), "\n".join(tracebacks(centre))[:6_000]
