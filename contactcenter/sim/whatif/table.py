"""What changed, as a table for a terminal: each queue as it is and as it would be, with how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from contactcenter.model.config import CenterConfig
from contactcenter.model.ids import QueueId
from contactcenter.model.words import VisitOutcome
from contactcenter.reports.tally import Tally
from contactcenter.sim.picture import Spark
from contactcenter.sim.whatif.compare import Day, Variant, interval_of

__all__ = ["Answer", "levels_by_half_hour", "show", "waiting_by_half_hour"]

SECOND_MS = 1_000
HALF_HOURS_PER_LABEL = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """Both variants with their days, seed by seed in the same order."""

    usual: Variant
    usual_days: list[Day]
    changed: Variant
    changed_days: list[Day]
    start_at: int


Read = Callable[[Tally], float | None]


def _share_lost(tally: Tally) -> float | None:
    return tally.abandon_rate()


def _asa_s(tally: Tally) -> float | None:
    asa_ms = tally.asa_ms()
    return None if asa_ms is None else asa_ms / SECOND_MS


FIGURES: tuple[tuple[str, Read], ...] = (
    ("offered", lambda tally: tally.offered),
    ("handled", lambda tally: tally.outcomes[VisitOutcome.HANDLED]),
    ("level %", lambda tally: tally.service_level()),
    ("ASA s", _asa_s),
    ("lost %", _share_lost),
)


def show(answer: Answer, console: Console) -> None:
    """Print the table of queues, the agents' occupancy, and the half-hours as bars."""
    console.print(_queues(answer))
    usual, changed = ([day.occupancy for day in days] for days in (answer.usual_days, answer.changed_days))
    console.print(f"occupancy      {_mean(usual)} % as it is, {_mean(changed)} % as it would be", soft_wrap=True)
    console.print("(in brackets)  may be chance: run more seeds to be sure", soft_wrap=True)
    _half_hours(answer, console)


def _queues(answer: Answer) -> Table:
    days = len(answer.usual_days)
    table = Table(
        title=f"{answer.changed.name}: means of {days} days, ± 95 %",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("queue", no_wrap=True)
    table.add_column("", no_wrap=True)
    for heading, _ in FIGURES:
        table.add_column(heading, justify="right", no_wrap=True)
    for queue in answer.usual.config.queues:
        usual, changed = (_of_queue(days, queue.id) for days in (answer.usual_days, answer.changed_days))
        targets = [_target(variant.config, queue.id) for variant in (answer.usual, answer.changed)]
        table.add_row(queue.name, "as it is", *_cells(usual))
        table.add_row(f" {targets[0]}", "would be", *_cells(changed))
        new = "" if targets[0] == targets[1] else f" then {targets[1]}"
        table.add_row(new, "change", *_changes(usual, changed), style="bold", end_section=True)
    return table


def _target(config: CenterConfig, queue_id: QueueId) -> str:
    queue = next(each for each in config.queues if each.id == queue_id)
    return f"{queue.target_percent} in {queue.voice_target_ms // SECOND_MS} s"


def _of_queue(days: list[Day], queue: QueueId) -> list[Tally]:
    return [day.queues.get(queue) or Tally() for day in days]


def _cells(tallies: list[Tally]) -> list[str]:
    return [_mean([value for tally in tallies if (value := read(tally)) is not None]) for _, read in FIGURES]


def _mean(values: list[float]) -> str:
    return f"{sum(values) / len(values):,.1f}" if values else "-"


def _changes(usual: list[Tally], changed: list[Tally]) -> list[str]:
    """Return mean and 95 % interval of the differences day by day: what is not surely a change is in brackets."""
    cells = []
    for _, read in FIGURES:
        pairs = [(read(first), read(second)) for first, second in zip(usual, changed, strict=True)]
        both = [second - first for first, second in pairs if first is not None and second is not None]
        if len(both) < 2:
            cells.append("-")
            continue
        mean, half = interval_of(both)
        text = f"{mean:+,.1f}±{half:,.1f}" if any(both) else "none"
        cells.append(text if abs(mean) > half or not any(both) else f"({text})")
    return cells


def _half_hours(answer: Answer, console: Console) -> None:
    for label, read in (("waiting", waiting_by_half_hour), ("service level", levels_by_half_hour)):
        both = Spark([*read(answer.usual_days), *read(answer.changed_days)])
        bars, half = str(both), len(answer.usual_days[0].half_hours)
        console.print(f"{label:<14} {bars[:half]}  as it is", soft_wrap=True)
        console.print(f"{'':<14} {bars[half:]}  would be, up to {both.highest:,.1f}", soft_wrap=True)
    first = answer.start_at // 3_600_000
    hours = "".join(f"{(first + number // 2) % 24:<4}" for number in range(0, half, HALF_HOURS_PER_LABEL))
    console.print(f"{'hour':<14} {hours}", soft_wrap=True)


def waiting_by_half_hour(days: list[Day]) -> list[float | None]:
    """Return the mean number of contacts that wait, by half-hour."""
    return [sum(day.waiting[number] for day in days) / len(days) for number in range(len(days[0].waiting))]


def levels_by_half_hour(days: list[Day]) -> list[float | None]:
    """Return the service level of all days together, by half-hour; None where nobody was judged."""
    levels = []
    for number in range(len(days[0].half_hours)):
        total = Tally()
        for day in days:
            total.add(day.half_hours[number])
        levels.append(total.service_level())
    return levels
