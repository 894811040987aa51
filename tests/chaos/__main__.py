"""`python -m tests.chaos --kills 500 --seed 7`: kill a whole site, again and again, and say what became of it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.chaos.gate import Outcome, run_once
from tests.chaos.run import QUICK, Pace, Strike
from tests.chaos.site import all_servers
from tests.real.children import Children

EVERYBODY = ("engine", "desk", "media worker", "frozen engine", "postgresql", "broker", "redis")

console = Console()


def main(
    kills: Annotated[int, typer.Option(min=1, help="How often to kill.")] = 500,
    seed: Annotated[int, typer.Option(help="Whom, when and how long.")] = 7,
    victims: Annotated[str, typer.Option(help="Whom to kill, with commas.")] = ",".join(EVERYBODY),
    quick: Annotated[bool, typer.Option(help="At the pace of the gate, servers away for 0.4 s at most.")] = False,
) -> None:
    """Kill -9 whatever a site consists of, under traffic; exit with 1 when anything acknowledged is lost."""
    chosen = victims.split(",")
    if strange := [name for name in chosen if name not in EVERYBODY]:
        raise typer.BadParameter(f"{', '.join(strange)}: known are {', '.join(EVERYBODY)}")
    pace = QUICK if quick else Pace()
    with _folder() as folder:
        outcome = _run(folder, chosen, kills, seed, pace)
        console.print(_table(outcome))
        console.print("acts: " + ", ".join(f"{kind} {count}" for kind, count in outcome.acts.most_common()))
        if not outcome.broken:
            shutil.rmtree(folder)
            return
        console.print(outcome.broken.told(), markup=False)
        console.print(f"seed {seed}; histories and logs are kept in {folder}", markup=False)
    raise typer.Exit(1)


@contextmanager
def _folder() -> Iterator[Path]:
    """A private folder; what a run leaves there stays when it ends badly."""
    yield Path(tempfile.mkdtemp(prefix="cc-chaos-"))


def _run(folder: Path, victims: list[str], kills: int, seed: int, pace: Pace) -> Outcome:
    children = Children(folder)
    var = folder / "var"
    var.mkdir(mode=0o700)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with ExitStack() as life:
        life.callback(children.end)
        servers = life.enter_context(all_servers(folder, children))
        progress = life.enter_context(Progress(*columns, console=console))
        task = progress.add_task("kill -9", total=kills)

        def told(strike: Strike) -> None:
            progress.update(task, advance=1, description=f"kill -9 {strike.victim:<13}")

        return asyncio.run(run_once(var, children, servers, victims, kills, seed, pace, told))


def _table(outcome: Outcome) -> Table:
    broken = outcome.broken
    told = f"{outcome.promises} promises, {outcome.entries} entries: " + ", ".join(
        f"{kind} {broken.count(kind)}" for kind in ("lost", "doubled", "open", "other")
    )
    table = Table("victim", "kills", "longest gap", "longest drain", caption=told, caption_justify="left")
    for name, death in sorted(outcome.felt.items()):
        table.add_row(name, str(death.kills), f"{death.longest_gap_s:.1f} s", f"{death.longest_drain_s:.1f} s")
    return table


if __name__ == "__main__":
    typer.run(main)
