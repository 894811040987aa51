"""The records writer: a contact's whole life as rows, once, whatever is written twice and wherever it was killed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.exc import StatementError

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.history import History
from contactcenter.adapters.database.messages import Bodies, NewText
from contactcenter.adapters.database.postgres import open_server
from contactcenter.adapters.database.records import RecordsWriter
from contactcenter.adapters.database.store import Database
from contactcenter.model import events
from contactcenter.model.entry import Entry
from contactcenter.model.facts import CustomerKnown, OfferMade, PositionTold, RecordingChanged
from contactcenter.model.ids import ContactId, CustomerId, MessageId
from contactcenter.model.words import Author
from contactcenter.runtime.ports import StoreAway
from tests.real.postgres import PASSWORD, PostgresServer
from tests.stories.centre import ANNA, BO, Centre, sealed, small_config

MASTER = b"m" * 32
NUMBER = "+8613900000001"


def a_call() -> tuple[list[Entry], ContactId]:
    """Anna does not pick up, Bo does, talks for a minute, and wraps up; return the journal and the contact."""
    centre = Centre()
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.happens(events.CustomerIdentified(contact, CustomerId("K1"), "A", "zh"))
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(16_000)
    centre.passes(1_000)
    centre.answers()
    recording = centre.all_facts(RecordingChanged)[0].recording
    centre.passes(60_000)
    centre.hangs_up()
    centre.tries(events.RecordingStored(recording, 60_000, 960_000, "ab" * 32))
    centre.passes(2_000)
    centre.wraps_up(BO, contact)
    return centre.journal, contact


@pytest.fixture
async def writer(database: Database) -> RecordsWriter:
    opened = RecordsWriter(database, MASTER)
    await opened.load()
    return opened


async def rows(database: Database, *wanted: Table) -> list[list[dict[str, Any]]]:
    async with database.read() as connection:
        return [[dict(row) for row in (await connection.execute(select(table))).mappings()] for table in wanted]


async def test_a_call_is_written_from_arrival_to_disposition(database: Database, writer: RecordsWriter) -> None:
    journal, contact = a_call()
    await writer.write(journal)
    record = await History(database).contact(contact)
    assert record is not None
    assert (record["channel"], record["outcome"], record["disposition"]) == ("voice", "handled", "solved")
    assert (record["customer"], record["agent"], record["wait_ms"]) == ("K1", BO, 17_000)
    assert [offer["outcome"] for offer in record["offers"]] == ["no_answer", "accepted"]
    assert [visit["outcome"] for visit in record["visits"]] == ["handled"]
    kinds = [(part["kind"], part["agent"], part["to_at"] - part["from_at"]) for part in record["segments"]]
    assert kinds == [("ring", ANNA, 15_000), ("ring", BO, 2_000), ("talk", BO, 60_000), ("wrap_up", BO, 2_000)]
    [sound] = record["recordings"]
    assert (sound["state"], sound["duration_ms"], len(sound["opaque"])) == ("stored", 60_000, 43)
    assert await History(database).recording(sound["opaque"]) is not None
    assert await History(database).worked_on(contact, BO)
    assert not await History(database).worked_on(contact, ANNA)


async def test_a_group_rings_as_one_segment_though_the_desk_is_killed_meanwhile(database: Database) -> None:
    centre = Centre(small_config(strategy="ring_all"))
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.passes(1_000)
    centre.happens(events.OfferRejected(ANNA, centre.all_facts(OfferMade)[0].offer))
    centre.passes(2_000)
    centre.answers()
    for entry in centre.journal:
        killed = RecordsWriter(database, MASTER)
        await killed.load()
        await killed.write([entry])
    record = await History(database).contact(contact)
    assert record is not None
    parts = [(part["kind"], part["agent"]) for part in record["segments"] if part["to_at"] != part["from_at"]]
    assert parts == [("ring", None), ("talk", BO)]
    assert [offer["outcome"] for offer in record["offers"]] == ["rejected", "accepted"]


async def test_segments_join_from_arrival_to_end(database: Database, writer: RecordsWriter) -> None:
    journal, contact = a_call()
    await writer.write(journal)
    record = await History(database).contact(contact)
    assert record is not None
    edges = [record["arrived_at"], *(part["to_at"] for part in record["segments"])]
    assert [part["from_at"] for part in record["segments"]] == edges[:-1]
    assert edges[-1] == record["ended_at"]


async def test_any_batches_and_any_repeats_give_the_same_rows(database: Database, writer: RecordsWriter) -> None:
    journal, _ = a_call()
    await writer.write(journal)
    wanted = (tables.contacts, tables.segments, tables.visits, tables.offers, tables.agent_activity, tables.recordings)
    once = await rows(database, *wanted)
    await writer.write(journal)
    assert await rows(database, *wanted) == once
    async with database.write() as connection:
        for table in (*wanted, tables.applied):
            await connection.execute(table.delete())
    for entry in journal:
        killed = RecordsWriter(database, MASTER)  # each entry by a writer that was just started
        await killed.load()
        await killed.write([entry])
        await killed.write(journal[:1])
    assert await rows(database, *wanted) == once


async def test_a_batch_that_fails_leaves_nothing_and_can_be_written_again(
    database: Database, writer: RecordsWriter
) -> None:
    journal, contact = a_call()
    unwritable = PositionTold(contact, 1), CustomerKnown(contact, object(), "", "")  # type: ignore[arg-type]
    broken = Entry(journal[-1].position, journal[-1].at, "x", journal[-1].event, unwritable)
    with pytest.raises(StatementError):
        await writer.write([*journal[:-1], broken])
    assert await rows(database, tables.contacts, tables.applied) == [[], []]
    await writer.write(journal)
    record = await History(database).contact(contact)
    assert record is not None and record["outcome"] == "handled"


async def test_presence_is_written_as_stretches(database: Database, writer: RecordsWriter) -> None:
    journal, _ = a_call()
    await writer.write(journal)
    [found] = await rows(database, tables.agent_activity)
    mine = [(row["presence"], row["reason"], row["to_at"] is None) for row in found if row["agent"] == ANNA]
    assert mine == [("not_ready", "signed_in", False), ("ready", "", False), ("not_ready", "no_answer", True)]


async def test_an_erased_person_leaves_no_word_behind(database: Database, writer: RecordsWriter) -> None:
    centre, bodies = Centre(), Bodies(database)
    centre.signs_in(ANNA)
    for message, author in (("their words", Author.CUSTOMER), ("our words", Author.AGENT)):
        person = sealed(NUMBER).person if author is Author.CUSTOMER else None
        await bodies.store(NewText(id=MessageId(message), body=f"secret {message}", author=author, at=1, person=person))
    centre.texts("their words")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.AgentTextWritten(ANNA, contact, MessageId("our words")))
    await bodies.store_note(MessageId("n1"), contact, ANNA, "secret note", 1)
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.happens(events.WrapUpFinished(ANNA, contact, "solved", MessageId("n1")))
    await writer.write(centre.journal)
    record = await History(database).contact(contact)
    assert record is not None and record["notes"][0]["body"] == "secret note"
    centre.happens(events.ErasureAsked(sealed(NUMBER).person))
    await writer.write(centre.journal)
    bodies.forget()
    record = await History(database).contact(contact)
    assert record is not None and (record["address"], record["notes"]) == (None, [])
    assert [message["body"] for message in record["messages"]] == [None, None]
    assert await bodies.read([MessageId("their words")]) == {}


async def test_history_finds_contacts_of_the_customer_and_of_the_number(
    database: Database, writer: RecordsWriter
) -> None:
    journal, contact = a_call()
    await writer.write(journal)
    history = History(database)
    by_customer = await history.latest(CustomerId("K1"), "")
    by_number = await history.latest(None, f"key {NUMBER}")
    assert [row["contact"] for row in by_customer] == [row["contact"] for row in by_number] == [contact]
    assert await history.latest(None, "") == []
    assert await history.latest(CustomerId("K1"), "", but=contact) == []


async def test_the_same_text_is_stored_once(database: Database) -> None:
    bodies = Bodies(database)
    first = NewText(id=MessageId("m1"), body="first", author=Author.CUSTOMER, at=1, provider="p", provider_id="7")
    await bodies.store(first)
    await bodies.store(NewText(id=MessageId("m1"), body="other", author=Author.CUSTOMER, at=2))
    await bodies.store(
        NewText(id=MessageId("m2"), body="again", author=Author.CUSTOMER, at=2, provider="p", provider_id="7")
    )
    assert await bodies.read([MessageId("m1"), MessageId("m2")]) == {"m1": "first"}


async def test_a_batch_whose_server_dies_in_the_middle_is_written_whole_when_it_is_back(
    mortal_postgres: PostgresServer,
) -> None:
    journal, _ = a_call()
    half, places = len(journal) // 2, [mortal_postgres.new_database() for _ in range(2)]
    database, whole, other = [await open_server(url, PASSWORD, "main") for url in (*places, places[0])]
    writer = RecordsWriter(database, MASTER)
    await writer.load()
    await writer.write(journal[:half])

    async def die_in_the_middle() -> None:
        async with other.write() as connection:
            await connection.execute(text("LOCK TABLE applied IN ACCESS EXCLUSIVE MODE"))
            locked.set()
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not (await connection.execute(waiting)).scalar():
                pass
            await asyncio.to_thread(mortal_postgres.kill)

    locked = asyncio.Event()
    dying = asyncio.create_task(die_in_the_middle())
    await locked.wait()
    with pytest.raises(StoreAway):
        await writer.write(journal[half:])
    with pytest.raises(StoreAway):
        await dying
    with pytest.raises(StoreAway):
        await writer.write(journal[half:])
    await asyncio.to_thread(mortal_postgres.start)
    await writer.write(journal[half:])

    fresh = RecordsWriter(whole, MASTER)
    await fresh.load()
    await fresh.write(journal)
    everything = [table for table in tables.metadata.sorted_tables if table is not tables.users]
    assert await rows(database, *everything) == await rows(whole, *everything)
    for opened in (database, whole, other):
        await opened.close()
