"""`python -m tests.mutations`: every seeded fault must be found, and nothing in the engine as it is."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer

from tests.mutations.copies import found_by
from tests.mutations.faults import FAULTS

command = typer.Typer(pretty_exceptions_enable=False)


@command.command()
def main(
    lives: Annotated[int, typer.Option(help="Generated lives to look through for each.")] = 300,
    hours: Annotated[int, typer.Option(help="Hours of the storm after that.")] = 40,
    named: Annotated[str, typer.Option(help="Only faults whose name has this in it.")] = "",
) -> None:
    """Seed each fault in a copy of the sources and look for it; exit with 1 when one stays hidden.

    What is found without any fault would be found with each of them, and prove nothing.
    """
    chosen = [fault for fault in FAULTS if named in fault.name]
    hidden = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if wrong := found_by(None, lives, hours):
            typer.echo(f"as it is: {wrong}")
            raise typer.Exit(1)
        for fault, found in zip(chosen, pool.map(lambda fault: found_by(fault, lives, hours), chosen), strict=True):
            by, _, what = found.partition("\t")
            hidden += not found
            typer.echo(f"{fault.name:48} {by or 'NOT FOUND':12} {what}")
    typer.echo(f"{len(chosen) - hidden} of {len(chosen)} seeded faults found")
    if hidden:
        raise typer.Exit(1)


if __name__ == "__main__":
    command()
