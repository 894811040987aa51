"""A simulated day for a person to look at: tables of queues and agents, and a small picture of the half-hours."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from contactcenter.model.config import CenterConfig
from contactcenter.model.words import Channel
from contactcenter.reports.activity import Doing
from contactcenter.reports.live import QueueFigures
from contactcenter.reports.tables import utc
from contactcenter.reports.tally import Tally
from contactcenter.sim.habits import HALF_HOUR_MS, FaultRates
from contactcenter.sim.simulate import SimulationReport, simulate

__all__ = ["Spark", "half_hour_tallies", "show", "simulate_and_show"]

BARS = "▁▂▃▄▅▆▇█"
VIOLATIONS_SHOWN = 10
QUEUE_HEADINGS = (
    *("offered", "handled", "abandoned", "short", "closed", "other", "waiting"),
    *("service level", "ASA s", "abandon %"),
)
AGENT_HEADINGS = (
    *("handled", "signed in h", "ready min", "ringing min", "dialling min", "talking min", "hold min", "wrap-up min"),
    *("not ready min", "occupancy %"),
)
AGENT_STATES = (
    *(Doing.READY, Doing.RINGING, Doing.DIALLING, Doing.TALKING, Doing.HOLD, Doing.WRAP_UP, Doing.NOT_READY),
)


class Spark:
    """One line of bars, a column for each value; what has no value is a dot."""

    def __init__(self, values: list[float | None]) -> None:
        """Scale to the highest value."""
        self.values = values
        self.highest = max((value for value in values if value is not None), default=0)

    def __str__(self) -> str:
        """Return the bars."""
        return "".join("·" if value is None else BARS[self._height(value)] for value in self.values)

    def _height(self, value: float) -> int:
        return round(value / self.highest * (len(BARS) - 1)) if self.highest else 0


def half_hour_tallies(report: SimulationReport, channel: Channel) -> list[Tally]:
    """Return all queues' visits on a channel together, by half-hour of the day."""
    count = -(-(report.until_at - report.from_at) // HALF_HOUR_MS)
    tallies = [Tally() for _ in range(count)]
    for row in report.half_hours:
        if row.channel is not channel:
            continue
        tallies[(row.from_at - report.from_at) // HALF_HOUR_MS].add(row.by_event)
    return tallies


def simulate_and_show(
    config: CenterConfig, hours: int, seed: int, console: Console, faults: FaultRates | None = None
) -> SimulationReport:
    """Simulate and print; the caller makes an exit status of `violations`."""
    report = simulate(config, hours, seed, faults)
    show(report, console)
    return report


def show(report: SimulationReport, console: Console) -> None:
    """Print the day's figures, the picture, the checks and the trace's hash."""
    console.print(_queues(report))
    console.print(_agents(report))
    _picture(report, console)
    _checks(report, console)


def _table(title: str, first: str, headings: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _queues(report: SimulationReport) -> Table:
    title = f"{report.contacts:,} contacts from {utc(report.from_at)} to {utc(report.until_at)} UTC, seed {report.seed}"
    table = _table(title, "queue", QUEUE_HEADINGS)
    for queue in report.queues:
        other = queue.overflowed + queue.called_back + queue.voicemail + queue.moved + queue.failed
        counts = (queue.offered, queue.handled, queue.abandoned, queue.short_abandoned, queue.closed, other)
        asa_s = None if queue.asa_ms is None else queue.asa_ms // 1000
        cells = (*counts, queue.waiting, _against_target(queue), asa_s, queue.abandon_rate)
        table.add_row(queue.name, *(_text(cell) for cell in cells))
    return table


def _against_target(queue: QueueFigures) -> str:
    return f"{_text(queue.service_level)} / {queue.target_percent} in {queue.target_ms // 1000} s"


def _agents(report: SimulationReport) -> Table:
    table = _table("Agents", "agent", AGENT_HEADINGS)
    for row in report.agents:
        minutes = [row.spent_ms[doing] // 60_000 for doing in AGENT_STATES]
        cells = (row.handled, f"{row.signed_in_ms / 3_600_000:.1f}", *minutes, row.occupancy())
        table.add_row(row.agent, *(_text(cell) for cell in cells))
    return table


def _text(cell: str | int | float | None) -> str:
    if isinstance(cell, int):
        return f"{cell:,}"
    return "-" if cell is None else str(cell)


def _picture(report: SimulationReport, console: Console) -> None:
    """Print three lines of bars over the half-hours of the calls, and the hours below."""
    tallies = half_hour_tallies(report, Channel.VOICE)
    offered = Spark([tally.offered for tally in tallies])
    waits = Spark([tally.longest_wait_ms / 1000 for tally in tallies])
    levels = Spark([tally.service_level() for tally in tallies])
    lines = (
        f"calls offered  {offered}  up to {offered.highest:,}",
        f"longest wait   {waits}  up to {waits.highest:,.0f} s",
        f"service level  {levels}  up to {levels.highest:.0f} %",
    )
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    hours = "".join(f"{hour % 24:<4}" for hour in range(0, -(-len(tallies) // 2), 2))
    console.print(f"hour           {hours} (UTC, by half-hour)", highlight=False, soft_wrap=True)


def _checks(report: SimulationReport, console: Console) -> None:
    for violation in report.violations[:VIOLATIONS_SHOWN]:
        console.print(f"{utc(violation.at)} {violation.invariant}: {violation.what}", style="red", markup=False)
    identity = "holds" if report.identity_holds else "is BROKEN"
    refused = sum(report.rejections.values())
    console.print(
        f"\nidentity       waiting at start + offered = ended + waiting at end {identity} in every interval\n"
        f"checks         {report.checked:,} made, {len(report.violations):,} violations\n"
        f"entries        {report.entries:,} ({refused:,} late or doubled events refused, {report.restarts} restarts)\n"
        f"sha256         {report.sha256}",
        highlight=False,
        soft_wrap=True,
    )
