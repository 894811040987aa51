"""The people and programs who may sign in, with their role and, for those who take contacts, their agent id."""

from __future__ import annotations

import unicodedata

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from contactcenter.adapters.accounts.passwords import Passwords, random_secret
from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, unbroken
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Role

__all__ = ["AccountError", "People", "Person", "spelling"]

NAME_LENGTH_MAX = 64
PASSWORD_LENGTH_MAX = 256  # argon2 reads all of it: a megabyte would be a free attack


class AccountError(Exception):
    """The account cannot be made or changed; the message says why in one sentence."""


class Person(msgspec.Struct, frozen=True):
    """Who signed in, or may; `agent` is None for those who take no contacts."""

    name: str
    role: Role
    agent: AgentId | None
    language: str
    disabled: bool = False


def spelling(name: str) -> str:
    """Return what all ways to write a name have in common."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def normal_name(name: str) -> str:
    """Return the one spelling of a sign-in name. Raises AccountError for names that nobody could type or read."""
    name = spelling(name)
    if not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise AccountError(f"a sign-in name has 1 to {NAME_LENGTH_MAX} printable signs")
    return name


class People:
    """The accounts of one domain."""

    def __init__(self, database: Database, passwords: Passwords, clock: Clock = wall_ms) -> None:
        """Keep accounts in `database`."""
        self._database = database
        self._passwords = passwords
        self._clock = clock

    @unbroken
    async def create(self, name: str, role: Role, agent: AgentId | None = None, language: str = "") -> str:
        """Create an account and return its random password, which is shown this once. Raises AccountError."""
        name = normal_name(name)
        if (role is Role.AGENT) != (agent is not None):
            raise AccountError("the role agent needs an agent id, and only that role has one")
        password = random_secret()
        row = {
            "domain": self._database.domain,
            "name": name,
            "password": await self._passwords.hash(password),
            "role": role.value,
            "agent": agent,
            "language": language,
            "disabled": False,
            "created_at": self._clock(),
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(tables.users).values(row))
        except IntegrityError:
            raise AccountError(f"the name {name} or its agent id is taken") from None
        return password

    async def reset(self, name: str) -> str:
        """Give an account a new random password, end its sessions, and return it. Raises AccountError."""
        password = random_secret()
        await self._change(name, {"password": await self._passwords.hash(password), "disabled": False})
        return password

    async def disable(self, name: str) -> None:
        """Shut an account; its sessions end at once, its live pages within seconds. Raises AccountError."""
        await self._change(name, {"disabled": True})

    async def all(self) -> list[Person]:
        """Return all accounts by name."""
        statement = select(tables.users).where(tables.users.c.domain == self._database.domain)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement.order_by(tables.users.c.name))).mappings().all()
        return [_person(row) for row in rows]

    async def role_of(self, name: str) -> Role | None:
        """Return the role of an account, None when there is none of this name or it is disabled."""
        return next((person.role for person in await self.all() if person.name == name and not person.disabled), None)

    async def authenticate(self, name: str, password: str) -> Person | None:
        """Return who signs in, or None; the time taken does not tell a wrong name from a wrong password."""
        try:
            name = normal_name(name)
        except AccountError:
            name = ""
        statement = select(tables.users).where(
            tables.users.c.domain == self._database.domain, tables.users.c.name == name
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().first()
        right = await self._passwords.check(row["password"] if row else None, password[:PASSWORD_LENGTH_MAX])
        return _person(row) if row and right and not row["disabled"] else None

    @unbroken
    async def _change(self, name: str, values: dict[str, object]) -> None:
        name = normal_name(name)
        users, sessions = tables.users, tables.sessions
        domain = self._database.domain
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(users).where(users.c.domain == domain, users.c.name == name).values(values)
            )
            if not changed.rowcount:
                raise AccountError(f"there is no account {name}")
            await connection.execute(sessions.delete().where(sessions.c.domain == domain, sessions.c.user == name))


def _person(row: object) -> Person:
    return msgspec.convert(row, Person, from_attributes=True, strict=False)
