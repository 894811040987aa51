"""`python -m tests.properties --runs 2000 --steps 50`: generated lives of the centre, other ones each time."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from tests.properties.lives import live

command = typer.Typer(pretty_exceptions_enable=False)


@command.command()
def main(
    runs: Annotated[int, typer.Option(min=1, help="How many lives.")] = 2_000,
    steps: Annotated[int, typer.Option(min=1, help="How many events, or small groups of them, in each.")] = 50,
    shrink: Annotated[bool, typer.Option(help="Seek the shortest life that fails: it may take minutes.")] = True,
) -> None:
    """Let the real centre live through whatever may happen, and watch every invariant after each step."""
    begun = time.process_time()
    live(runs, steps, shrink=shrink)
    typer.echo(f"{runs} lives of {steps} steps: every invariant held ({time.process_time() - begun:.0f} s of CPU)")


if __name__ == "__main__":
    command()
