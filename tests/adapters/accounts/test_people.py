"""Accounts and sessions: no default, random passwords, equal answers for unknown names, an end when shut or idle."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.accounts.people import AccountError, People
from contactcenter.adapters.accounts.sessions import ABSOLUTE_MS, IDLE_MS, PER_PERSON_MAX, Sessions
from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Role


class HandClock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def people(database: Database, passwords: Passwords) -> People:
    return People(database, passwords)


@pytest.fixture
def sessions(database: Database, clock: HandClock) -> Sessions:
    return Sessions(database, clock)


async def test_a_fresh_centre_has_no_account(people: People) -> None:
    assert await people.all() == []
    assert await people.authenticate("admin", "admin") is None


async def test_an_agent_signs_in_with_the_password_shown_once(people: People) -> None:
    password = await people.create("Anna", Role.AGENT, AgentId("a1"), "zh")
    person = await people.authenticate(" ANNA ", password)
    assert person is not None
    assert (person.name, person.role, person.agent, person.language) == ("anna", Role.AGENT, "a1", "zh")
    assert await people.authenticate("anna", password + "x") is None


async def test_only_an_argon2id_hash_is_kept(people: People, database: Database) -> None:
    password = await people.create("root", Role.ADMIN)
    async with database.read() as connection:
        kept = (await connection.execute(select(tables.users.c.password))).scalar_one()
    assert kept.startswith("$argon2id$") and password not in kept


@pytest.mark.parametrize(
    ("name", "role", "agent"),
    [
        ("", Role.ADMIN, None),
        ("x" * 65, Role.ADMIN, None),
        ("a\nb", Role.ADMIN, None),
        ("a", Role.AGENT, None),
        ("s", Role.SUPERVISOR, AgentId("a1")),
    ],
)
async def test_accounts_that_make_no_sense_are_refused(
    people: People, name: str, role: Role, agent: AgentId | None
) -> None:
    with pytest.raises(AccountError):
        await people.create(name, role, agent)


async def test_a_name_or_agent_is_given_once(people: People) -> None:
    await people.create("anna", Role.AGENT, AgentId("a1"))
    for name, agent in (("ANNA", "a2"), ("bert", "a1")):
        with pytest.raises(AccountError, match="taken"):
            await people.create(name, Role.AGENT, AgentId(agent))


async def test_a_shut_account_loses_its_sessions_at_once(people: People, sessions: Sessions) -> None:
    password = await people.create("root", Role.ADMIN)
    person = await people.authenticate("root", password)
    assert person is not None
    token = await sessions.open(person)
    assert await sessions.find(token) is not None
    await people.disable("root")
    assert await sessions.find(token) is None
    assert await people.authenticate("root", password) is None
    fresh = await people.reset("root")
    assert await people.authenticate("root", fresh) is not None
    with pytest.raises(AccountError, match="no account"):
        await people.disable("nobody")


async def signed_in(people: People, sessions: Sessions) -> str:
    person = await people.authenticate("root", await people.create("root", Role.ADMIN))
    assert person is not None
    return await sessions.open(person)


@pytest.mark.parametrize(
    ("idle_ms", "in_contact", "over"),
    [(IDLE_MS - 1, False, False), (IDLE_MS, False, True), (IDLE_MS, True, False), (ABSOLUTE_MS, True, False)],
)
async def test_sessions_end_when_idle_but_not_within_a_contact(
    people: People, sessions: Sessions, clock: HandClock, idle_ms: int, in_contact: bool, over: bool
) -> None:
    token = await signed_in(people, sessions)
    clock.now += idle_ms
    session = await sessions.find(token)
    assert session is not None and sessions.expired(session, in_contact) is over


async def test_acts_keep_a_session_alive_until_its_twelve_hours(
    people: People, sessions: Sessions, clock: HandClock
) -> None:
    token = await signed_in(people, sessions)
    begun = clock.now
    while clock.now - begun < ABSOLUTE_MS:
        session = await sessions.find(token)
        assert session is not None and not sessions.expired(session, False)
        await sessions.touch(session)
        clock.now += IDLE_MS - 1
    session = await sessions.find(token)
    assert session is not None and sessions.expired(session, False)
    clock.now += 2 * ABSOLUTE_MS
    await sessions.sweep()
    assert await sessions.find(token) is None


async def test_the_database_holds_no_usable_token(people: People, sessions: Sessions, database: Database) -> None:
    token = await signed_in(people, sessions)
    async with database.read() as connection:
        kept = (await connection.execute(select(tables.sessions.c.token_hash))).scalar_one()
    assert kept != token and await sessions.find(kept) is None
    session = await sessions.find(token)
    assert session is not None
    await sessions.close(session.token_hash)
    assert await sessions.find(token) is None


async def test_a_person_has_few_sessions_and_the_oldest_go(
    people: People, sessions: Sessions, clock: HandClock
) -> None:
    person = await people.authenticate("root", await people.create("root", Role.ADMIN))
    assert person is not None
    tokens = []
    for _ in range(PER_PERSON_MAX + 2):
        clock.now += 1
        tokens.append(await sessions.open(person))
    alive = [await sessions.find(token) is not None for token in tokens]
    assert alive == [False] * 2 + [True] * PER_PERSON_MAX
