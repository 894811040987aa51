"""The keeper follows the journal, and an engine that starts after it has little left to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.snapshots import SnapshotFolder
from contactcenter.app.keeper import PAGE, Keeper
from contactcenter.app.release import release
from contactcenter.model.entry import Entry, Position
from contactcenter.runtime.snapshot import NO_SHELF, difference, recovered
from tests.stories.centre import ANNA, Centre


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """An empty journal."""
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.open_epoch()
    yield journal
    journal.close()


def a_call() -> list[Entry]:
    """What an engine writes of one call."""
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    return centre.journal


def keeper_of(tmp_path: Path, entries_between: int = 1) -> Keeper:
    """A keeper beside the journal's owner."""
    reader = JournalReader(tmp_path / "journal.db")
    return Keeper(reader, SnapshotFolder(tmp_path / "snapshots"), release(), entries_between)


async def test_a_start_reads_the_snapshot_and_what_came_after_it(journal: SqliteJournal, tmp_path: Path) -> None:
    entries = a_call()
    keeper = keeper_of(tmp_path)
    assert not keeper.is_due()
    await journal.append(entries[:-1])
    assert keeper.follow() == len(entries) - 1 and keeper.follow() == 0
    assert keeper.is_due()
    keeper.write()
    assert not keeper.is_due()
    await journal.append(entries[-1:])
    shelf = SnapshotFolder(tmp_path / "snapshots")
    found = recovered(journal, shelf, release())
    assert found.entries == 1 and not found.passed_over
    assert not difference(found.center.state(), recovered(journal, NO_SHELF, release()).center.state())


async def test_a_keeper_that_starts_again_goes_on_from_its_snapshot(journal: SqliteJournal, tmp_path: Path) -> None:
    entries = a_call()
    await journal.append(entries)
    first = keeper_of(tmp_path)
    first.write()
    again = keeper_of(tmp_path, entries_between=2)
    assert again.follow() == 0 and not again.is_due()
    last = entries[-1]
    more = [Entry(Position(1, last.position.sequence + n), last.at, last.version, last.event, ()) for n in (1, 2)]
    await journal.append(more[:1])
    assert again.follow() == 1 and not again.is_due()
    await journal.append(more[1:])
    assert again.follow() == 1 and again.is_due()


async def test_a_long_way_is_gone_page_by_page(journal: SqliteJournal, tmp_path: Path) -> None:
    entries = a_call()
    keeper = keeper_of(tmp_path)
    last = entries[-1]
    many = [Entry(Position(1, len(entries) + n), last.at, last.version, last.event, ()) for n in range(1, PAGE + 1)]
    await journal.append([*entries, *many])
    assert keeper.follow() == PAGE and keeper.follow() == len(entries)


def test_the_release_is_told_to_the_last_line() -> None:
    assert release() == release() and "+" in release()
