"""The journal's tables in PostgreSQL, who may see which rows, and how a connection is opened.

Row-level security is the second wall: without `contactcenter.domain` set to its domain a connection sees no row, even
the owner's. Nothing here may change an entry once it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from contactcenter.runtime.ports import StoreAway, StoreUnusable

__all__ = ["MAY_PASS", "SCHEMA", "Server", "check_version", "migrate"]

SCHEMA = 1  # the newest migration below
MIGRATION_LOCK = 0x63_63_6A_31  # "ccj1": one engine migrates, others wait and find nothing to do
CONNECT_S = 5.0  # a server that is there answers within milliseconds
COMMAND_S = 10.0  # a commit that takes longer is begun anew on a fresh connection
SETTINGS = {
    "application_name": "contactcenter journal",
    "search_path": "journal",
    "synchronous_commit": "on",  # acknowledged means on the disk
    "tcp_keepalives_idle": "5",  # a machine that lost its power must not hold the domain for two hours
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
TABLES = ("lease", "batches", "person_keys", "erased_persons", "vault_secrets")
WALL = """
    ALTER TABLE journal.{0} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE journal.{0} FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_domain ON journal.{0} USING (domain = current_setting('contactcenter.domain', true));
"""

MIGRATIONS = {
    1: """
    CREATE TABLE journal.lease (
        domain text PRIMARY KEY, epoch bigint NOT NULL, head bigint NOT NULL, holder text NOT NULL
    );
    CREATE TABLE journal.batches (
        domain text NOT NULL, last_sequence bigint NOT NULL, first_sequence bigint NOT NULL, epoch bigint NOT NULL,
        at bigint NOT NULL, engine text NOT NULL, codec integer NOT NULL, crc32 bigint NOT NULL, blob bytea NOT NULL,
        PRIMARY KEY (domain, last_sequence)
    );
    ALTER TABLE journal.batches ALTER COLUMN blob SET STORAGE EXTERNAL; -- sealed parts do not shrink
    CREATE TABLE journal.person_keys (
        domain text NOT NULL, person text NOT NULL, lookup bytea, address_key text NOT NULL, wrapped bytea NOT NULL,
        PRIMARY KEY (domain, person), UNIQUE (domain, lookup)
    );
    CREATE TABLE journal.erased_persons (domain text NOT NULL, person text NOT NULL, PRIMARY KEY (domain, person));
    CREATE TABLE journal.vault_secrets (domain text PRIMARY KEY, fingerprint bytea NOT NULL);
    """
    + "".join(WALL.format(table) for table in TABLES),
}

MAY_PASS = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,  # the connection is closed
    asyncpg.InternalClientError,  # it closed in the middle of a statement
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shut down, starting up, crash of a sibling
    asyncpg.InsufficientResourcesError,  # disk full, no memory, too many connections
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is being promoted
)
"""What a server that restarts, fails over or is full makes of a statement: trying again may help."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a domain's journal is kept. `password` is empty where the server asks for none."""

    url: str
    password: str
    domain: str

    def __str__(self) -> str:
        """Return what messages may show: host and database."""
        parts = urlsplit(self.url)
        return f"PostgreSQL at {parts.hostname or 'this machine'}:{parts.port or 5432}{parts.path}"

    async def connect(self) -> asyncpg.Connection:
        """Open a connection that sees this domain alone. Raises StoreAway, StoreUnusable."""
        try:
            return await asyncpg.connect(
                self.url,
                password=self.password or None,
                timeout=CONNECT_S,
                command_timeout=COMMAND_S,
                server_settings=SETTINGS | {"contactcenter.domain": self.domain},
            )
        except MAY_PASS as error:
            raise StoreAway(f"{self}: cannot be reached ({type(error).__name__})") from error
        except (asyncpg.PostgresError, ValueError) as error:
            raise StoreUnusable(f"{self}: does not let us in: {error}") from error


async def check_version(connection: asyncpg.Connection, server: Server) -> int:
    """Return the version of the tables, 0 when there are none. Raises StoreUnusable when they are newer than we."""
    if await connection.fetchval("SELECT to_regclass('journal.schema_versions')") is None:
        return 0
    version = int(await connection.fetchval("SELECT coalesce(max(version), 0) FROM journal.schema_versions"))
    if version > SCHEMA:
        raise StoreUnusable(f"{server}: written by a newer release (schema {version}, this one knows {SCHEMA})")
    return version


async def migrate(connection: asyncpg.Connection, server: Server) -> None:
    """Bring the tables up to date, one engine at a time. Raises StoreUnusable."""
    if await check_version(connection, server) == SCHEMA:
        return
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        await connection.execute(
            "CREATE SCHEMA IF NOT EXISTS journal;"
            "CREATE TABLE IF NOT EXISTS journal.schema_versions (version integer PRIMARY KEY)"
        )
        for version in range(await check_version(connection, server) + 1, SCHEMA + 1):
            await connection.execute(MIGRATIONS[version])
            await connection.execute("INSERT INTO journal.schema_versions VALUES ($1)", version)
