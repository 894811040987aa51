"""Bodies of texts and notes: the one part of a conversation whose truth is here and not in the journal.

A body is stored before the event that names it is submitted, and only once. Bodies are read often and never change, so
the latest stay in memory until their person is erased.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable

import msgspec
from sqlalchemy import and_, select, update

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, unbroken
from contactcenter.adapters.database.upserts import insert_once
from contactcenter.model.ids import AgentId, ContactId, ConversationId, MessageId, PersonId
from contactcenter.model.words import Author

__all__ = ["Bodies", "NewText", "digest", "message_id", "page_id"]

CACHE_MAX = 5_000


def digest(*parts: str) -> str:
    """Return a short hash of several texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def message_id(given: str, *owner: str) -> MessageId:
    """Return the id of a text that its writer calls `given`: a resend finds its first copy, strangers find nothing."""
    return MessageId(f"m{digest(*owner)}-{given}")


def page_id(message: MessageId) -> str:
    """Return what the writer of a text called it, so that pages recognise their own."""
    return message.partition("-")[2] or message


class NewText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is about to be submitted; `provider_id` is the carrier's own id where there is one."""

    id: MessageId
    body: str
    author: Author
    at: int
    conversation: ConversationId | None = None
    contact: ContactId | None = None
    agent: AgentId | None = None
    person: PersonId | None = None
    provider: str | None = None
    provider_id: str | None = None


class Bodies:
    """Stores and reads bodies of one domain."""

    def __init__(self, database: Database) -> None:
        """Keep bodies in `database`."""
        self._database = database
        self._cache: OrderedDict[MessageId, str | None] = OrderedDict()
        self._era = 0  # what was read before an erasure must not be kept after it

    @unbroken
    async def store(self, text: NewText) -> None:
        """Store a body; the same text again (same id, or same carrier's id) changes nothing."""
        row = msgspec.structs.asdict(text) | {"domain": self._database.domain}
        async with self._database.write() as connection:
            await connection.execute(insert_once(connection, tables.messages), row)

    @unbroken
    async def store_note(self, note: MessageId, contact: ContactId, agent: AgentId, body: str, at: int) -> None:
        """Store an agent's note on a contact; the same note again changes nothing."""
        row = {"domain": self._database.domain, "id": note, "contact": contact, "agent": agent, "body": body, "at": at}
        async with self._database.write() as connection:
            await connection.execute(insert_once(connection, tables.notes), row)

    async def read(self, ids: Iterable[MessageId]) -> dict[MessageId, str]:
        """Return the bodies that exist; erased and unknown ones are missing."""
        wanted = list(dict.fromkeys(ids))
        missing = [message for message in wanted if message not in self._cache]
        if missing:
            era = self._era
            messages = tables.messages
            statement = select(messages.c.id, messages.c.body).where(
                messages.c.domain == self._database.domain, messages.c.id.in_(missing), messages.c.body.is_not(None)
            )
            async with self._database.read() as connection:
                fresh = {row.id: row.body for row in await connection.execute(statement)}
            self._cache.update(fresh if era == self._era else {})
        found = {message: body for message in wanted if (body := self._cache.get(message)) is not None}
        while len(self._cache) > CACHE_MAX:
            self._cache.popitem(last=False)
        return found

    def forget(self) -> None:
        """Drop all bodies from memory: somebody was erased."""
        self._era += 1
        self._cache.clear()

    async def carried_by(self, provider: str, reference: str) -> MessageId | None:
        """Return which of our texts a carrier knows under its `reference`."""
        messages = tables.messages
        statement = select(messages.c.id).where(
            messages.c.domain == self._database.domain,
            messages.c.provider == provider,
            messages.c.reference == reference,
        )
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar()

    @unbroken
    async def refer(self, message: MessageId, provider: str, reference: str) -> None:
        """Note under which reference a carrier took one of our texts."""
        messages = tables.messages
        mine = and_(messages.c.domain == self._database.domain, messages.c.id == message)
        statement = update(messages).where(mine).values(provider=provider, reference=reference)
        async with self._database.write() as connection:
            await connection.execute(statement)
