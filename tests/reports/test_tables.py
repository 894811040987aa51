"""Reports as tables and as CSV, from journal entries."""

from __future__ import annotations

import pytest

from contactcenter.model.entry import Entry
from contactcenter.model.words import ContactOutcome, Presence, VisitOutcome
from contactcenter.reports.tables import KINDS, Column, Table, report, to_csv, utc
from tests.reports.day import ANN, MINUTE, QUARTER, Day


def hour() -> list[Entry]:
    """One call handled in 10 s and one abandoned."""
    day = Day()
    day.configure()
    day.present(ANN, Presence.READY)
    day.arrive("c1")
    day.enter("c1")
    day.ring("c1", ANN)
    day.at = 10_000
    day.answer("c1", ANN)
    day.at = MINUTE
    day.part("c1", ANN)
    day.finish("c1", ANN)
    day.arrive("c2")
    day.enter("c2")
    day.at = QUARTER + 1
    day.leave("c2", VisitOutcome.ABANDONED)
    day.end("c2", ContactOutcome.ABANDONED)
    return day.entries()


def cells(table: Table, number: int) -> dict[str, object]:
    """A row by column names."""
    return dict(zip([column.name for column in table.columns], table.rows[number], strict=True))


def test_queues_by_interval() -> None:
    table = report("intervals", hour(), 0, 2 * QUARTER)
    first, second = cells(table, 0), cells(table, 1)
    assert first["from"] == "1970-01-01 00:00:00" and second["from"] == "1970-01-01 00:15:00"
    assert (first["offered"], first["handled"], first["abandoned"], first["waiting_at_end"]) == (2, 1, 0, 1)
    assert (first["arrived_abandoned"], first["service_level"], first["asa_ms"]) == (1, 100.0, 10_000)
    assert (second["waiting_at_start"], second["abandoned"], second["abandon_rate"]) == (1, 1, 100.0)


def test_agents_by_interval() -> None:
    table = report("agents", hour(), 0, 2 * QUARTER)
    row = cells(table, 0)
    assert (row["agent"], row["signed_in_ms"], row["ringing_ms"], row["talking_ms"]) == (ANN, QUARTER, 10_000, 50_000)
    assert row["handled"] == 1 and row["not_ready_reasons"] == ""
    assert cells(table, 1)["signed_in_ms"] == 1, "time is counted up to the last entry, not into the future"


def test_contacts_one_a_row() -> None:
    table = report("contacts", hour(), 0, QUARTER)
    first, second = cells(table, 0), cells(table, 1)
    assert (first["contact"], first["outcome"], first["talk_ms"], first["agents"]) == ("c1", "handled", 50_000, ANN)
    assert (second["outcome"], second["queue_ms"], second["ended"]) == ("abandoned", 840_001, "1970-01-01 00:15:00")
    assert report("contacts", hour(), QUARTER, 2 * QUARTER).rows == ()
    assert cells(report("contacts", hour()[:1], 0, QUARTER), 0)["ended"] == "", "a living contact has no end yet"


def test_every_kind_has_a_meaning_for_every_column() -> None:
    for kind in KINDS:
        table = report(kind, hour(), 0, QUARTER)
        assert all(column.meaning for column in table.columns)
        assert all(len(row) == len(table.columns) for row in table.rows)
    with pytest.raises(KeyError):
        report("moods", [], 0, 1)


def test_csv_quotes_and_never_carries_a_formula() -> None:
    columns = (Column("a", "first"), Column("b", "second"))
    table = Table("t", columns, (("=1+1", None), ('say "hi", now', -5), ("@x", 1.5)))
    assert to_csv(table) == 'a,b\r\n\'=1+1,\r\n"say ""hi"", now",-5\r\n\'@x,1.5\r\n'


def test_times_are_shown_in_utc() -> None:
    assert utc(1_700_000_000_999) == "2023-11-14 22:13:20"
