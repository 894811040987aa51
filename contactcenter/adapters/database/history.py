"""Reads finished and living contacts from the records: one whole, or the latest of a customer or address."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, or_, select

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database
from contactcenter.model.ids import ContactId, ConversationId, CustomerId

__all__ = ["History"]

LATEST_MAX = 20  # what an agent can take in while it rings
THREAD_MAX = 500  # texts of one conversation that a page shows

Row = dict[str, Any]


class History:
    """Reads of one domain; boxes stay sealed in what it returns."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def latest(self, customer: CustomerId | None, address_key: str, but: ContactId | None = None) -> list[Row]:
        """Return the latest contacts of a customer or an address, newest first, with their notes."""
        contacts, notes = tables.contacts, tables.notes
        keys = [contacts.c.customer == customer] if customer else []
        keys += [contacts.c.address_key == address_key] if address_key else []
        if not keys:
            return []
        joined = contacts.outerjoin(notes, (notes.c.domain == contacts.c.domain) & (notes.c.id == contacts.c.note))
        names = ("channel", "queue", "agent", "outcome", "disposition")
        columns = [contacts.c.id.label("contact"), contacts.c.arrived_at.label("at"), notes.c.body.label("note")]
        statement = select(*columns, *(contacts.c[name] for name in names)).select_from(joined)
        statement = statement.where(contacts.c.domain == self._database.domain, or_(*keys))
        if but is not None:
            statement = statement.where(contacts.c.id != but)
        return await self._all(statement.order_by(contacts.c.arrived_at.desc()).limit(LATEST_MAX))

    async def contact(self, contact: ContactId) -> Row | None:
        """Return one contact with its steps, segments, visits, offers, texts, inputs, note and recordings."""
        found = await self._all(self._of(tables.contacts, contact, "id"))
        if not found:
            return None
        record = found[0]
        for name, table, order in _PARTS:
            record[name] = await self._all(self._of(table, contact).order_by(*(table.c[column] for column in order)))
        record["segments"] = [segment for segment in record["segments"] if segment["to_at"] != segment["from_at"]]
        return record

    async def worked_on(self, contact: ContactId, agent: str) -> bool:
        """Tell whether an agent ever had a contact in hand."""
        segments = tables.segments
        statement = self._of(segments, contact).where(segments.c.agent == agent, segments.c.kind != "ring").limit(1)
        return bool(await self._all(statement))

    async def recording(self, opaque: str) -> Row | None:
        """Return the recording with this opaque id."""
        recordings = tables.recordings
        found = await self._all(
            select(recordings).where(recordings.c.domain == self._database.domain, recordings.c.opaque == opaque)
        )
        return found[0] if found else None

    async def thread(self, conversation: ConversationId, after: int = 0) -> list[Row]:
        """Return the texts of a conversation whose number is greater than `after`, oldest first."""
        messages = tables.messages
        statement = select(messages).where(
            messages.c.domain == self._database.domain,
            messages.c.conversation == conversation,
            messages.c.number > after,
        )
        latest = await self._all(statement.order_by(messages.c.number.desc()).limit(THREAD_MAX))
        return latest[::-1]

    def _of(self, table: Table, contact: ContactId, column: str = "contact") -> Select[Any]:
        return select(table).where(table.c.domain == self._database.domain, table.c[column] == contact)

    async def _all(self, statement: Select[Any]) -> list[Row]:
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return [{name: value for name, value in row.items() if name != "domain"} for row in rows]


_PARTS = (
    ("steps", tables.steps, ("position", "part")),
    ("inputs", tables.inputs, ("name",)),
    ("segments", tables.segments, ("position", "part")),
    ("visits", tables.visits, ("opened_at",)),
    ("offers", tables.offers, ("made_at",)),
    ("messages", tables.messages, ("number",)),
    ("notes", tables.notes, ("at",)),
    ("recordings", tables.recordings, ("started_at",)),
)
