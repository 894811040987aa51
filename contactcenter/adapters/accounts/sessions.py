"""Sessions: opaque random tokens, hashed at rest, checked on the server each time.

They end after 15 idle minutes or 12 hours, but never while their agent has a live contact; whoever asks says so.
"""

from __future__ import annotations

import hashlib
import secrets

import msgspec
from sqlalchemy import ColumnElement, Executable, and_, delete, insert, select, update

from contactcenter.adapters.accounts.people import Person
from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, unbroken
from contactcenter.adapters.wall import Clock, wall_ms

__all__ = ["ABSOLUTE_MS", "IDLE_MS", "Session", "Sessions"]

IDLE_MS = 15 * 60_000
ABSOLUTE_MS = 12 * 3_600_000
SEEN_EVERY_MS = 30_000  # how exactly the last act is written down
TOKEN_BYTES = 32
PER_PERSON_MAX = 10  # the oldest go first, so that sign-ins cannot fill the disk


class Session(msgspec.Struct, frozen=True):
    """A valid session and who it belongs to."""

    token_hash: str
    person: Person
    created_at: int
    seen_at: int


def token_hash(token: str) -> str:
    """Return what is kept of a token: it is random, so a plain hash suffices. Cookies may hold any bytes."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


class Sessions:
    """The sessions of one domain."""

    def __init__(
        self, database: Database, clock: Clock = wall_ms, idle_ms: int = IDLE_MS, absolute_ms: int = ABSOLUTE_MS
    ) -> None:
        """Keep sessions in `database`; they end after `idle_ms` without an act, or `absolute_ms` after the sign-in."""
        self._database = database
        self._idle_ms = idle_ms
        self._absolute_ms = absolute_ms
        self._clock = clock

    @unbroken
    async def open(self, person: Person) -> str:
        """Begin a session and return its token."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock()
        sessions = tables.sessions
        mine = (sessions.c.domain == self._database.domain, sessions.c.user == person.name)
        newest = (
            select(sessions.c.token_hash).where(*mine).order_by(sessions.c.seen_at.desc()).limit(PER_PERSON_MAX - 1)
        )
        async with self._database.write() as connection:
            kept = (await connection.execute(newest)).scalars().all()
            await connection.execute(delete(sessions).where(*mine, sessions.c.token_hash.not_in(kept)))
            row = {"domain": self._database.domain, "token_hash": token_hash(token), "user": person.name}
            await connection.execute(insert(sessions).values(**row, created_at=now, seen_at=now))
        return token

    async def find(self, token: str) -> Session | None:
        """Return the session of a token, whatever its age, unless it was ended or its account shut."""
        return await self.find_hash(token_hash(token))

    async def find_hash(self, hashed: str) -> Session | None:
        """Return the session whose token has this hash, as `find` does."""
        users, sessions = tables.users, tables.sessions
        joined = sessions.join(users, (users.c.domain == sessions.c.domain) & (users.c.name == sessions.c.user))
        columns = (users, sessions.c.created_at.label("opened_at"), sessions.c.seen_at)
        statement = select(*columns).select_from(joined)
        statement = statement.where(sessions.c.domain == self._database.domain, sessions.c.token_hash == hashed)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().first()
        if row is None or row["disabled"]:
            return None
        person = msgspec.convert(row, Person, strict=False)
        return Session(hashed, person, row["opened_at"], row["seen_at"])

    def expired(self, session: Session, in_contact: bool) -> bool:
        """Tell whether a session is over: idle or old, and not inside a live contact."""
        return not in_contact and self._over(session, self._clock())

    def _over(self, session: Session, now: int) -> bool:
        return now - session.seen_at >= self._idle_ms or now - session.created_at >= self._absolute_ms

    async def touch(self, session: Session) -> None:
        """Note that the person did something; written down twice a minute at most."""
        now = self._clock()
        if now - session.seen_at < SEEN_EVERY_MS:
            return
        await self._execute(update(tables.sessions).where(self._is(session.token_hash)).values(seen_at=now))

    async def close(self, hashed: str) -> None:
        """End a session."""
        await self._execute(delete(tables.sessions).where(self._is(hashed)))

    async def sweep(self) -> None:
        """Forget sessions that are long over; those within a contact are kept alive by `touch`."""
        sessions, now = tables.sessions, self._clock()
        over = (sessions.c.seen_at < now - self._absolute_ms) | (sessions.c.created_at < now - 2 * self._absolute_ms)
        await self._execute(delete(sessions).where(sessions.c.domain == self._database.domain, over))

    def _is(self, hashed: str) -> ColumnElement[bool]:
        return and_(tables.sessions.c.domain == self._database.domain, tables.sessions.c.token_hash == hashed)

    @unbroken
    async def _execute(self, statement: Executable) -> None:
        async with self._database.write() as connection:
            await connection.execute(statement)
