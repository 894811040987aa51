"""The connection to Redis: a question is answered soon or not at all, and who asks never hears of an error.

After the first failure nobody asks any more but a probe, at once and then each second, until it is answered: what was
slow because we were busy ourselves is back before anybody hears of it. Keys may hold anything, whoever wrote it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.asyncio import BlockingConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError

from contactcenter.adapters.background import end_if_told
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.runtime.ports import EngineFigures

__all__ = ["PROBE_S", "SILENT_S", "RedisServer", "Script"]

PROBE_S = 1.0  # how often the server is looked for: back within 5 s, with room for what has to be written again
PROBE_PATIENCE_S = 1.0  # connecting anew over TLS takes several round trips
CONNECTIONS_MAX = 16
SILENT_S = 3.0  # a subscription over which nothing comes for so long is opened anew

log = structlog.get_logger(__name__)


class Script:
    """A small program that Redis runs as one step."""

    def __init__(self, text: str) -> None:
        """Keep its text."""
        self.text = text


class RedisServer:
    """One Redis for one domain."""

    def __init__(self, options: RedisOptions, domain: str) -> None:
        """Know where it is; nothing is opened yet."""
        self._options = options
        self._prefix = f"{options.prefix}:{domain}"
        self._client = _client(options)
        self._scripts: dict[Script, Any] = {}
        self._away = self._said = False
        self._doubt = asyncio.Event()
        self._asked = self._failed = 0
        self.on_return: list[Callable[[], Awaitable[None]]] = []

    def key(self, *words: str) -> str:
        """Return a key of this domain."""
        return ":".join((self._prefix, *words))

    @property
    def reachable(self) -> bool:
        """Whether the server answered when it was asked last."""
        return not self._away

    async def run_script(self, script: Script, keys: Iterable[str], *values: str | bytes | float) -> Any:
        """Run a script and return its answer, None when there is none in time."""
        known = self._scripts.get(script) or self._scripts.setdefault(script, self._client.register_script(script.text))
        return await self._ask(lambda: known(keys=list(keys), args=list(values)))

    async def read_hash(self, key: str) -> dict[bytes, bytes] | None:
        """Return all fields of a hash, None when there is no answer in time."""
        answer = await self._ask(lambda: self._client.hgetall(key))
        return answer if isinstance(answer, dict) else None

    @asynccontextmanager
    async def subscription(self, channel: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Subscribe and give what comes, until nothing comes for long. Raises whatever the library raises."""
        pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        try:
            async with asyncio.timeout(PROBE_PATIENCE_S):
                await pubsub.subscribe(channel)
            yield _messages(pubsub)
        finally:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(PROBE_PATIENCE_S):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def run(self) -> None:
        """Look whether the server is there, until cancelled."""
        while True:
            self._doubt.clear()
            await self._probe()
            end_if_told()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PROBE_S):
                    await self._doubt.wait()

    def figures(self) -> EngineFigures:
        """Return whether it is there, how often it was asked, and how often in vain."""
        return EngineFigures(
            gauges={"redis_reachable": float(self.reachable)},
            counters={"redis_asked": self._asked, "redis_failures": self._failed},
        )

    async def close(self) -> None:
        """Let all connections go."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(PROBE_PATIENCE_S):
                await self._client.aclose()

    async def _ask(self, question: Callable[[], Awaitable[Any]]) -> Any:
        if self._away:
            return None
        self._asked += 1
        try:
            async with asyncio.timeout(self._options.patience_s):
                return await question()
        except ResponseError as refusal:  # it is there, but does not do this: a full memory, a missing right
            self._failed += 1
            log.debug("Redis refused", reason=type(refusal).__name__)
        except Exception:
            self._failed += 1
            self._away = True
            self._doubt.set()
        return None

    async def _probe(self) -> None:
        try:
            async with asyncio.timeout(PROBE_PATIENCE_S):
                await self._client.ping()
        except Exception as failure:
            self._lost(failure)
            with contextlib.suppress(Exception):
                async with asyncio.timeout(PROBE_PATIENCE_S):
                    await self._client.connection_pool.disconnect(inuse_connections=False)
            return
        was_away, self._away = self._away, False
        if self._said:
            self._said = False
            log.info("Redis reached", host=self._options.host, port=self._options.port)
        for settle in self.on_return if was_away else ():
            await settle()

    def _lost(self, failure: Exception) -> None:
        self._away = True
        if not self._said:
            self._said = True
            options, reason = self._options, type(failure).__name__
            log.warning("no Redis", host=options.host, port=options.port, reason=reason)


async def _messages(pubsub: Any) -> AsyncIterator[bytes]:
    heard = time.monotonic()
    while time.monotonic() - heard < SILENT_S:
        message = await pubsub.get_message(timeout=SILENT_S)
        if message is not None and isinstance(message.get("data"), bytes):
            heard = time.monotonic()
            yield message["data"]


def _client(options: RedisOptions) -> Redis:
    secure: dict[str, Any] = {"ssl_ca_certs": options.authority or None, "ssl_check_hostname": True}
    pool = BlockingConnectionPool(
        max_connections=CONNECTIONS_MAX,
        timeout=options.patience_s,
        connection_class=SSLConnection if options.secure else Connection,
        host=options.host,
        port=options.port,
        username=options.username or None,
        password=options.password or None,
        socket_timeout=PROBE_PATIENCE_S,
        socket_connect_timeout=PROBE_PATIENCE_S,
        retry=Retry(NoBackoff(), 0),  # trying again is the probe's work; a caller must not wait for it
        protocol=2,
        **(secure if options.secure else {}),
    )
    return Redis.from_pool(pool)
