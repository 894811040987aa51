"""Report tables on a terminal: the columns that fit stand side by side, and below them what each of them means."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table as ShownTable

from contactcenter.reports.tables import Cell, Column, Table

__all__ = ["show"]

FRAME = 3  # a column's border and padding
NOTHING = (None, 0, "")
TIME = "from"  # the first column of reports by interval, whose quiet rows say nothing


def show(out: Console, table: Table, time_zone: str) -> None:
    """Print a report without its empty rows and columns; where the terminal ends, columns are left out and named."""
    rows = [row for row in table.rows if table.columns[0].name != TIME or _is_told(row)]
    if not rows:
        out.print(f"{table.title}: nothing happened in this time (days begin in {time_zone}; see --from and --to)")
        return
    used = [number for number in range(len(table.columns)) if any(row[number] not in NOTHING for row in rows)]
    # Into a file or a pipe goes everything: nobody reads there as on a screen.
    fitting = _fitting(table.columns, rows, used, out.width) if out.is_terminal else used
    if not out.is_terminal:
        out = Console(file=out.file, highlight=False, width=_width(table.columns, rows, fitting))
    out.print(_shown(table, rows, fitting))
    for number in fitting:
        out.print(f"  {table.columns[number].name}: {table.columns[number].meaning}", style="dim", markup=False)
    if len(fitting) < len(used):
        left_out = ", ".join(table.columns[number].name for number in used[len(fitting) :])
        out.print(f"no room for {left_out}: widen the terminal, or see all with --csv")


def _shown(table: Table, rows: Sequence[Sequence[Cell]], numbers: Sequence[int]) -> ShownTable:
    shown = ShownTable(title=table.title, title_justify="left", header_style="bold")
    for number in numbers:
        texts = all(isinstance(row[number], str) for row in rows)
        shown.add_column(_header(table.columns[number]), justify="left" if texts else "right", no_wrap=True)
    for row in rows:
        shown.add_row(*(_cell(row[number]) for number in numbers))
    return shown


def _is_told(row: Sequence[Cell]) -> bool:
    """Whether anything happened in a row; what names it is text."""
    return any(cell not in NOTHING for cell in row if not isinstance(cell, str))


def _fitting(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], numbers: Sequence[int], width: int
) -> Sequence[int]:
    """Return as many of the columns, from the left, as `width` has room for."""
    count = len(numbers)
    while count > 1 and _width(columns, rows, numbers[:count]) > width:
        count -= 1
    return numbers[:count]


def _width(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], numbers: Sequence[int]) -> int:
    return 1 + sum(
        FRAME
        + max(len(line) for line in (*_header(columns[number]).split("\n"), *(_cell(row[number]) for row in rows)))
        for number in numbers
    )


def _header(column: Column) -> str:
    """Return a column's name on several short lines."""
    return column.name.replace("_", "\n")


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)
