"""Commands on accounts and customers: they work on the records directly, whether or not a centre runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.accounts.people import People, Person
from contactcenter.adapters.accounts.phones import Phone, Phones
from contactcenter.adapters.database.store import open_database
from contactcenter.adapters.vault.secret import domain_secret
from contactcenter.app.places import Places
from contactcenter.app.stores import DOMAIN, records_of
from contactcenter.model.ids import AgentId, StationId
from contactcenter.model.words import Role
from contactcenter.settings import Settings

__all__ = ["NotConfigured", "add_person", "add_phone", "disable_person", "list_people", "list_phones", "reset_person"]


class NotConfigured(Exception):
    """A command names an agent or a station that the configuration does not have."""


@asynccontextmanager
async def _people(settings: Settings) -> AsyncIterator[People]:
    database = await open_database(records_of(settings), DOMAIN)
    try:
        yield People(database, Passwords())
    finally:
        await database.close()


@asynccontextmanager
async def _phones(settings: Settings) -> AsyncIterator[Phones]:
    places = Places(settings.paths.var)
    database = await open_database(records_of(settings), DOMAIN)
    try:
        yield Phones(database, domain_secret(places.secret), settings.sip.realm)
    finally:
        await database.close()


async def add_person(settings: Settings, name: str, role: Role, agent: str, language: str = "") -> str:
    """Create a sign-in and return its random password, which is shown this once. Raises AccountError, NotConfigured."""
    if agent and agent not in [known.id for known in settings.center.agents]:
        raise NotConfigured(f"there is no agent {agent!r} in agents.toml")
    if role is Role.AGENT and not agent:
        raise NotConfigured("an agent's sign-in needs --agent, the id in agents.toml")
    async with _people(settings) as people:
        return await people.create(name, role, AgentId(agent) if agent else None, language)


async def reset_person(settings: Settings, name: str) -> str:
    """Give a sign-in a new random password and return it. Raises AccountError."""
    async with _people(settings) as people:
        return await people.reset(name)


async def disable_person(settings: Settings, name: str) -> None:
    """Close a sign-in with all its sessions. Raises AccountError."""
    async with _people(settings) as people:
        await people.disable(name)


async def list_people(settings: Settings) -> list[Person]:
    """Return all sign-ins."""
    async with _people(settings) as people:
        return await people.all()


async def add_phone(settings: Settings, station: str, algorithm: str, label: str = "") -> str:
    """Create a phone's account and return its random secret, which is shown this once."""
    if station not in [known.id for known in settings.center.stations]:
        raise NotConfigured(f"there is no station {station!r} in stations.toml")
    async with _phones(settings) as phones:
        return await phones.create(StationId(station), algorithm, label)


async def list_phones(settings: Settings) -> list[Phone]:
    """Return all phone accounts."""
    async with _phones(settings) as phones:
        return await phones.all()
