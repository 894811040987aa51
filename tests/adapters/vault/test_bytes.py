"""On SQLite the bytes of the files count: what was erased stands in none of them, nor does anything that is secret."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import ErasureAsked
from contactcenter.model.facts import PersonErased
from tests.adapters.stores import SqliteStore
from tests.adapters.vault.test_persons import NUMBER, SECRET, House


class Files(House):
    """A house on a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(SqliteStore(path))

    def raw(self) -> bytes:
        """Every byte of every file."""
        return b"".join(file.read_bytes() for file in self.path.parent.iterdir())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Files]:
    files = Files(tmp_path / "var" / "journal.sqlite3")
    yield files
    files.journal.close()


async def test_neither_keys_nor_secret_nor_number_stand_in_the_files(store: Files) -> None:
    store.vault.address(NUMBER)
    await store.commit()
    assert NUMBER.encode() not in store.raw() and SECRET not in store.raw()


async def test_a_destroyed_key_is_not_to_be_found_in_the_bytes_of_any_file(store: Files) -> None:
    people = [store.vault.address(f"+49301{number:06}") for number in range(300)]
    await store.commit()
    store.restart()  # closing moves everything from the log into the file
    others = [store.vault.address(f"+49302{number:06}") for number in range(300)]
    await store.commit()
    secrets = [cell for name in ("wrapped", "lookup") for cell in store.column(name)]
    assert all(isinstance(cell, bytes) and cell in store.raw() for cell in secrets)
    for known in (*people, *others):
        store.vault.destroy(known.person)
    await store.journal.settle()
    raw = store.raw()
    assert not [cell for cell in secrets if isinstance(cell, bytes) and cell in raw]
    assert store.journal.figures().gauges["journal_wal_owed"] == 0


async def test_a_reader_in_the_middle_delays_the_emptying_of_the_log_but_no_commit(store: Files) -> None:
    known = store.vault.address(NUMBER)
    await store.commit()
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM batches").fetchone()
    store.vault.destroy(known.person)
    await store.commit()
    assert store.journal.figures().gauges["journal_wal_owed"] == 1
    reader.close()
    await store.commit()
    assert store.journal.figures().gauges["journal_wal_owed"] == 0


async def test_the_entry_that_states_an_erasure_leaves_no_byte_of_the_key(store: Files) -> None:
    known = store.vault.address(NUMBER)
    await store.commit()
    (wrapped,) = store.column("wrapped")
    erasure = Entry(Position(store.epoch, 2), 0, "1.0", ErasureAsked(known.person), (PersonErased(known.person),))
    await store.journal.append([erasure])
    store.restart()
    await store.commit()
    assert isinstance(wrapped, bytes) and wrapped not in store.raw()
