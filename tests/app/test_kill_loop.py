"""kill -9 of engine and desk at random moments under traffic: no word that was acknowledged is lost, nobody is stuck.

CHAOS_ROUNDS says how often to kill, CHAOS_SEED begins another sequence.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Table, select

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.records import RecordsWriter
from contactcenter.adapters.database.store import open_database
from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.adapters.vault.secret import domain_secret
from contactcenter.app.history import verify_journal
from contactcenter.app.places import Places
from contactcenter.model import facts
from contactcenter.model.words import Channel, Work
from tests.app.crowd import ANSWER, Crowd
from tests.app.hostile import head, tracebacks
from tests.app.installation import Installation, eventually
from tests.app.phones import AT_ONCE
from tests.real.children import Child, Children

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
# What the desk writes from facts alone; of messages it adds the bodies, which are compared with what was promised.
FOLDED = (
    tables.contacts,
    tables.steps,
    tables.inputs,
    tables.segments,
    tables.visits,
    tables.offers,
    tables.recordings,
    tables.agent_activity,
)


@pytest.fixture
async def centre(private_dir: Path, children: Children) -> AsyncIterator[Installation]:
    """A running installation of the shipped example centre."""
    installation = Installation(private_dir, children)
    await installation.start("1003")
    yield installation
    await installation.close()


@pytest.fixture
async def phones() -> AsyncIterator[PhoneBank]:
    """Telephones of callers and agents."""
    bank = await PhoneBank().start()
    yield bank
    await bank.stop()


async def test_nothing_that_was_promised_is_lost_however_often_we_are_killed(
    centre: Installation, phones: PhoneBank, private_dir: Path
) -> None:
    chance = Random(SEED)
    await centre.phone(phones, "1003", AT_ONCE)
    pages = [await centre.agent("zhang_min"), await centre.agent("anna_berg")]
    crowd = Crowd(centre, phones, chance)
    crowd.start((centre.browsers[0], "1003"), (centre.browsers[1], None))
    for page in pages:
        await page.leave()
    for number in range(ROUNDS):
        await asyncio.sleep(chance.uniform(0.5, 3.0))
        await strike(centre, chance.choice(("engine", "engine", "desk", "both", "pause")))
        assert verify_journal(centre.settings).difference is None, f"round {number}, seed {SEED}"
    before = len(crowd.promised)
    await eventually(lambda: len(crowd.promised) > before + 3, "life goes on")
    await crowd.stop()
    await settled(centre)
    assert not tracebacks(centre), tracebacks(centre)
    await stop(centre.engine)
    while await behind(centre):
        pass
    await stop(centre.desk)
    assert verify_journal(centre.settings).difference is None
    kept = [row["body"] for row in await rows(Places(private_dir).records, tables.messages)]
    assert sorted(set(crowd.promised) - set(kept)) == []
    texts = [body for body in kept if body is not None and body != ANSWER]
    assert len(texts) == len(set(texts)), "a text that was sent again became two"
    await assert_records_equal_a_fresh_fold(centre, private_dir / "again.db")


async def strike(centre: Installation, whom: str) -> None:
    """Kill and start again, or stop for a while."""
    engine, desk = centre.engine, centre.desk
    assert engine is not None and desk is not None
    if whom == "pause":
        engine.kill(signal.SIGSTOP)
        await asyncio.sleep(5)
        engine.kill(signal.SIGCONT)
        return
    victims: list[Child] = [engine] * (whom != "desk") + [desk] * (whom != "engine")
    for victim in victims:
        victim.kill()
        victim.wait()
    if engine in victims:
        await centre.start_engine()
    if desk in victims:
        await centre.start_desk()


async def stop(child: Child | None) -> None:
    """End a process as its supervisor does."""
    assert child is not None
    child.kill(signal.SIGTERM)
    assert await asyncio.to_thread(child.wait) == 0


async def settled(centre: Installation) -> None:
    """Wait until no agent has a call in hand: every line is down, so none may be stuck in one."""

    def busy() -> list[str]:
        calls = {fact.contact for fact in centre.facts(facts.ContactArrived) if fact.channel is Channel.VOICE}
        work = {fact.contact: fact.work for fact in centre.facts(facts.WorkChanged) if fact.contact in calls}
        open_calls = calls - {fact.contact for fact in centre.facts(facts.ContactEnded)}
        return [call for call in open_calls if work.get(call) is not Work.WRAP_UP]

    await eventually(lambda: not busy(), "no call is left, and no agent is stuck in one")


async def behind(centre: Installation) -> int:
    """How many entries the records lack."""
    applied = await rows(Places(centre.folder).records, tables.applied)
    return head(centre) - int(applied[0]["sequence"])


async def rows(path: Path, table: Table) -> list[dict[str, Any]]:
    """Return a table of the records."""
    database = await open_database(path, "main")
    try:
        async with database.read() as connection:
            found = (await connection.execute(select(table).order_by(*table.primary_key))).mappings().all()
            return [dict(row) for row in found]
    finally:
        await database.close()


async def assert_records_equal_a_fresh_fold(centre: Installation, path: Path) -> None:
    """Fold the whole journal into records of their own, and compare."""
    places = Places(centre.folder)
    database = await open_database(path, "main")
    writer = RecordsWriter(database, domain_secret(places.secret))
    await writer.load()
    reader = JournalReader(places.journal)
    await writer.write([*reader.load()])
    reader.close()
    await database.close()
    for table in FOLDED:
        written, folded = await rows(places.records, table), await rows(path, table)
        differing = [pair for pair in zip(written, folded, strict=False) if pair[0] != pair[1]]
        assert not differing and len(written) == len(folded), (table.name, differing[:2], len(written), len(folded))
