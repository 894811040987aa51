"""The journal's file: its tables, its settings, who may read it, and plain words for what is wrong with it.

Every connection is opened here. Nothing here may change an entry once it is written.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from contactcenter.runtime.ports import StoreUnusable

__all__ = ["BUSY_MS", "FILE_MODE", "SCHEMA", "FileDamaged", "open_reader", "open_writer"]

SCHEMA = 1  # the newest migration below
FOLDER_MODE = 0o700
FILE_MODE = 0o600
BUSY_MS = 1_000  # another writer is a mistake or a second engine at its start; both are over within a second

MIGRATIONS = {
    1: """
    CREATE TABLE lease (
        domain TEXT PRIMARY KEY, epoch INTEGER NOT NULL, head INTEGER NOT NULL, holder TEXT NOT NULL
    ) STRICT;
    CREATE TABLE batches (
        domain TEXT NOT NULL, last_sequence INTEGER NOT NULL, first_sequence INTEGER NOT NULL, epoch INTEGER NOT NULL,
        at INTEGER NOT NULL, engine TEXT NOT NULL, codec INTEGER NOT NULL, crc32 INTEGER NOT NULL, blob BLOB NOT NULL,
        PRIMARY KEY (domain, last_sequence)
    ) STRICT;
    CREATE TABLE person_keys (
        domain TEXT NOT NULL, person TEXT NOT NULL, lookup BLOB, address_key TEXT NOT NULL, wrapped BLOB NOT NULL,
        PRIMARY KEY (domain, person), UNIQUE (domain, lookup)
    ) STRICT;
    CREATE TABLE erased_persons (domain TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (domain, person)) STRICT;
    CREATE TABLE vault_secrets (domain TEXT PRIMARY KEY, fingerprint BLOB NOT NULL) STRICT;
    """,
}


class FileDamaged(StoreUnusable):
    """The journal's file is not what was written; the message says from where on, and what to do."""

    def __init__(self, path: Path, what: str) -> None:
        """Say what is wrong with the file at `path`."""
        super().__init__(
            f"{path}: {what}. Nothing was changed. Copy the folder away first, then restore the last backup; "
            "entries before that place are intact."
        )


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the file for its owner, made with its folder when new and migrated when old. Raises StoreUnusable."""
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    except OSError as error:
        raise StoreUnusable(f"{path}: cannot be opened for writing: {error.strerror}") from error
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")  # a destroyed key must not stay behind in free pages
        _migrate(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise FileDamaged(path, f"is not a usable journal ({error})") from error
    except StoreUnusable:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the file for reading alone, beside a living owner or without one. Raises StoreUnusable."""
    if not path.exists():
        raise StoreUnusable(f"{path}: there is no journal here")
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA query_only=ON")
        _check_version(_version(connection), path)
    except sqlite3.Error as error:
        connection.close()
        raise FileDamaged(path, f"is not a usable journal ({error})") from error
    except StoreUnusable:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection) -> int:
    known = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions'").fetchone()
    if not known:
        return 0
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM schema_versions").fetchone()[0])


def _check_version(version: int, path: Path) -> None:
    if version > SCHEMA:
        raise StoreUnusable(f"{path}: written by a newer release (schema {version}, this one knows {SCHEMA})")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    _check_version(_version(connection), path)
    for version in range(_version(connection) + 1, SCHEMA + 1):
        script = (
            "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY) STRICT;"
            f"{MIGRATIONS[version]} INSERT INTO schema_versions VALUES ({version}); COMMIT;"
        )
        try:
            connection.executescript(script)
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
