"""What still has to be told: from memory while it lasts, from the journal otherwise, and the place is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from contactcenter.adapters.bus.backlog import RECENT_MAX, Backlog
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import TimePassed
from contactcenter.runtime.ports import LinkLost


def entry(sequence: int) -> Entry:
    """An entry that means nothing."""
    return Entry(Position(1, sequence), sequence, "test", TimePassed(), ())


class Journal:
    """A journal of so many entries, that may be out of reach for a while."""

    def __init__(self, head: int) -> None:
        """Hold entries from 1 to `head`."""
        self.head, self.asked, self.lost = head, 0, 0

    async def entries(self, after: int) -> AsyncIterator[Entry]:
        """Yield what is after a sequence."""
        self.asked += 1
        if self.lost:
            self.lost -= 1
            raise LinkLost("away")
        for sequence in range(after + 1, self.head + 1):
            yield entry(sequence)


def backlog(journal: Journal, file: Path) -> Backlog:
    """A backlog that has seen the whole journal go by."""
    made = Backlog(file, journal.entries)
    for sequence in range(1, journal.head + 1):
        made.note(entry(sequence))
    made.begin()
    return made


async def told(made: Backlog, upto: int) -> list[int]:
    """Tell everything, and return what was told."""
    found: list[int] = []
    while made.position < upto:
        some = await made.next()
        found += [each.position.sequence for each in some]
        made.confirm(found[-1])
    return found


async def test_the_first_time_only_what_comes_next_is_told(tmp_path: Path) -> None:
    made = backlog(Journal(5), tmp_path / "position")
    assert made.position == 5
    made.note(entry(6))
    assert await told(made, 6) == [6]


async def test_a_restart_goes_on_where_the_last_one_was(tmp_path: Path) -> None:
    (tmp_path / "position").write_text("3")
    journal = Journal(5)
    assert await told(backlog(journal, tmp_path / "position"), 5) == [4, 5] and not journal.asked


async def test_the_place_is_remembered(tmp_path: Path) -> None:
    made = backlog(Journal(5), tmp_path / "position")
    await made.keep()
    assert (tmp_path / "position").read_text() == "5"
    assert not (tmp_path / "position.new").exists()


async def test_what_memory_has_dropped_is_read_from_the_journal(tmp_path: Path) -> None:
    (tmp_path / "position").write_text("1")
    journal = Journal(RECENT_MAX + 500)
    journal.lost = 1
    made = backlog(journal, tmp_path / "position")
    assert await told(made, journal.head) == list(range(2, journal.head + 1))
    assert journal.asked >= 3


async def test_a_place_of_another_journal_or_a_spoilt_one_is_not_believed(tmp_path: Path) -> None:
    for words in ("99", "x", ""):
        (tmp_path / "position").write_text(words)
        assert backlog(Journal(5), tmp_path / "position").position == 5


async def test_a_place_that_cannot_be_kept_ends_nothing(tmp_path: Path) -> None:
    made = backlog(Journal(5), tmp_path / "gone" / "position")
    await made.keep()
    assert made.position == 5
