"""One media worker as its supervisor sees it: the process, the socket, requests that wait for their answers.

A worker that does not answer in time is killed: a call without sound is worse than one that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from contactcenter.adapters.telephony.worker_wire import (
    NOTICE,
    Answer,
    Done,
    Down,
    Figures,
    FrameReader,
    Notice,
    Opened,
    Ready,
    Recorded,
    RecordFailed,
    Refused,
    Request,
    Upward,
    WireBroken,
    decode_up,
    frame,
)

START_SECONDS: Final = 30.0
"""Python, numpy and the prompts, on a machine that is busy starting everything else."""
ANSWER_SECONDS: Final = 10.0
"""Requests take microseconds, a fetched file milliseconds, an fsync on a bad disk seconds."""
STOP_SECONDS: Final = 40.0
"""More than the worker gives its disk."""
MODULE: Final = "contactcenter.adapters.telephony.worker"
_ANSWERS: Final = (Done, Opened, Refused, Recorded, RecordFailed, Figures)


class MediaLost(Exception):
    """The worker that held the session died before it answered."""


class WorkerLink(asyncio.Protocol):
    """One worker process and the connection that it opens to us; `gone` is set once it has ended, however it did."""

    def __init__(
        self,
        socket_path: Path,
        arguments: list[str],
        on_notice: Callable[[Notice], None],
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.gone = asyncio.Event()
        self._socket_path = socket_path
        self._arguments = arguments
        self._on_notice = on_notice
        self._answer_seconds = answer_seconds
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._unsent = bytearray()
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._numbers = 0
        self._looked_at = 0
        self._look: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Start the process and wait until it is ready. Raises MediaLost if it does not become so."""
        loop = asyncio.get_running_loop()
        ready = self._waiting[NOTICE] = loop.create_future()
        self._socket_path.unlink(missing_ok=True)
        server = await loop.create_unix_server(lambda: self, self._socket_path)
        try:
            self.process = await self._spawn()
            await self._ready(ready, self.process)
        except BaseException:
            self.kill()
            self._end("the worker did not start")
            raise
        finally:
            server.close()
            self._socket_path.unlink(missing_ok=True)

    def ask(self, request: Request) -> asyncio.Future[Answer]:
        """Send a request, together with others of this turn of the loop, and give its answer later."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        if self._transport is None or self.gone.is_set():
            answer.set_exception(MediaLost("the worker is gone"))
            return answer
        self._numbers += 1
        self._waiting[self._numbers] = answer
        if not self._unsent:
            loop.call_soon(self._flush)
        self._unsent += frame(Down(self._numbers, request))
        if self._look is None:
            self._look = loop.call_later(self._answer_seconds, self._look_at_oldest)
        return answer

    async def answered(self, request: Request) -> Answer:
        """Send a request and wait for the answer. Raises MediaLost, after which the worker is gone."""
        return await self.ask(request)

    async def stop(self) -> None:
        """Let the worker complete its recordings and exit; one that does not is killed."""
        if self._transport is not None:
            self._flush()
            self._transport.close()
        if self.process is not None:
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self.process.wait()
            except TimeoutError:
                self.kill()
        self._end("the worker is gone")

    def kill(self) -> None:
        """End the process without a word."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the worker's connection; there is one only."""
        if self._transport is None:
            self._transport = cast(asyncio.Transport, transport)  # a stream's, though uvloop's is no subclass
        else:
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Take what came up; whoever does not speak our language is killed."""
        try:
            for body in self._reader.feed(data):
                up = decode_up(body)
                self._take(up.number, up.body)
        except WireBroken:
            self.kill()
            self._end("the worker is gone")

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker is gone: fail everything that waits."""
        if exc is not None:
            self.kill()
        self._end("the worker is gone")

    # Inside

    async def _spawn(self) -> asyncio.subprocess.Process:
        command = [sys.executable, "-m", MODULE, "--socket", str(self._socket_path), *self._arguments]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        return await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, env=environment
        )

    async def _ready(self, ready: asyncio.Future[Answer], process: asyncio.subprocess.Process) -> None:
        """Wait for the worker's first word, or for its early end. Raises MediaLost."""
        ended = asyncio.create_task(process.wait(), name="media-worker-start")
        try:
            either: set[asyncio.Future[Any]] = {ready, ended}
            await asyncio.wait(either, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if not ready.done():
            raise MediaLost("the worker did not start")
        await ready

    def _flush(self) -> None:
        """Write what was asked in this turn: each write wakes the worker."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(bytes(self._unsent))
        self._unsent.clear()

    def _look_at_oldest(self) -> None:
        """End a worker that left a request unanswered since the last look; a timer for each request would cost more."""
        self._look = None
        if self._waiting and next(iter(self._waiting)) <= self._looked_at:
            self.kill()
            self._end("the worker does not answer")
        elif self._waiting:
            self._looked_at = self._numbers
            self._look = asyncio.get_running_loop().call_later(self._answer_seconds, self._look_at_oldest)

    def _take(self, number: int, body: Upward) -> None:
        if isinstance(body, Ready):
            self._settle(NOTICE, Done())
        elif number == NOTICE:
            if not isinstance(body, (Done, Opened, Refused, Figures)):
                self._on_notice(body)
        elif isinstance(body, _ANSWERS):
            self._settle(number, body)

    def _settle(self, number: int, answer: Answer) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _end(self, reason: str) -> None:
        """Take the worker for gone, and fail what waits for it."""
        if self._transport is not None:
            self._transport.close()
        if self._look is not None:
            self._look.cancel()
            self._look = None
        self.gone.set()
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(MediaLost(reason))
                answer.exception()  # nobody may be waiting any more
