"""Which store an installation has: files under `var`, or a database in PostgreSQL as `[store]` says.

The driver of PostgreSQL is an extra, imported only where a site asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from contactcenter.adapters.database.store import RecordsServer
from contactcenter.adapters.journal.batches import BatchReader
from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.app.places import Places
from contactcenter.runtime.ports import DomainStore, StoreUnusable
from contactcenter.settings import SecretMissing, Settings, read_secret

__all__ = ["DOMAIN", "journal_of", "journal_reader", "records_of"]

DOMAIN = "main"  # until one installation serves several

Opened = TypeVar("Opened")


def records_of(settings: Settings) -> Path | RecordsServer:
    """Return where the records are. Raises StoreUnusable when the password is not where the settings say."""
    if not settings.store.url:
        return Places(settings.paths.var).records
    return _with_driver(lambda: RecordsServer(settings.store.url, _password(settings)))


def journal_of(settings: Settings) -> DomainStore:
    """Return the journal for its owner, nothing opened yet. Raises StoreUnusable."""
    if not settings.store.url:
        return SqliteJournal(Places(settings.paths.var).journal, DOMAIN)

    def opened() -> DomainStore:
        from contactcenter.adapters.journal.postgres import PostgresJournal

        return PostgresJournal(settings.store.url, _password(settings), DOMAIN)

    return _with_driver(opened)


def journal_reader(settings: Settings) -> BatchReader:
    """Return the journal for all others, nothing opened yet. Raises StoreUnusable."""
    if not settings.store.url:
        return JournalReader(Places(settings.paths.var).journal, DOMAIN)

    def opened() -> BatchReader:
        from contactcenter.adapters.journal.postgres_reader import PostgresReader
        from contactcenter.adapters.journal.postgres_schema import Server

        return PostgresReader(Server(settings.store.url, _password(settings), DOMAIN))

    return _with_driver(opened)


def _password(settings: Settings) -> str:
    place = settings.store.password
    if place is None:
        return ""
    try:
        return read_secret(place, settings.paths.config.parent, settings.paths.var, os.environ)
    except SecretMissing as missing:
        raise StoreUnusable(f"the password of the database: {missing}") from missing


def _with_driver(opened: Callable[[], Opened]) -> Opened:
    try:
        import asyncpg  # noqa: F401  # looked for here, so that its absence is said in words
    except ImportError as error:
        raise StoreUnusable("PostgreSQL needs the extra `site`: pip install 'contactcenter[site]'") from error
    return opened()
