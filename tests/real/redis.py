"""A real Redis of a test's own: a free port of the loopback, a password, and nothing that outlives it.

It may be killed with -9, stopped in its tracks and started again, always empty, as one without a disk is.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import redis

from tests.real.children import Child, Children, wait_until
from tests.real.ports import free_ports
from tests.real.programs import path_of

__all__ = ["REDIS_PASSWORD", "RedisProgram"]

REDIS_PASSWORD = "a private word"
PATIENCE_S = 5.0


class RedisProgram:
    """One server; `start` and `kill` as often as wanted."""

    def __init__(self, folder: Path, children: Children) -> None:
        """Choose a port."""
        self._children = children
        self._folder = folder
        self._child: Child | None = None
        self.port = free_ports()

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = f"--port {self.port} --bind 127.0.0.1 --appendonly no --daemonize no --protected-mode yes"
        settings = self._folder / "redis.conf"
        settings.write_text(f'requirepass "{REDIS_PASSWORD}"\nsave ""\ndir {self._folder}\n')
        child = self._child = self._children.start(path_of("redis-server"), settings, *words.split())
        wait_until(lambda: self._answers() or not child.is_alive(), "Redis answers")
        assert child.is_alive(), child.text()

    def kill(self) -> None:
        """Kill it with -9: all it had is gone."""
        assert self._child is not None
        self._child.end()

    def stop(self) -> None:
        """Stop it in its tracks: connections stand, and nothing answers."""
        assert self._child is not None
        self._child.kill(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        assert self._child is not None
        self._child.kill(signal.SIGCONT)

    @contextlib.contextmanager
    def client(self) -> Iterator[redis.Redis]:
        """A connection beside ours, as an operator has it."""
        client = redis.Redis("127.0.0.1", self.port, password=REDIS_PASSWORD, socket_timeout=PATIENCE_S, protocol=2)
        with contextlib.closing(client):
            yield client

    def empty(self) -> None:
        """Throw everything away."""
        with self.client() as client:
            client.flushall()

    def all_keys(self) -> list[str]:
        """Return all keys, in order."""
        with self.client() as client:
            return sorted(key.decode() for key in client.scan_iter())

    def everything(self) -> bytes:
        """Return all that stands in it: keys, and values as they are kept."""
        with self.client() as client:
            return b"\n".join(part for key in client.scan_iter() for part in (key, *_contents(client, key)))

    def _answers(self) -> bool:
        with self.client() as client, contextlib.suppress(redis.RedisError):
            return bool(client.ping())
        return False


def _contents(client: redis.Redis, key: bytes) -> list[bytes]:
    found: list[bytes | str | None] = (
        [part for pair in client.hgetall(key).items() for part in pair] if client.type(key) == b"hash" else []
    )
    found += [] if found else [client.get(key)]
    return [part for part in found if isinstance(part, bytes)]
