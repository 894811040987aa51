"""What one call costs a media worker: CPU per call, delay and loss, for each kind of call.

`python -m bench.media [--calls 40] [--seconds 5]` starts one worker on loopback and telephones that speak to it, and
prints a table. It asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import select
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from contactcenter.adapters.telephony.worker_client import MediaPool, PoolSettings
from contactcenter.adapters.telephony.worker_wire import Figures
from contactcenter.media.rtp import FRAME_MS, FRAME_SAMPLES, HEADER_BYTES, build

PROMPTS: Final = Path(__file__).resolve().parent.parent / "config" / "prompts"
STAMP_BYTES: Final = 8


@dataclass
class Telephones:
    """Many telephones on one thread: each sends a frame every 20 ms, stamped with its time, and reads what comes."""

    targets: list[tuple[str, int]] = field(default_factory=list)
    sockets: list[socket.socket] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)
    sent: int = 0
    heard: int = 0
    stopping: bool = False

    def add(self) -> int:
        """Plug in one more; gives its port."""
        phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        phone.bind(("127.0.0.1", 0))
        self.sockets.append(phone)
        port: int = phone.getsockname()[1]
        return port

    def run(self) -> None:
        """Speak and listen until told to stop; the telephones' frames are spread over the 20 ms."""
        poller = select.epoll()
        phones = {phone.fileno(): phone for phone in self.sockets}
        for descriptor in phones:
            poller.register(descriptor, select.EPOLLIN)
        step = FRAME_MS / 1_000 / len(self.sockets)
        begun, turn = time.monotonic(), 0
        while not self.stopping:
            while time.monotonic() >= begun + turn * step:
                self._say(turn)
                turn += 1
            for descriptor, _ in poller.poll(max(0.0, begun + turn * step - time.monotonic())):
                self._hear(phones[descriptor])
        poller.close()

    def _say(self, turn: int) -> None:
        number = turn % len(self.sockets)
        frame = turn // len(self.sockets)
        payload = time.monotonic_ns().to_bytes(STAMP_BYTES) + bytes(FRAME_SAMPLES - STAMP_BYTES)
        packet = build(False, 0, frame & 0xFFFF, frame * FRAME_SAMPLES, number + 1, payload)
        self.sockets[number].sendto(packet, self.targets[number])
        self.sent += 1

    def _hear(self, phone: socket.socket) -> None:
        packet = phone.recv(2_048)
        self.heard += 1
        stamp = int.from_bytes(packet[HEADER_BYTES : HEADER_BYTES + STAMP_BYTES])
        delay_ms = (time.monotonic_ns() - stamp) / 1_000_000
        if 0 <= delay_ms < 10_000:
            self.delays_ms.append(delay_ms)


Arrange = Callable[[MediaPool, int, Path], Awaitable[None]]


async def bridged(pool: MediaPool, number: int, tapes: Path) -> None:
    """Two parties who talk."""
    await pool.bridge(f"a{number}", f"b{number}")


async def recorded(pool: MediaPool, number: int, tapes: Path) -> None:
    """Two parties who talk and are recorded."""
    await bridged(pool, number, tapes)
    await pool.record(f"r{number}", tapes / f"{number}.wav", f"a{number}", f"b{number}")


async def waiting(pool: MediaPool, number: int, tapes: Path) -> None:
    """One caller who hears music."""
    await pool.play(f"a{number}", "m", ["music/hold"], loop=True)


KINDS: Final[dict[str, tuple[tuple[str, ...], Arrange]]] = {
    "bridged": (("a", "b"), bridged),
    "recorded": (("a", "b"), recorded),
    "music": (("a",), waiting),
}


async def measure(kind: str, calls: int, seconds: float) -> str:
    """Run one kind of call and describe what it cost."""
    legs, arrange = KINDS[kind]
    telephones = Telephones()
    with tempfile.TemporaryDirectory() as folder:
        settings = PoolSettings(PROMPTS, (Path(folder),), bridges_max=2 * calls)  # each party keeps a seat
        pool = MediaPool(settings, lambda _: None, lambda _: None)
        await pool.start()
        for number in range(calls):
            for leg in legs:
                await connect(pool, telephones, f"{leg}{number}")
            await arrange(pool, number, Path(folder))
        speaking = threading.Thread(target=telephones.run)
        speaking.start()
        await asyncio.sleep(1)
        before, begun = (await pool.ask_figures())[0], time.monotonic()
        telephones.delays_ms.clear()
        await asyncio.sleep(seconds)
        after, taken = (await pool.ask_figures())[0], time.monotonic() - begun
        telephones.stopping = True
        speaking.join()
        await pool.stop()
    for phone in telephones.sockets:
        phone.close()
    return row(kind, calls, before, after, taken, sorted(telephones.delays_ms))


async def connect(pool: MediaPool, telephones: Telephones, session: str) -> None:
    """Give one session its telephone."""
    port = telephones.add()
    local = await pool.open(session)
    telephones.targets.append((local.ip, local.port))
    await pool.remote(session, "127.0.0.1", port, codec=0)


def row(kind: str, calls: int, before: Figures, after: Figures, taken: float, delays_ms: list[float]) -> str:
    """One line of the table."""
    core = (after.cpu_ms - before.cpu_ms) / (taken * 1_000)
    received = after.packets.get("received", 0) - before.packets.get("received", 0)
    sent = after.packets.get("sent", 0) - before.packets.get("sent", 0)
    late = after.late_ticks - before.late_ticks
    delay = "      –       –"
    if delays_ms and kind != "music":
        delay = f"{delays_ms[len(delays_ms) // 2]:7.2f} {delays_ms[len(delays_ms) * 99 // 100]:7.2f}"
    return (
        f"{kind:9} {calls:5} {100 * core:7.1f} {100 * core / calls:10.3f} {received / taken:9.0f} {sent / taken:9.0f}"
        f" {delay} {late:5}"
    )


async def run(calls: int, seconds: float) -> None:
    """Measure every kind and print the table."""
    sys.stdout.write("call      calls  core %  core %/call  packets/s in, out   delay p50, p99 ms  late ticks\n")
    for kind in KINDS:
        sys.stdout.write(await measure(kind, calls, seconds) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.media", description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=5)
    arguments = parser.parse_args()
    asyncio.run(run(arguments.calls, arguments.seconds))


if __name__ == "__main__":
    main()
