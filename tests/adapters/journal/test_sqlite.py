"""What is true of the journal's file alone: its rights, its lock, and what broken disks and careless hands do to it."""

from __future__ import annotations

import sqlite3
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.model.entry import Entry
from contactcenter.runtime.ports import JournalFull, StoreUnusable
from tests.adapters.journal.entries import entries, sequences


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(path, give_up_s=0.2)
    journal.open_epoch()
    yield journal
    journal.close()


def change(path: Path, statement: str) -> None:
    """Do to the file what only a broken disk or a careless hand does."""
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


async def test_the_file_and_its_folder_are_for_the_owner_alone(journal: SqliteJournal, path: Path) -> None:
    await journal.append(entries(1, 1))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


async def test_an_engine_that_lost_its_lease_cannot_append(journal: SqliteJournal, path: Path) -> None:
    await journal.append(entries(1, 1))
    path.with_suffix(".lock").unlink()  # as on a network file system, where locks are not to be trusted
    usurper = SqliteJournal(path)
    assert usurper.open_epoch() == 2
    with pytest.raises(JournalFull, match="epoch 2 owns the journal now"):
        await journal.append(entries(2, 2))
    await usurper.append(entries(2, 2, epoch=2))
    assert sequences(list(usurper.load())) == [1, 2]
    usurper.close()


def test_who_loads_to_take_over_keeps_others_out_from_then_on(path: Path) -> None:
    journal = SqliteJournal(path)
    list(journal.load())
    with pytest.raises(StoreUnusable, match="another engine"):
        list(SqliteJournal(path).load())
    journal.close()


async def damaged(path: Path, statement: str) -> str:
    """What a reader says of a journal of three batches after a change to its file."""
    journal = SqliteJournal(path)
    journal.open_epoch()
    for first in (1, 4, 7):
        await journal.append(entries(first, first + 2))
    journal.close()
    change(path, statement)
    with pytest.raises(StoreUnusable) as caught:
        list(JournalReader(path).load())
    return str(caught.value)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE batches SET blob = substr(blob, 1, 40) WHERE first_sequence = 4", "entries 4 to 6 are damaged"),
        ("DELETE FROM batches WHERE first_sequence = 4", "entries 4 to 6 are missing"),
        ("DELETE FROM batches WHERE first_sequence = 7", "entries 7 to 9 are missing"),
        ("UPDATE batches SET codec = 99", "entries 1 to 3: codec 99 cannot be read"),
        (f"UPDATE batches SET blob = x'93', crc32 = {zlib.crc32(bytes([0x93]))}", "entries 1 to 3 cannot be read"),
        ("UPDATE batches SET first_sequence = 5 WHERE first_sequence = 4", "hold other numbers"),
        ("INSERT INTO schema_versions VALUES (999)", "written by a newer release"),
        ("DROP TABLE batches", "no such table"),
    ],
)
async def test_damage_is_named_with_its_place(path: Path, statement: str, words: str) -> None:
    assert words in await damaged(path, statement)


async def test_what_stands_before_the_damage_is_still_read(path: Path) -> None:
    await damaged(path, "DELETE FROM batches WHERE first_sequence = 4")
    found: list[Entry] = []
    with pytest.raises(StoreUnusable):
        found.extend(JournalReader(path).load())
    assert sequences(found) == [1, 2, 3]


async def test_damage_comes_with_what_to_do(path: Path) -> None:
    said = await damaged(path, "DELETE FROM batches WHERE first_sequence = 4")
    assert str(path) in said and "Copy the folder away first" in said


def test_a_file_that_is_no_journal_is_refused_unchanged(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(StoreUnusable, match="not a usable journal"):
        SqliteJournal(path).open_epoch()
    assert path.read_bytes() == b"something else entirely" * 100


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        SqliteJournal(tmp_path / "file" / "journal.sqlite3").open_epoch()
