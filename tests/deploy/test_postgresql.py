"""The PostgreSQL settings and the role that we ship, taken by a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.real.postgres import PROGRAMS, PostgresServer, beside_loops
from tests.source import ROOT

SHIPPED = ROOT / "deploy" / "postgresql"
GIVEN_BY_THE_TEST = {"listen_addresses"}
SETTING = re.compile(r"^([a-z_]+) = (?:'(.*)'|(\S+))$")
PROMISED = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
SECRET = "a word that nobody else knows"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL that reads the shipped file."""
    folder = Path(tempfile.mkdtemp(prefix="cc-pg-"))
    made = PostgresServer(folder)
    try:
        copy = folder / "contactcenter.conf"
        copy.write_text((SHIPPED / "contactcenter.conf").read_text())
        copy.chmod(0o644)
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write(f"include '{copy}'\n")
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def settings() -> dict[str, str]:
    """What the shipped file sets."""
    found = {}
    for line in (SHIPPED / "contactcenter.conf").read_text().splitlines():
        if line and not line.startswith("#"):
            match = SETTING.match(line)
            assert match, line
            found[match[1]] = match[2] or match[3]
    return found


def rows(server: PostgresServer, query: str) -> list[dict[str, Any]]:
    """What the server's administrator is answered."""

    async def ask() -> list[dict[str, Any]]:
        connection = await asyncpg.connect(host="127.0.0.1", port=server.port, user="postgres", database="postgres")
        try:
            return [dict(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return beside_loops(ask())


def test_every_setting_is_taken(server: PostgresServer) -> None:
    told = rows(server, "SELECT name, setting, applied, error FROM pg_file_settings")
    ours = {row["name"]: row for row in told if row["name"] in settings()}
    assert {row["name"] for row in told if row["error"]} <= GIVEN_BY_THE_TEST
    assert {name: row["setting"] for name, row in ours.items() if row["applied"]}.keys() >= (
        settings().keys() - GIVEN_BY_THE_TEST
    )
    sources = rows(server, "SELECT name, sourcefile, pending_restart FROM pg_settings WHERE sourcefile IS NOT NULL")
    from_us = {row["name"] for row in sources if row["sourcefile"].endswith("contactcenter.conf")}
    assert from_us == settings().keys() - GIVEN_BY_THE_TEST
    assert not [row["name"] for row in sources if row["pending_restart"]]


def test_acknowledged_means_on_the_disk(server: PostgresServer) -> None:
    assert {row["name"]: row["setting"] for row in rows(server, "SELECT name, setting FROM pg_settings")}.items() >= (
        PROMISED.items()
    )


def test_every_setting_has_its_ground() -> None:
    """A block of settings follows a comment, without an empty line in between."""
    for block in re.split(r"\n\s*\n", (SHIPPED / "contactcenter.conf").read_text()):
        assert block.lstrip().startswith("#"), block


def psql(server: PostgresServer, secret: Path) -> subprocess.CompletedProcess[str]:
    """Run the shipped statements as the administrator."""
    where = ("-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "-X", "-q")
    environment = os.environ | {"CONTACTCENTER_DB_PASSWORD_FILE": str(secret)}
    command = [str(PROGRAMS / "psql"), *where, "-f", str(SHIPPED / "create.sql")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_role_owns_its_database_and_no_more(server: PostgresServer, tmp_path: Path) -> None:
    secret = tmp_path / "db_password"
    assert psql(server, secret).returncode, "no role without a password"
    secret.write_text(f"{SECRET}\n")
    done = psql(server, secret)
    assert done.returncode == 0, done.stderr
    query = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication FROM pg_roles"
    (role,) = rows(server, f"{query} WHERE rolname = 'contactcenter'")
    assert not any(role.values())

    async def sign_in() -> object:
        address = f"postgresql://contactcenter@127.0.0.1:{server.port}/contactcenter"
        connection = await asyncpg.connect(address, password=SECRET)
        try:
            await connection.execute("CREATE SCHEMA journal")
            return await connection.fetchval("SHOW server_encoding")
        finally:
            await connection.close()

    assert beside_loops(sign_in()) == "UTF8"
