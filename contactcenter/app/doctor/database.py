"""PostgreSQL: version, the role's rights, what "committed" means there, the tables' revisions, its clock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from contactcenter.app.doctor.clock import judge_offset, now_ms
from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.doctor.network import is_this_machine
from contactcenter.app.stores import DOMAIN, records_of
from contactcenter.runtime.ports import StoreAway, StoreUnusable
from contactcenter.settings import Settings

__all__ = ["ServerSeen", "judge_database", "look_at_database"]

VERSION_LEAST = 160_000
MUST_BE_ON = ("fsync", "full_page_writes")
CONNECT_S = 3.0
DOCUMENT = "see deploy/postgresql/contactcenter.conf"
SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
ROLE = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"


class ServerSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What a database server says of itself and of us; revisions are empty where there are no tables yet."""

    version: int
    superuser: bool
    passes_walls: bool
    settings: Mapping[str, str]
    encoding: str
    secure: bool
    nearby: bool
    revisions: Mapping[str, tuple[str, str]]
    """For journal and records: the revision there, and the one that we know."""
    offset_ms: int
    uncertain_ms: int


def judge_database(seen: ServerSeen) -> list[Finding]:
    """Judge a server that let us in."""
    shown = f"PostgreSQL {seen.version // 10_000}.{seen.version % 10_000}"
    findings = []
    if seen.version < VERSION_LEAST:
        findings.append(error(f"{shown} is too old", "install PostgreSQL 16 or newer"))
    if seen.superuser:
        findings.append(error("our role is a superuser: row-level security does not hold", "ALTER ROLE … NOSUPERUSER"))
    elif seen.passes_walls:
        findings.append(error("our role passes row-level security by", "ALTER ROLE … NOBYPASSRLS"))
    for name in MUST_BE_ON:
        if seen.settings.get(name) == "off":
            findings.append(
                error(f"{name} is off: a power cut takes back what was promised", f"{name} = on; {DOCUMENT}")
            )
    if seen.settings.get("synchronous_commit") == "off":
        seen_off = "synchronous_commit is off there; the centre asks for it itself, others do not"
        findings.append(warning(seen_off, f"synchronous_commit = on; {DOCUMENT}"))
    if seen.encoding != "UTF8":
        findings.append(error(f"the database's encoding is {seen.encoding}", "create it anew with ENCODING 'UTF8'"))
    if not seen.secure and not seen.nearby:
        findings.append(
            error("the connection crosses a network without TLS", f"ssl = on, hostssl in pg_hba.conf; {DOCUMENT}")
        )
    for part, (there, known) in seen.revisions.items():
        findings += _judge_revision(part, there, known)
    findings += judge_offset("PostgreSQL", seen.offset_ms, seen.uncertain_ms)
    return findings or [fine(f"{shown}, tables of this release")]


def _judge_revision(part: str, there: str, known: str) -> list[Finding]:
    if there == known or not there:
        return []  # no tables yet: the first start makes them
    if there.zfill(len(known)) > known.zfill(len(there)):
        return [
            error(f"the {part} were written by a newer release ({there})", "start that release; there is no way back")
        ]
    return [
        warning(
            f"the {part} are of revision {there}, this release knows {known}", "make a backup; the next start migrates"
        )
    ]


async def look_at_database(settings: Settings) -> list[Finding]:
    """Sign in as the centre does and ask."""
    if not settings.store.url:
        return [fine("not in use: journal and records are files under var")]
    try:
        server = records_of(settings)
    except StoreUnusable as reason:
        return [error(str(reason), "see [store]")]
    import asyncpg

    from contactcenter.adapters.database.store import RecordsServer
    from contactcenter.adapters.journal.postgres_schema import Server

    assert isinstance(server, RecordsServer)
    try:
        (await Server(server.url, server.password, DOMAIN).connect()).terminate()  # as the centre does, with its words
    except StoreAway as reason:
        return [error(str(reason), "start the server, open the way to it; the centre tries again by itself")]
    except StoreUnusable as reason:
        return [error(str(reason), "correct user, password or pg_hba.conf; see deploy/postgresql/create.sql")]
    # Without the centre's own settings for a session, which would hide what the server does by itself.
    connection = await asyncpg.connect(server.url, password=server.password or None, timeout=CONNECT_S)
    try:
        return judge_database(await _seen(connection, urlsplit(server.url).hostname or ""))
    finally:
        connection.terminate()


async def _seen(connection: Any, host: str) -> ServerSeen:
    from contactcenter.adapters.journal.postgres_schema import SCHEMA

    role = await connection.fetchrow(ROLE)
    rows = await connection.fetch(SETTINGS)
    asked = now_ms()
    theirs = float(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp()) * 1000"))
    answered = now_ms()
    return ServerSeen(
        version=connection.get_server_version().major * 10_000 + connection.get_server_version().minor,
        superuser=role["rolsuper"],
        passes_walls=role["rolbypassrls"],
        settings={row["name"]: row["setting"] for row in rows},
        encoding=await connection.fetchval("SHOW server_encoding"),
        secure=bool(await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")),
        nearby=is_this_machine(host),
        revisions={
            "journal": (await _revision(connection, "journal.schema_versions", "max(version)"), str(SCHEMA)),
            "records": (
                await _revision(connection, "records.alembic_version", "max(version_num)"),
                await asyncio.to_thread(_known_records),
            ),
        },
        offset_ms=round(theirs - (asked + answered) / 2),
        uncertain_ms=round((answered - asked) / 2) + 1,
    )


async def _revision(connection: Any, table: str, column: str) -> str:
    if await connection.fetchval("SELECT to_regclass($1)", table) is None:
        return ""
    return str(await connection.fetchval(f"SELECT {column} FROM {table}") or "")


def _known_records() -> str:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from contactcenter.adapters.database.store import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head() or ""
