"""The vault's rows in the journal's SQLite file: written in the transaction of a batch, read by person or address.

Keys are wrapped before they come here; nothing here could open one.
"""

from __future__ import annotations

import sqlite3

import msgspec

from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.model.ids import PersonId
from contactcenter.runtime.ports import KeyChanges, KeyRow

__all__ = ["fingerprint", "is_erased", "key_at", "key_of", "write_keys"]

ROW = "SELECT person, lookup, address_key, wrapped FROM person_keys WHERE domain = ?"


def write_keys(connection: sqlite3.Connection, domain: str, changes: KeyChanges) -> None:
    """Forget and admit persons within the open transaction."""
    gone = [(domain, person) for person in changes.forgotten]
    connection.executemany("DELETE FROM person_keys WHERE domain = ? AND person = ?", gone)
    connection.executemany("INSERT OR IGNORE INTO erased_persons VALUES (?, ?)", gone)
    connection.executemany(
        "INSERT OR IGNORE INTO person_keys (domain, person, lookup, address_key, wrapped) VALUES (?, ?, ?, ?, ?)",
        [(domain, row.person, row.lookup, row.address_key, row.wrapped) for row in changes.fresh],
    )
    if changes.fresh:
        connection.execute("INSERT OR IGNORE INTO vault_secrets VALUES (?, ?)", (domain, changes.fingerprint))


def key_of(reader: JournalReader, domain: str, person: PersonId) -> KeyRow | None:
    """Return a person's row. Raises StoreUnusable, like all here."""
    found = reader.row(f"{ROW} AND person = ?", (domain, person))
    return msgspec.convert(found, KeyRow) if found else None


def key_at(reader: JournalReader, domain: str, lookup: bytes) -> KeyRow | None:
    """Return the row of the person with an address, by its keyed hash."""
    found = reader.row(f"{ROW} AND lookup = ?", (domain, lookup))
    return msgspec.convert(found, KeyRow) if found else None


def is_erased(reader: JournalReader, domain: str, person: PersonId) -> bool:
    """Tell whether a person was erased."""
    return reader.row("SELECT 1 FROM erased_persons WHERE domain = ? AND person = ?", (domain, person)) is not None


def fingerprint(reader: JournalReader, domain: str) -> bytes | None:
    """Return which secret wraps the keys of a domain."""
    found = reader.row("SELECT fingerprint FROM vault_secrets WHERE domain = ?", (domain,))
    return msgspec.convert(found[0], bytes) if found else None
