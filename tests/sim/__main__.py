"""`python -m tests.sim --seeds 500`: as many hours in which everything goes wrong, on all cores, and what was lost."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable
from multiprocessing import get_context
from typing import Annotated, get_args

import typer

from contactcenter.model.facts import Fact
from tests.sim.storm import COUNTED_AS, KINDS, Outcome, run_seed

NOT_APPLICABLE = "F4 F7 F8 are no matter of the core (docs/proof.md)"
SHOWN = 5

command = typer.Typer(pretty_exceptions_enable=False)


@command.command()
def main(
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds.")] = 500,
    first: Annotated[int, typer.Option(help="The first of them.")] = 1,
) -> None:
    """Run seeds of the storm; exit with 1 when any invariant broke, and say how to run such a seed alone."""
    begun = time.monotonic()
    with get_context("fork").Pool(os.cpu_count()) as pool:
        outcomes = list(pool.imap_unordered(run_seed, range(first, first + seeds), chunksize=4))
    print_lines(outcomes)
    typer.echo(f"time         : {time.monotonic() - begun:.0f} s on {os.cpu_count()} cores")
    failed = sorted((outcome for outcome in outcomes if outcome.wrong), key=lambda outcome: outcome.seed)
    for outcome in failed[:SHOWN]:
        typer.echo(f"seed {outcome.seed}: {outcome.wrong[0]}")
    if failed:
        typer.echo(f"failing seeds: {' '.join(str(outcome.seed) for outcome in failed)}")
        typer.echo(f"one alone    : python -m tests.sim --seeds 1 --first {failed[0].seed}")
        raise typer.Exit(1)


def print_lines(outcomes: Iterable[Outcome]) -> None:
    """Print what was lost, and what went wrong so that it might have been."""
    broken, injected, happened, contacts, entries, count = Counter[str](), Counter[str](), Counter[str](), 0, 0, 0
    kind_of = {invariant: kind for kind, invariants in COUNTED_AS.items() for invariant in invariants}
    for outcome in outcomes:
        count, contacts, entries = count + 1, contacts + outcome.contacts, entries + outcome.entries
        injected.update(outcome.injected)
        happened.update(outcome.facts)
        broken.update(kind_of.get(told.split()[0], "otherwise-wrong") for told in outcome.wrong)
    kinds = (*COUNTED_AS, "otherwise-wrong")
    typer.echo(f"nothing lost : contacts {contacts:,}  " + "  ".join(f"{kind} {broken[kind]}" for kind in kinds))
    struck = [kind for kind in KINDS if injected[kind]]
    typer.echo(
        f"faults       : seeds {count:,}  virtual h {count:,}  entries {entries:,}  injected {injected.total():,}  "
        f"kinds {len(struck)}/{len(KINDS)}; {NOT_APPLICABLE}"
    )
    typer.echo("               " + "  ".join(f"{kind} {injected[kind]:,}" for kind in KINDS))
    never = [kind.__name__ for kind in get_args(Fact) if not happened[kind.__name__]]
    typer.echo(f"never seen   : {' '.join(never) or 'nothing'} (what never happens is not proven either)")


if __name__ == "__main__":
    command()
