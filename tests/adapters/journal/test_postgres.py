"""What is true of the journal in PostgreSQL alone: the wall around a domain, and a server that dies and comes back."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from contactcenter.adapters.journal.postgres import PostgresJournal
from contactcenter.adapters.journal.postgres_schema import TABLES
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.runtime.ports import JournalFull, StoreAway, StoreUnusable
from tests.adapters.journal.entries import entries, sequences
from tests.adapters.stores import PostgresStore
from tests.real.children import wait_until
from tests.real.postgres import PASSWORD, PostgresServer


@pytest.fixture
def store(postgres: PostgresServer) -> PostgresStore:
    return PostgresStore(postgres.new_database())


async def test_a_connection_that_names_no_domain_or_another_sees_and_changes_nothing(store: PostgresStore) -> None:
    journal = PostgresJournal(store.url, PASSWORD)
    journal.open_epoch()
    vault = PersonVault(journal, bytes(32))
    vault.destroy(vault.address("+4930123456").person)
    vault.address("+4930123457")
    await journal.append(entries(1, 3))
    for table in TABLES:
        count = f"SELECT count(*) FROM {table}"
        assert store.ask(count)[0][0] == 1, table
        assert store.ask(count, domain=None)[0][0] == 0, table
        assert store.ask(count, domain="other")[0][0] == 0, table
        assert len(store.ask(f"DELETE FROM {table} RETURNING 1", domain="other")) == 0, table
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        store.ask("INSERT INTO lease VALUES ('main2', 1, 0, '')")
    journal.close()


async def test_two_domains_live_in_one_database_side_by_side(store: PostgresStore) -> None:
    main, other = PostgresJournal(store.url, PASSWORD), PostgresJournal(store.url, PASSWORD, "other")
    assert (main.open_epoch(), other.open_epoch()) == (1, 1)
    await main.append(entries(1, 5))
    await other.append(entries(1, 2))
    assert (main.head(), other.head()) == (5, 2)
    assert sequences(list(other.load())) == [1, 2]
    main.close()
    other.close()


async def test_a_commit_waits_for_a_server_that_was_killed_and_nothing_is_lost(mortal_postgres: PostgresServer) -> None:
    store = PostgresStore(mortal_postgres.new_database())
    journal = PostgresJournal(store.url, PASSWORD)
    journal.open_epoch()
    vault = PersonVault(journal, bytes(32))
    await journal.append(entries(1, 10))
    known = vault.address("+4930123456")
    mortal_postgres.kill()
    waiting = asyncio.ensure_future(journal.append(entries(11, 12)))
    await asyncio.to_thread(wait_until, lambda: journal.figures().counters["journal_retries_total"], "a retry")
    assert not waiting.done() and not journal.is_reachable()
    with pytest.raises(StoreAway):
        journal.head()
    await asyncio.to_thread(mortal_postgres.start)
    await waiting
    assert journal.is_reachable()
    reader = store.reader()
    assert sequences(list(reader.load())) == list(range(1, 13))
    assert store.column("person") == [known.person]
    reader.close()
    journal.close()


async def test_a_server_that_stays_away_is_given_up_and_said_so(mortal_postgres: PostgresServer) -> None:
    journal = PostgresJournal(mortal_postgres.new_database(), PASSWORD, give_up_s=0.3)
    journal.open_epoch()
    mortal_postgres.kill()
    with pytest.raises(JournalFull, match="database fails"):
        await journal.append(entries(1, 1))
    journal.close()


def test_a_server_that_is_not_there_is_away_and_one_that_refuses_us_is_not(store: PostgresStore) -> None:
    nobody = PostgresJournal("postgresql://contactcenter@127.0.0.1:1/nothing", PASSWORD)
    with pytest.raises(StoreAway, match=r"127.0.0.1:1/nothing: cannot be reached"):
        nobody.open_epoch()
    nobody.close()
    stranger = PostgresJournal(store.url, "wrong")
    with pytest.raises(StoreUnusable, match="does not let us in") as caught:
        stranger.open_epoch()
    assert not isinstance(caught.value, StoreAway) and "wrong" not in str(caught.value)
    stranger.close()


async def test_an_owner_whose_connection_is_cut_takes_the_domain_again(store: PostgresStore) -> None:
    journal = PostgresJournal(store.url, PASSWORD)
    journal.open_epoch()
    await journal.append(entries(1, 1))
    store.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'contactcenter journal'")
    await journal.append(entries(2, 2))
    assert sequences(list(journal.load())) == [1, 2]
    journal.close()
