"""A PostgreSQL and a Redis of the bench's own, as they come out of the box, on loopback and on files that go again."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.children import Children
from tests.real.postgres import PASSWORD, PROGRAMS, PostgresServer
from tests.real.programs import path_of
from tests.real.redis import RedisProgram

__all__ = ["Postgres", "Redis", "own_postgres", "own_redis"]


@dataclass(frozen=True, slots=True)
class Postgres:
    """An empty database, and the process whose CPU time is the server's."""

    url: str
    password: str
    process: int
    version: str


@contextlib.contextmanager
def own_postgres(folder: Path) -> Iterator[Postgres]:
    """Give a server with an empty database for as long as the block lasts; `folder` decides which disk it uses."""
    with tempfile.TemporaryDirectory(prefix="cc-bench-", dir=folder) as place, contextlib.ExitStack() as life:
        server = PostgresServer(Path(place))
        life.callback(server.stop)
        server.start()
        server.prepare()
        process = int((Path(place) / "data" / "postmaster.pid").read_text().split()[0])
        words = subprocess.run([PROGRAMS / "postgres", "--version"], check=True, capture_output=True, text=True)
        yield Postgres(server.new_database(), PASSWORD, process, words.stdout.strip())


@dataclass(frozen=True, slots=True)
class Redis:
    """An empty server, which holds nothing on a disk."""

    program: RedisProgram
    process: int
    version: str


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[Redis]:
    """Give a Redis for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="cc-bench-", dir=folder) as place, contextlib.ExitStack() as life:
        children = Children(Path(place))
        life.callback(children.end)
        program = RedisProgram(Path(place), children)
        program.start()
        words = subprocess.run([path_of("redis-server"), "--version"], check=True, capture_output=True, text=True)
        yield Redis(program, children.started[-1].pid, " ".join(words.stdout.split()[:3]))
