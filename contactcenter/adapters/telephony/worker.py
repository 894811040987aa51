"""A media worker: the process that carries sound, one a core. It keeps a 20 ms tick, moves packets as they arrive,
and does what its supervisor says over a Unix socket.

It decides nothing. When the supervisor is gone it falls silent at once, completes its recordings and exits.
Run by the worker client as `python -m contactcenter.adapters.telephony.worker --socket PATH --prompts FOLDER`.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Final

from contactcenter.adapters.telephony.worker_control import (
    BRIDGES_MAX_DEFAULT,
    PORT_HIGH_DEFAULT,
    PORT_LOW_DEFAULT,
    Switchboard,
    WorkerSettings,
)
from contactcenter.adapters.telephony.worker_wire import (
    NOTICE,
    Answer,
    FrameReader,
    Notice,
    Ready,
    Refused,
    Up,
    WireBroken,
    decode_down,
    frame,
)
from contactcenter.media.rtp import FRAME_MS

CATCH_UP_TICKS_MAX: Final = 3
"""Frames missed by a stall of up to 60 ms are sent at once; a longer one is a pause."""
CONTROL_BYTES_WAITING_MAX: Final = 4 * 1024 * 1024
"""A supervisor that reads nothing for so long is as good as gone."""
LAST_WRITES_SECONDS: Final = 30
"""How long the disk may take over the recordings of a worker that ends."""
FAULTS_TOLD_MAX: Final = 10
"""A mistake of ours that each packet meets must not fill the log."""
NICENESS: Final = -10
"""Above ordinary programs, below what the system itself needs."""
CONTROL_READ_BYTES: Final = 65_536


class ControlLost(Exception):
    """The supervisor is gone, or speaks another language."""


class Control:
    """The worker's end of the Unix socket."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.descriptor = connection.fileno()
        self._reader = FrameReader()
        self._waiting = bytearray()

    @property
    def wants(self) -> int:
        """The epoll events to wait for."""
        return select.EPOLLIN | (select.EPOLLOUT if self._waiting else 0)

    def receive(self) -> list[bytes]:
        """Give the messages that came. Raises ControlLost."""
        try:
            received = self.connection.recv(CONTROL_READ_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise ControlLost from error
        if not received:
            raise ControlLost
        return self._reader.feed(received)

    def send(self, number: int, body: Answer | Notice) -> None:
        """Let one message go with the next `flush`. Raises ControlLost where nobody reads."""
        self._waiting += frame(Up(number, body))
        if len(self._waiting) > CONTROL_BYTES_WAITING_MAX:
            raise ControlLost

    def flush(self) -> None:
        """Send what waits, as far as it goes. Raises ControlLost."""
        try:
            while self._waiting:
                del self._waiting[: self.connection.send(self._waiting)]
        except BlockingIOError:
            return
        except OSError as error:
            raise ControlLost from error


class Worker:
    """The loop: packets when they come, frames every 20 ms, requests in between."""

    def __init__(self, settings: WorkerSettings, connection: socket.socket) -> None:
        self._poller = select.epoll()
        self._control = Control(connection)
        self._watched = self._control.wants
        self._board = Switchboard(settings, self._poller, self._tell)
        self._tick = 0
        self._next_tick_ns = 0

    def run(self) -> None:
        """Work until the supervisor is gone."""
        board = self._board
        board.disk.start()
        self._poller.register(self._control.descriptor, self._watched)
        self._poller.register(board.disk.wake_descriptor, select.EPOLLIN)
        sounds = board.shelf.fill()
        _calm_collector()
        self._next_tick_ns = time.monotonic_ns() + FRAME_MS * 1_000_000
        try:
            self._control.send(NOTICE, Ready(os.getpid(), sounds))
            while True:
                self._turn()
        except (ControlLost, WireBroken):
            self._end()

    def _turn(self) -> None:
        """Wait for packets until the next tick, and take them; then the tick."""
        left_ns = self._next_tick_ns - time.monotonic_ns()
        for descriptor, _ in self._poller.poll(max(0, left_ns) / 1_000_000_000):
            session = self._board.by_descriptor.get(descriptor)
            try:
                if session is not None:
                    session.receive(time.monotonic_ns() // 1_000_000)
                elif descriptor == self._control.descriptor:
                    self._take_requests()
                elif descriptor == self._board.disk.wake_descriptor:
                    self._board.disk.land()
            except (ControlLost, WireBroken):
                raise
            except Exception:
                self._note_fault()
        self._control.flush()
        if time.monotonic_ns() >= self._next_tick_ns:
            self._keep_time()
            self._control.flush()
        if self._control.wants != self._watched:
            self._watched = self._control.wants
            self._poller.modify(self._control.descriptor, self._watched)

    def _keep_time(self) -> None:
        """Do the ticks that are due; after a long stall the missed ones are left out."""
        beat, step_ns = self._board.beat, FRAME_MS * 1_000_000
        now_ns = time.monotonic_ns()
        late_ms = (now_ns - self._next_tick_ns) // 1_000_000
        beat.late_ms_max = max(beat.late_ms_max, late_ms)
        beat.late_ticks += late_ms > FRAME_MS
        due = (now_ns - self._next_tick_ns) // step_ns + 1
        if due > CATCH_UP_TICKS_MAX:
            self._tick += due - 1
            self._next_tick_ns += (due - 1) * step_ns
            due = 1
        for _ in range(due):
            self._tick += 1
            self._next_tick_ns += step_ns
            beat.ticks += 1
            try:
                self._board.tick(self._tick, now_ns // 1_000_000)
            except (ControlLost, WireBroken):
                raise
            except Exception:
                self._note_fault()

    def _take_requests(self) -> None:
        for body in self._control.receive():
            down = decode_down(body)
            answered = _Reply(self._control, down.number)
            try:
                self._board.handle(down.request, time.monotonic_ns() // 1_000_000, answered)
            except (ControlLost, WireBroken):
                raise
            except Exception:
                self._note_fault()
                answered(Refused("fault of the worker"))

    def _tell(self, notice: Notice) -> None:
        self._control.send(NOTICE, notice)

    def _note_fault(self) -> None:
        self._board.beat.faults += 1
        if self._board.beat.faults <= FAULTS_TOLD_MAX:
            traceback.print_exc(file=sys.stderr)

    def _end(self) -> None:
        """Fall silent, then let the disk finish."""
        self._control = _Deaf(self._control.connection)
        self._board.end_all(time.monotonic_ns() // 1_000_000)
        self._board.disk.finish(LAST_WRITES_SECONDS)


class _Reply:
    """Answers one request, once."""

    def __init__(self, control: Control, number: int) -> None:
        self._control = control
        self._number = number
        self._answered = False

    def __call__(self, answer: Answer) -> None:
        if not self._answered:
            self._answered = True
            self._control.send(self._number, answer)


class _Deaf(Control):
    """Stands for a supervisor that is gone."""

    def send(self, number: int, body: Answer | Notice) -> None:
        """Say it to nobody."""


def _calm_collector() -> None:
    """Keep the garbage collector from stopping the sound: what is loaded stays, full collections never come."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 1_000_000)


def _go_first() -> None:
    """Let sound go before everything else on the machine, where the system allows it."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)


def _settings(arguments: argparse.Namespace) -> WorkerSettings:
    return WorkerSettings(
        bind=arguments.bind,
        prompts=Path(arguments.prompts),
        roots=tuple(Path(root) for root in arguments.root),
        port_low=arguments.port_low,
        port_high=arguments.port_high,
        bridges_max=arguments.bridges_max,
        rtp_timeout_ms=arguments.rtp_timeout_ms,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="worker", description="Carries the sound of calls for its supervisor.")
    parser.add_argument("--socket", required=True, help="Unix socket on which the supervisor listens")
    parser.add_argument("--prompts", required=True, help="folder of the prompts, one below it per language")
    parser.add_argument("--root", action="append", default=[], help="folder to record to or play from; may be repeated")
    parser.add_argument("--bind", default="127.0.0.1", help="address of the RTP ports")
    parser.add_argument("--port-low", type=int, default=PORT_LOW_DEFAULT)
    parser.add_argument("--port-high", type=int, default=PORT_HIGH_DEFAULT)
    parser.add_argument("--bridges-max", type=int, default=BRIDGES_MAX_DEFAULT)
    parser.add_argument("--rtp-timeout-ms", type=int, default=30_000)
    return parser


def main() -> None:
    """Connect to the supervisor and work until it is gone."""
    arguments = _parser().parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to answer
    signal.signal(signal.SIGTERM, lambda *_: _hang_up(connection))
    _go_first()
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        connection.connect(arguments.socket)
    except ConnectionRefusedError:
        raise SystemExit("the supervisor went before this worker had begun") from None
    Worker(_settings(arguments), connection).run()


def _hang_up(connection: socket.socket) -> None:
    """End as if the supervisor had gone."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    main()
