"""Visitors of the chat: the token that lets a page come back to its conversation, hashed at rest."""

from __future__ import annotations

import hashlib
import secrets

import msgspec
from sqlalchemy import ColumnElement, insert, select

from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, unbroken
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.ids import ConversationId, PersonId

__all__ = ["Visitor", "Visitors"]

TOKEN_BYTES = 24
TOKEN_LENGTH_MAX = 100


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who chats; `number` is a telephone number that the visitor claims, for the look-up alone."""

    conversation: ConversationId
    person: PersonId
    entry: str
    language: str
    number: str | None = None


class Visitors:
    """The visitors of one domain."""

    def __init__(self, database: Database, clock: Clock = wall_ms) -> None:
        """Keep visitors in `database`."""
        self._database = database
        self._clock = clock

    def draw(self, entry: str, language: str, number: str | None) -> Visitor:
        """Return a new visitor with ids that nobody can guess; nothing is stored yet."""
        conversation = ConversationId(f"chat-{secrets.token_urlsafe(TOKEN_BYTES)}")
        person = PersonId(f"v-{secrets.token_urlsafe(TOKEN_BYTES)}")
        return Visitor(conversation=conversation, person=person, entry=entry, language=language, number=number)

    @unbroken
    async def admit(self, visitor: Visitor) -> str:
        """Store a visitor and return the token that brings this visitor back."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = msgspec.structs.asdict(visitor)
        row |= {"domain": self._database.domain, "token_hash": _hash(token), "created_at": self._clock()}
        async with self._database.write() as connection:
            await connection.execute(insert(tables.visitors).values(row))
        return token

    async def by_token(self, token: str) -> Visitor | None:
        """Return the visitor who holds a token."""
        return await self._find(tables.visitors.c.token_hash == _hash(token[:TOKEN_LENGTH_MAX]))

    async def by_conversation(self, conversation: ConversationId) -> Visitor | None:
        """Return the visitor of a conversation."""
        return await self._find(tables.visitors.c.conversation == conversation)

    async def _find(self, condition: ColumnElement[bool]) -> Visitor | None:
        visitors = tables.visitors
        statement = select(visitors).where(visitors.c.domain == self._database.domain, condition)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().first()
        return None if row is None else msgspec.convert(row, Visitor, strict=False)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
