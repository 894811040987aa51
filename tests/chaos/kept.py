"""What an installation holds when its processes have ended: journal and records, and whether these agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.records import RecordsWriter
from contactcenter.adapters.database.store import RecordsServer, open_database
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.adapters.vault.secret import domain_secret
from contactcenter.app.history import verify_journal
from contactcenter.app.places import Places
from contactcenter.app.stores import DOMAIN, journal_of, journal_reader, records_of
from contactcenter.model import facts
from contactcenter.model.entry import Entry
from contactcenter.model.ids import ContactId
from contactcenter.model.words import Channel
from contactcenter.settings import Settings
from tests.chaos.history import Kept, Stored

__all__ = ["gather", "written_up_to"]

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


async def gather(settings: Settings, scratch: Path) -> Kept:
    """Read all that is kept; `scratch` is a file that may be written."""
    reader = journal_reader(settings)
    entries = [*reader.load()]
    reader.close()
    stored = [
        Stored(row["id"], row["body"], row["provider_id"])
        for row in await _rows(records_of(settings), tables.messages)
        if row["body"] is not None
    ]
    difference = verify_journal(settings).difference
    written = await written_up_to(settings)  # the very last words of an engine come to a desk with the next one
    folds = await _differences(settings, [entry for entry in entries if entry.position.sequence <= written], scratch)
    return Kept(entries, stored, _callers(settings, entries), str(difference or ""), folds)


async def written_up_to(settings: Settings) -> int:
    """Return the last entry that the records hold."""
    rows = await _rows(records_of(settings), tables.applied)
    return int(rows[0]["sequence"]) if rows else 0


def _callers(settings: Settings, entries: Sequence[Entry]) -> dict[ContactId, str]:
    """Return the numbers of calls, which are sealed in the journal."""
    store = journal_of(settings)
    vault = PersonVault(store, domain_secret(Places(settings.paths.var).secret))
    try:
        return {call.contact: vault.open(call.address) or "" for call in _calls(entries) if call.address is not None}
    finally:
        store.close()


def _calls(entries: Sequence[Entry]) -> Iterator[facts.ContactArrived]:
    for entry in entries:
        for fact in entry.facts:
            if isinstance(fact, facts.ContactArrived) and fact.channel is Channel.VOICE:
                yield fact


async def _rows(where: Path | RecordsServer, table: Table) -> list[dict[str, Any]]:
    database = await open_database(where, DOMAIN)
    try:
        async with database.read() as connection:
            found = (await connection.execute(select(table))).mappings().all()
            keys = [key.name for key in table.primary_key]
            return sorted((dict(row) for row in found), key=lambda row: [str(row[key]) for key in keys])
    finally:
        await database.close()


async def _differences(settings: Settings, entries: Sequence[Entry], scratch: Path) -> list[str]:
    """Fold the journal into records of their own, and name the tables that differ."""
    database = await open_database(scratch, DOMAIN)
    writer = RecordsWriter(database, domain_secret(Places(settings.paths.var).secret))
    await writer.load()
    await writer.write([*entries])
    await database.close()
    differing = []
    for table in FOLDED:
        written, folded = await _rows(records_of(settings), table), await _rows(scratch, table)
        pairs = [pair for pair in zip(written, folded, strict=False) if pair[0] != pair[1]]
        if pairs or len(written) != len(folded):
            differing.append(f"{table.name}: {len(written)} rows for {len(folded)}, first differing {pairs[:1]}")
    return differing
