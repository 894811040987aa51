"""What every journal promises, told once and held against each store: order, no hole, one owner, durable keys."""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactcenter.model.entry import Entry
from contactcenter.runtime.ports import DomainStore, JournalFull, StoreUnusable
from tests.adapters.journal.entries import entries, entry, sequences
from tests.adapters.stores import STORES, Store, store_of


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return store_of(request, tmp_path)


@pytest.fixture
def journal(store: Store) -> Iterator[DomainStore]:
    journal = store.journal(give_up_s=0.2)
    journal.open_epoch()
    yield journal
    journal.close()


async def test_what_was_appended_is_loaded_in_order(journal: DomainStore) -> None:
    await journal.append(entries(1, 3))
    await journal.append(entries(4, 4))
    assert list(journal.load()) == entries(1, 4)
    assert journal.head() == 4


async def test_who_has_a_snapshot_loads_what_follows_it(journal: DomainStore) -> None:
    await journal.append(entries(1, 3))
    await journal.append(entries(4, 6))
    assert [list(journal.load(after)) for after in (0, 2, 3, 6)] == [
        entries(1, 6),
        entries(3, 6),
        entries(4, 6),
        [],
    ]


async def test_an_empty_batch_is_nothing(journal: DomainStore) -> None:
    await journal.append([])
    assert list(journal.load()) == [] and journal.head() == 0


async def test_batches_handed_over_together_keep_their_order_and_share_commits(journal: DomainStore) -> None:
    await asyncio.gather(*(journal.append(entries(2 * n + 1, 2 * n + 2)) for n in range(200)))
    assert sequences(list(journal.load())) == list(range(1, 401))
    figures = journal.figures()
    assert figures.counters["journal_entries_total"] == 400
    assert figures.histograms["journal_commit_seconds"][-1][1] < 200


async def test_a_big_batch_is_one_row_that_comes_back_whole(journal: DomainStore) -> None:
    await journal.append(entries(1, 20_000))
    assert sequences(journal.read(19_990, 100)) == list(range(19_991, 20_001))
    assert journal.figures().counters["journal_batches_total"] == 1


async def test_a_follower_reads_from_any_position(journal: DomainStore) -> None:
    await journal.append(entries(1, 10))
    await journal.append(entries(11, 20))
    assert sequences(journal.read(7, 6)) == [8, 9, 10, 11, 12, 13]
    assert sequences(journal.read(15, 100)) == [16, 17, 18, 19, 20]
    assert journal.read(20, 5) == []


async def test_many_rows_are_read_page_by_page(journal: DomainStore, store: Store) -> None:
    for number in range(1, 200):
        await journal.append(entries(number, number))
    assert sequences(list(journal.load())) == list(range(1, 200))
    reader = store.reader()
    assert sequences(reader.read(100, 80)) == list(range(101, 181)) and reader.head() == 199
    reader.close()


async def test_reading_works_from_other_threads(journal: DomainStore) -> None:
    await journal.append(entries(1, 50))
    found: list[list[int]] = []
    threads = [threading.Thread(target=lambda: found.append(sequences(journal.read(0, 50)))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [list(range(1, 51))] * 6


async def test_a_successor_goes_on_where_the_last_owner_stopped(store: Store) -> None:
    first = store.journal()
    assert list(first.load()) == [] and first.open_epoch() == 1
    await first.append(entries(1, 2))
    first.close()
    second = store.journal()
    assert second.open_epoch() == 2
    await second.append(entries(3, 3, epoch=2))
    assert [each.position.epoch for each in second.load()] == [1, 1, 2]
    second.close()


async def test_a_batch_that_leaves_a_hole_is_refused_and_nothing_follows_it(journal: DomainStore) -> None:
    await journal.append(entries(1, 2))
    with pytest.raises(JournalFull, match="4 to 5 do not follow entry 2"):
        await journal.append(entries(4, 5))
    with pytest.raises(JournalFull):
        await journal.append(entries(3, 3))
    assert sequences(list(journal.load())) == [1, 2]


async def test_a_batch_with_a_hole_inside_is_refused(journal: DomainStore) -> None:
    with pytest.raises(JournalFull, match="wants epoch 1, sequence 2"):
        await journal.append([entry(1), entry(3)])


async def test_a_second_engine_is_told_who_works_here(journal: DomainStore, store: Store) -> None:
    usurper = store.journal()
    with pytest.raises(StoreUnusable, match="another engine works on this journal"):
        usurper.open_epoch()
    with pytest.raises(StoreUnusable, match="another engine works on this journal"):
        list(usurper.load())
    usurper.close()
    await journal.append(entries(1, 1))


async def test_an_owner_whose_lease_was_taken_cannot_append(journal: DomainStore, store: Store) -> None:
    await journal.append(entries(1, 1))
    store.usurp()
    with pytest.raises(JournalFull, match="epoch 2 owns the journal now"):
        await journal.append(entries(2, 2))
    assert sequences(list(journal.load())) == [1]


async def test_an_entry_of_an_older_epoch_is_refused(store: Store) -> None:
    first, journal = store.journal(), store.journal()
    first.open_epoch()
    first.close()
    assert journal.open_epoch() == 2
    with pytest.raises(JournalFull, match="wants epoch 2"):
        await journal.append(entries(1, 1, epoch=1))
    journal.close()


async def test_a_commit_that_reported_an_error_but_happened_is_not_written_twice(journal: DomainStore) -> None:
    await journal.append(entries(1, 2))
    await journal.append(entries(1, 2))  # what a retry after an unknown outcome does
    assert sequences(list(journal.load())) == [1, 2]


async def test_appending_without_owning_is_refused(store: Store) -> None:
    journal = store.journal()
    with pytest.raises(JournalFull, match="wants epoch 0"):
        await journal.append([entry(1, epoch=7)])
    journal.close()


async def test_a_closed_journal_takes_nothing_more(journal: DomainStore) -> None:
    journal.close()
    with pytest.raises(JournalFull, match="closed"):
        await journal.append(entries(1, 1))


async def damaged(store: Store, statement: str) -> list[Entry]:
    """What a reader still finds of a journal of three batches after a change by hand, and then its complaint."""
    journal = store.journal()
    journal.open_epoch()
    for first in (1, 4, 7):
        await journal.append(entries(first, first + 2))
    journal.close()
    store.change(statement)
    reader, found = store.reader(), []
    try:
        for each in reader.load():
            found.append(each)
    finally:
        reader.close()
    return found


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE batches SET blob = substr(blob, 1, 40) WHERE first_sequence = 4", "entries 4 to 6 are damaged"),
        ("DELETE FROM batches WHERE first_sequence = 4", "entries 4 to 6 are missing"),
        ("DELETE FROM batches WHERE first_sequence = 7", "entries 7 to 9 are missing"),
        ("UPDATE batches SET codec = 99", "entries 1 to 3: codec 99 cannot be read"),
        (f"UPDATE batches SET crc32 = {zlib.crc32(b'x')}", "entries 1 to 3 are damaged"),
        ("UPDATE batches SET first_sequence = 5 WHERE first_sequence = 4", "hold other numbers"),
        ("INSERT INTO schema_versions VALUES (999)", "written by a newer release"),
        ("DROP TABLE batches", "cannot be read"),
    ],
)
async def test_damage_is_named_with_its_place(store: Store, statement: str, words: str) -> None:
    with pytest.raises(StoreUnusable, match=words):
        await damaged(store, statement)


def test_a_journal_that_is_not_there_is_said_so(store: Store) -> None:
    reader = store.reader()
    with pytest.raises(StoreUnusable, match="there is no journal here"):
        reader.read(0, 1)
    reader.close()
