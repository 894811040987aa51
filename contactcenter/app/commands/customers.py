"""Commands for the customer table."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from contactcenter.app.commands.shared import HERE, Config, err, out, settings_of, told

__all__ = ["customers"]

customers = typer.Typer(help="The customer table.", no_args_is_help=True)


@customers.command("import")
def customers_import(
    file: Annotated[Path, typer.Argument(help="A CSV file with a header line.")], config: Config = HERE
) -> None:
    """Bring customers in from a CSV file; each bad row is named."""
    from contactcenter.app.customers import import_file

    with told():
        raise typer.Exit(asyncio.run(import_file(settings_of(config), file, out, err)))


@customers.command("erase")
def customers_erase(customer: Annotated[str, typer.Argument(help="The customer's id.")], config: Config = HERE) -> None:
    """Destroy all that is kept of a customer; the centre must run."""
    from contactcenter.app.customers import erase

    with told():
        raise typer.Exit(asyncio.run(erase(settings_of(config), customer, out, err)))
