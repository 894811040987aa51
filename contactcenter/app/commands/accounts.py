"""Commands for accounts: of people who sign in, and of phones that register."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table as ShownTable

from contactcenter.app.commands.shared import HERE, Config, out, settings_of, told
from contactcenter.model.words import Role

__all__ = ["phones", "users"]

users = typer.Typer(help="People who sign in.", no_args_is_help=True)
phones = typer.Typer(help="Phones that register.", no_args_is_help=True)


@users.command("add")
def user_add(
    name: str,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.AGENT,
    agent: Annotated[str, typer.Option(help="The agent's id in agents.toml.")] = "",
    config: Config = HERE,
) -> None:
    """Create a sign-in; its random password is shown once."""
    from contactcenter.app.accounts import add_person

    with told():
        password = asyncio.run(add_person(settings_of(config), name, role, agent))
    out.print(f"{name} may sign in as {role} with the password  {password}  (shown this once)", markup=False)


@users.command("reset")
def user_reset(name: str, config: Config = HERE) -> None:
    """Give a sign-in a new random password."""
    from contactcenter.app.accounts import reset_person

    with told():
        password = asyncio.run(reset_person(settings_of(config), name))
    out.print(f"{name}'s new password is  {password}  (shown this once)", markup=False)


@users.command("disable")
def user_disable(name: str, config: Config = HERE) -> None:
    """Close a sign-in with all its sessions."""
    from contactcenter.app.accounts import disable_person

    with told():
        asyncio.run(disable_person(settings_of(config), name))
    out.print(f"{name} cannot sign in any more", markup=False)


@users.command("list")
def user_list(config: Config = HERE) -> None:
    """List all sign-ins."""
    from contactcenter.app.accounts import list_people

    shown = ShownTable("name", "role", "agent", "state")
    with told():
        people = asyncio.run(list_people(settings_of(config)))
    for person in people:
        shown.add_row(person.name, person.role, person.agent or "", "disabled" if person.disabled else "")
    out.print(shown)


@phones.command("add")
def phone_add(
    station: Annotated[str, typer.Argument(help="The station's id in stations.toml.")],
    md5: Annotated[bool, typer.Option("--md5", help="For phones that know no SHA-256.")] = False,
    config: Config = HERE,
) -> None:
    """Create a phone's account; its random secret is shown once."""
    from contactcenter.app.accounts import add_phone

    settings = settings_of(config)
    with told():
        secret = asyncio.run(add_phone(settings, station, "MD5" if md5 else "SHA-256"))
    host = settings.sip.advertised or settings.sip.bind
    out.print(f"type into the phone: server {host}:{settings.sip.port} (UDP), user {station}, password {secret}")
    out.print("the password is shown this once", markup=False)


@phones.command("list")
def phone_list(config: Config = HERE) -> None:
    """List all phone accounts."""
    from contactcenter.app.accounts import list_phones

    shown = ShownTable("station", "algorithm", "label")
    with told():
        known = asyncio.run(list_phones(settings_of(config)))
    for phone in known:
        shown.add_row(phone.station, phone.algorithm, phone.label)
    out.print(shown)
