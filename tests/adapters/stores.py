"""The stores that contract tests run on: the same tests, a SQLite file or a database in a private PostgreSQL.

Each place knows how to open an owner and a reader, and what only a careless hand or a crash does to it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import asyncpg
import pytest

from contactcenter.adapters.journal.batches import BatchReader
from contactcenter.adapters.journal.postgres import PostgresJournal
from contactcenter.adapters.journal.postgres_reader import PostgresReader
from contactcenter.adapters.journal.postgres_schema import Server
from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.runtime.ports import DomainStore
from tests.real.postgres import PASSWORD, PostgresServer, beside_loops

__all__ = ["STORES", "PostgresStore", "SqliteStore", "Store", "store_of"]

STORES = ("sqlite", "postgresql")


class Store(Protocol):
    """A place that may hold a journal."""

    def journal(self, give_up_s: float = 60.0) -> DomainStore:
        """Return a journal for an owner, nothing opened yet."""

    def reader(self) -> BatchReader:
        """Return a reader, nothing opened yet."""

    def usurp(self) -> None:
        """Let another owner claim the domain although this one lives, as where locks are not to be trusted."""

    def change(self, statement: str) -> None:
        """Do what only a careless hand does."""

    def column(self, name: str) -> list[object]:
        """Return a column of the persons' keys."""


class SqliteStore:
    """A file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def journal(self, give_up_s: float = 60.0) -> DomainStore:
        return SqliteJournal(self.path, give_up_s=give_up_s)

    def reader(self) -> BatchReader:
        return JournalReader(self.path)

    def usurp(self) -> None:
        self.change("UPDATE lease SET epoch = epoch + 1")

    def change(self, statement: str) -> None:
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            connection.execute(statement)
            connection.commit()

    def column(self, name: str) -> list[object]:
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            return [row[0] for row in connection.execute(f"SELECT {name} FROM person_keys")]


class PostgresStore:
    """A database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.server = Server(url, PASSWORD, "main")

    def journal(self, give_up_s: float = 60.0) -> DomainStore:
        return PostgresJournal(self.url, PASSWORD, give_up_s=give_up_s)

    def reader(self) -> BatchReader:
        return PostgresReader(self.server)

    def usurp(self) -> None:
        self.change("UPDATE lease SET epoch = epoch + 1")

    def change(self, statement: str) -> None:
        self.ask(statement)

    def column(self, name: str) -> list[object]:
        return [row[0] for row in self.ask(f"SELECT {name} FROM person_keys")]

    def ask(self, statement: str, domain: str | None = "main") -> Sequence[asyncpg.Record]:
        """Run a statement as a connection of `domain`, or as one that names none."""

        async def run() -> Sequence[asyncpg.Record]:
            settings = {"search_path": "journal"} | ({"contactcenter.domain": domain} if domain else {})
            connection = await asyncpg.connect(self.url, password=PASSWORD, server_settings=settings)
            try:
                found: Sequence[asyncpg.Record] = await connection.fetch(statement)
                return found
            finally:
                await connection.close()

        return beside_loops(run())


def store_of(request: pytest.FixtureRequest, folder: Path) -> Store:
    """Return a fresh place of the kind that the fixture is asked for; PostgreSQL starts only when it is."""
    if request.param == "sqlite":
        return SqliteStore(folder / "var" / "journal.db")
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return PostgresStore(postgres.new_database())
