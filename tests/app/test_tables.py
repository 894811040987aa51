"""Reports on a screen: what fits is shown, what does not is named, and into a pipe goes everything."""

from __future__ import annotations

import io

from rich.console import Console

from contactcenter.app.tables import show
from contactcenter.reports.tables import Column, Table

INTERVALS = Table(
    "Queues by interval",
    (Column("from", "start"), Column("queue", "queue"), Column("offered", "came"), Column("arrived_handled", "done")),
    (("04:00", "faults", 0, None), ("04:15", "faults", 3, 2), ("04:30", "general", 1, 1)),
)


def shown(table: Table, width: int, terminal: bool = True) -> str:
    """What a person sees on a screen that wide."""
    out = Console(file=io.StringIO(), width=width, force_terminal=terminal, no_color=True, highlight=False)
    show(out, table, "Asia/Shanghai")
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_quiet_intervals_are_left_out() -> None:
    assert "04:00" not in shown(INTERVALS, 100)
    assert "04:15" in shown(INTERVALS, 100)


def test_contacts_are_shown_even_when_nothing_was_measured() -> None:
    table = Table("Contacts", (Column("contact", "contact"), Column("ivr_ms", "time")), (("C1.3", 0),))
    assert "C1.3" in shown(table, 100)


def test_columns_without_room_are_named_and_no_cell_is_cut() -> None:
    text = shown(INTERVALS, 30)
    assert "no room for arrived_handled" in " ".join(text.split())
    assert "faults" in text and "general" in text and "…" not in text


def test_a_pipe_gets_every_column() -> None:
    text = shown(INTERVALS, 20, terminal=False)
    assert "no room" not in text and "arrived" in text and "…" not in text


def test_a_quiet_day_is_said_in_words() -> None:
    quiet = Table(INTERVALS.title, INTERVALS.columns, INTERVALS.rows[:1])
    assert "nothing happened in this time (days begin in Asia/Shanghai" in shown(quiet, 100)
