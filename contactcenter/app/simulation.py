"""The command `simulate`: a day of a configuration in virtual time, or the answer to a scenario's question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from contactcenter.model.config import CenterConfig
from contactcenter.settings.scenarios import Scenario, Traffic
from contactcenter.sim.habits import Habits, Shift
from contactcenter.sim.picture import simulate_and_show
from contactcenter.sim.simulate import START_AT, shifts_for, traffic_for
from contactcenter.sim.whatif.chart import draw
from contactcenter.sim.whatif.compare import Variant, run
from contactcenter.sim.whatif.table import Answer, show

__all__ = ["START_AT", "answer_scenario", "print_answer", "print_simulation"]


def print_simulation(config: CenterConfig, hours: int, seed: int) -> int:
    """Simulate and print; return 1 when an invariant was violated."""
    report = simulate_and_show(config, hours, seed, Console(highlight=False))
    return 1 if report.violations or not report.identity_holds else 0


def print_answer(config: CenterConfig, scenario: Scenario, first_seed: int, picture: Path | None) -> None:
    """Run a scenario both ways, with progress, print what changes, and draw it into `picture` (SVG)."""
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bar, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("simulated days", total=2 * scenario.seeds)
        answer = answer_scenario(config, scenario, first_seed, lambda: progress.advance(task))
    console = Console(highlight=False)
    show(answer, console)
    if picture is not None:
        picture.write_text(draw(answer), encoding="utf-8")
        console.print(f"picture        {picture}", soft_wrap=True)


def answer_scenario(config: CenterConfig, scenario: Scenario, first_seed: int, done: Callable[[], None]) -> Answer:
    """Simulate each seed of a scenario as the centre is, and as it would be."""
    start_at = START_AT + scenario.from_ms
    seeds = range(first_seed, first_seed + scenario.seeds)
    shifts = shifts_for(config)
    usual_habits = _habits(traffic_for(config, shifts), scenario.usual)
    usual = Variant("as it is", config, usual_habits, shifts)
    more = [Shift(each.from_ms, each.length_ms) for each in scenario.more for _ in each.agents]
    changed_habits = _habits(traffic_for(config, shifts), scenario.changed)
    changed = Variant(scenario.name, scenario.center, changed_habits, [*shifts, *more])
    days = [run(variant, scenario.hours, start_at, seeds, done) for variant in (usual, changed)]
    return Answer(usual, days[0], changed, days[1], start_at)


def _habits(usual: Habits, traffic: Traffic) -> Habits:
    """Return what people do where a scenario says otherwise; arrivals are scaled last."""

    def scaled(given: int | None, known: int) -> int:
        return (known if given is None else given) * traffic.percent // 100

    return replace(
        usual,
        calls_per_hour=scaled(traffic.calls_per_hour, usual.calls_per_hour),
        chats_per_hour=scaled(traffic.chats_per_hour, usual.chats_per_hour),
        texts_per_hour=scaled(traffic.texts_per_hour, usual.texts_per_hour),
        patience_ms=usual.patience_ms if traffic.patience_ms is None else traffic.patience_ms,
        talk_ms=usual.talk_ms if traffic.talk_ms is None else traffic.talk_ms,
    )
