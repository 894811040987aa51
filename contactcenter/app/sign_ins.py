"""Who may sign in to a centre that is started by hand: an administrator at the very first start, and for the
demonstration everybody anew, with random passwords each time.

Passwords are returned to be shown once; only the demonstration's simulated agents find theirs in a private file.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.accounts.people import People
from contactcenter.adapters.accounts.phones import Phones
from contactcenter.adapters.customers.commands import import_customers
from contactcenter.adapters.customers.csv_file import BadFile
from contactcenter.adapters.customers.directory import Customers
from contactcenter.adapters.database.store import Database, open_database
from contactcenter.adapters.vault.secret import domain_secret
from contactcenter.app.accounts import NotConfigured
from contactcenter.app.places import Places
from contactcenter.app.stores import DOMAIN, records_of
from contactcenter.model.config import AgentConfig
from contactcenter.model.ids import AgentId, StationId
from contactcenter.model.words import Role
from contactcenter.settings import Settings

__all__ = ["Cast", "Seat", "customers_of", "first_admin", "read_cast", "renew_cast", "write_cast"]

ADMIN, SUPERVISOR = "admin", "supervisor"


class Seat(msgspec.Struct, frozen=True):
    """An agent's sign-in with password, and the station's phone with its secret."""

    agent: str
    name: str
    password: str
    station: str
    secret: str


class Cast(msgspec.Struct, frozen=True):
    """Everybody of a demonstration: the seat that is kept for a person, the simulated ones, and who looks on."""

    person: Seat
    simulated: tuple[Seat, ...]
    others: dict[str, str]


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = await open_database(records_of(settings), DOMAIN)
    try:
        yield database
    finally:
        await database.close()


async def first_admin(settings: Settings) -> str | None:
    """Create the administrator when nobody may sign in yet, and return the password; else None."""
    async with _opened(settings) as database:
        people = People(database, Passwords())
        return None if await people.all() else await people.create(ADMIN, Role.ADMIN)


async def renew_cast(settings: Settings) -> Cast:
    """Give everybody of the demonstration a new password, every agent's phone a new secret. Raises NotConfigured."""
    async with _opened(settings) as database:
        people = People(database, Passwords())
        others = {name: await _renewed(people, name, Role(name), None) for name in (SUPERVISOR, ADMIN)}
        phones = Phones(database, domain_secret(Places(settings.paths.var).secret), settings.sip.realm)
        agents = [agent for agent in settings.center.agents if not agent.phone_only]
        seats = [await _seat(people, phones, agent, agent.station) for agent in agents if agent.station]
        if not seats:
            raise NotConfigured("a demonstration needs an agent with a station in agents.toml")
        # The person's telephone may be of any make, and many know nothing better than MD5.
        secret = await phones.create(StationId(seats[0].station), "MD5", label="demonstration")
        seats[0] = msgspec.structs.replace(seats[0], secret=secret)
    return Cast(seats[0], tuple(seats[1:]), others)


async def _seat(people: People, phones: Phones, agent: AgentConfig, station: StationId) -> Seat:
    known = {person.agent: person.name for person in await people.all()}
    name = known.get(agent.id, str(agent.id))
    password = await _renewed(people, name, Role.AGENT, agent.id)
    return Seat(agent.id, name, password, station, await phones.create(station, label="demonstration"))


async def _renewed(people: People, name: str, role: Role, agent: AgentId | None) -> str:
    if name in [person.name for person in await people.all()]:
        return await people.reset(name)
    return await people.create(name, role, agent)


async def customers_of(settings: Settings) -> Path | None:
    """Bring the demonstration's customers in, and return their file; None when the configuration has none."""
    file = settings.paths.config / "demo" / "customers.csv"
    async with _opened(settings) as database:
        try:
            await import_customers(Customers(database, settings.default_region), file, lambda bad: None)
        except BadFile:
            return None
    return file


def write_cast(settings: Settings, cast: Cast) -> None:
    """Leave the cast where the simulated people find it, readable by the owner alone."""
    path = _cast_file(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(cast))


def read_cast(settings: Settings) -> Cast:
    """Return the cast that was left. Raises OSError when there is none."""
    return msgspec.json.decode(_cast_file(settings).read_bytes(), type=Cast)


def _cast_file(settings: Settings) -> Path:
    return Places(settings.paths.var).socket.with_name("cast.json")
