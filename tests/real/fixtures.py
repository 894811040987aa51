"""Fixtures over the real counterparts; `tests/conftest.py` makes them known to every test.

A program that is missing fails the test that asks for it, with the line that helps. Nothing is ever skipped.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real.children import Children
from tests.real.ports import free_ports
from tests.real.postgres import PostgresServer, private_postgres
from tests.real.programs import MissingProgram, path_of
from tests.real.redis import RedisProgram

__all__ = [
    "baresip",
    "children",
    "chromium",
    "free_port",
    "mortal_postgres",
    "mosquitto",
    "postgres",
    "private_dir",
    "redis_server",
    "sipp",
]


def _path_or_fail(name: str) -> str:
    try:
        return path_of(name)
    except MissingProgram as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def sipp() -> str:
    """The path of SIPp, a SIP load generator that plays scenarios."""
    return _path_or_fail("sipp")


@pytest.fixture(scope="session")
def baresip() -> str:
    """The path of baresip, a SIP softphone without windows."""
    return _path_or_fail("baresip")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; as root it wants `--no-sandbox`."""
    return _path_or_fail("chromium")


@pytest.fixture(scope="session")
def mosquitto() -> str:
    """The path of Mosquitto, an MQTT broker."""
    return _path_or_fail("mosquitto")


@pytest.fixture
def free_port() -> Callable[..., int]:
    """Gives free ports: `free_port()` is one, `free_port(10)` the first of ten in a row."""
    return free_ports


@pytest.fixture
def private_dir() -> Iterator[Path]:
    """A folder that only this user reads, gone after the test; its path is short enough for Unix sockets."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def children(private_dir: Path) -> Iterator[Children]:
    """Starts programs whose logs lie in `private_dir`; all are dead when the test is over."""
    held = Children(private_dir)
    try:
        yield held
    finally:
        held.end()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of this run's own, for tests that make themselves a database in it and do not kill it."""
    with private_postgres() as server:
        yield server


@pytest.fixture
def mortal_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of one test's own, to be killed."""
    with private_postgres() as server:
        yield server


@pytest.fixture
def redis_server(private_dir: Path, children: Children) -> RedisProgram:
    """A Redis of one test's own, to be killed."""
    _path_or_fail("redis-server")
    server = RedisProgram(private_dir, children)
    server.start()
    return server
