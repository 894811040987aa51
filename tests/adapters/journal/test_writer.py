"""The writing thread: many to a commit, in order, and nobody waits for ever whatever goes wrong."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from contactcenter.adapters.journal.figures import CommitFigures, quantile
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.journal.writer import Work, Writer
from contactcenter.model.entry import Entry
from contactcenter.runtime.ports import JournalFull, KeyChanges
from tests.adapters.journal.entries import entries, sequences

WITHIN_S = 30.0


class Heard:
    """Collects what the thread answers."""

    def __init__(self) -> None:
        self.errors: list[BaseException | None] = []
        self._one_more = threading.Semaphore(0)

    def done(self, error: BaseException | None) -> None:
        self.errors.append(error)
        self._one_more.release()

    def wait(self, answers: int) -> None:
        for _ in range(answers):
            assert self._one_more.acquire(timeout=WITHIN_S)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE words (word TEXT UNIQUE)")
    connection.close()
    return path


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    writer = Writer(lambda: opened(path), 0.2, CommitFigures(), no_keys)
    yield writer
    writer.close()


def opened(path: Path) -> sqlite3.Connection:
    """A connection as the writer wants it, which does not wait for others."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)


def no_keys(connection: sqlite3.Connection, changes: KeyChanges) -> None:
    """Nobody rides along here."""


def word(text: str) -> Callable[[sqlite3.Connection], None]:
    """Work that writes a word."""

    def write(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO words VALUES (?)", (text,))

    return write


def words(path: Path) -> list[str]:
    """What is in the file."""
    connection = opened(path)
    found = [row[0] for row in connection.execute("SELECT word FROM words ORDER BY rowid")]
    connection.close()
    return found


def test_work_is_done_in_order_and_answered_after_its_commit(writer: Writer, path: Path) -> None:
    heard = Heard()
    for number in range(200):
        writer.put(Work(word(str(number)), heard.done))
    heard.wait(200)
    assert heard.errors == [None] * 200
    assert words(path) == [str(number) for number in range(200)]


def test_a_mistake_of_ours_is_heard_and_ends_all_writing(writer: Writer, path: Path) -> None:
    heard = Heard()
    writer.put(Work(word("twice"), heard.done))
    writer.put(Work(word("twice"), heard.done))
    heard.wait(2)
    writer.put(Work(word("later"), heard.done))
    heard.wait(1)
    assert isinstance(heard.errors[1], JournalFull) and "IntegrityError" in str(heard.errors[1])
    assert heard.errors[2] is heard.errors[1]
    assert "later" not in words(path)


def test_a_file_that_somebody_holds_is_tried_again_until_it_is_free(path: Path) -> None:
    heard = Heard()
    other = opened(path)
    other.execute("BEGIN IMMEDIATE")
    figures = CommitFigures()
    patient = Writer(lambda: opened(path), WITHIN_S, figures, no_keys)
    patient.put(Work(word("patience"), heard.done))
    while not figures.retries:
        threading.Event().wait(0.005)
    assert heard.errors == []
    other.close()
    heard.wait(1)
    patient.close()
    assert heard.errors == [None] and words(path) == ["patience"]


def test_a_file_that_stays_held_is_given_up(writer: Writer, path: Path) -> None:
    heard = Heard()
    other = opened(path)
    other.execute("BEGIN IMMEDIATE")
    writer.put(Work(word("never"), heard.done))
    heard.wait(1)
    other.close()
    assert isinstance(heard.errors[0], JournalFull) and "locked" in str(heard.errors[0])
    assert words(path) == []


def test_closing_writes_what_was_handed_over_but_waits_for_no_failing_disk(path: Path) -> None:
    heard = Heard()
    writer = Writer(lambda: opened(path), WITHIN_S, CommitFigures(), no_keys)
    writer.put(Work(word("first"), heard.done))
    writer.close()
    assert words(path) == ["first"]
    other = opened(path)
    other.execute("BEGIN IMMEDIATE")
    stuck = Writer(lambda: opened(path), 10 * WITHIN_S, CommitFigures(), no_keys)
    stuck.put(Work(word("second"), heard.done))
    stuck.close()
    other.close()
    assert heard.errors[0] is None and isinstance(heard.errors[1], JournalFull)


class FaultyRider:
    """Fails when it is asked to write."""

    def board(self, entries: Sequence[Entry]) -> tuple[KeyChanges, Callable[[], None]]:
        raise KeyError("a mistake")


async def test_a_rider_that_fails_takes_the_whole_commit_with_it(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.open_epoch()
    await journal.append(entries(1, 2))
    journal.join_commits(FaultyRider())
    with pytest.raises(JournalFull, match="KeyError"):
        await journal.append(entries(3, 4))
    assert sequences(list(journal.load())) == [1, 2]
    journal.close()


def test_quantiles_are_the_bounds_of_their_buckets() -> None:
    figures = CommitFigures()
    assert quantile(0.99, figures.cumulative()) == 0
    for _ in range(99):
        figures.committed(0.0004)
    figures.committed(0.3)
    assert quantile(0.50, figures.cumulative()) == 0.0005
    assert quantile(0.99, figures.cumulative()) == 0.0005
    assert quantile(1.0, figures.cumulative()) == 0.5
    figures.committed(100.0)
    assert figures.cumulative()[-1] == (float("inf"), 101)
