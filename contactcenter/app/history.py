"""Commands that read the journal: reports, and the proof that it would be decided the same again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import contactcenter
from contactcenter.app.stores import journal_reader
from contactcenter.center import Center
from contactcenter.model.entry import Entry
from contactcenter.reports.tables import KINDS, Table, report
from contactcenter.runtime.replay import Verdict, verify
from contactcenter.settings import Settings

__all__ = ["Span", "count_journal", "entries_of", "history_table", "span_of", "verify_journal"]

DAYS_MAX = 366  # a year of quarters of an hour is what a table can hold


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time [from_at, to_at) in ms."""

    from_at: int
    to_at: int


def span_of(settings: Settings, first_day: str, last_day: str) -> Span:
    """Return the span from the start of `first_day` to the end of `last_day` (YYYY-MM-DD, the centre's time zone).

    Empty days mean today. Raises ValueError for what is no date, and for too many days.
    """
    zone = ZoneInfo(settings.time_zone)
    today = datetime.now(zone).date().isoformat()
    first, last = _day(first_day or last_day or today), _day(last_day or first_day or today)
    if not 0 <= (last - first).days < DAYS_MAX:
        raise ValueError(f"--to is not before --from, and {DAYS_MAX} days are the most")
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (first, last + timedelta(days=1)))
    return Span(int(begin.timestamp() * 1_000), int(end.timestamp() * 1_000))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day: write YYYY-MM-DD") from None
    if not 1970 <= day.year < 9999:
        raise ValueError(f"{text} is not in our time")
    return day


def history_table(settings: Settings, kind: str, span: Span, interval_ms: int) -> Table:
    """Fold the journal into one of the report tables. Raises ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"there is no report {kind!r}: choose {', '.join(KINDS)}")
    to_at = min(span.to_at, time.time_ns() // 1_000_000)  # of what is to come there is nothing to tell
    return report(kind, entries_of(settings), span.from_at, to_at, interval_ms)


def verify_journal(settings: Settings) -> Verdict:
    """Decide all entries of this version again and compare."""
    reader = journal_reader(settings)
    try:
        return verify(reader, Center, contactcenter.__version__)
    finally:
        reader.close()


def entries_of(settings: Settings) -> Iterator[Entry]:
    """Yield all entries of the journal. Raises StoreUnusable."""
    reader = journal_reader(settings)
    try:
        yield from reader.load()
    finally:
        reader.close()


def count_journal(settings: Settings) -> str:
    """Return in one line what the journal holds."""
    entries = facts = 0
    for entry in entries_of(settings):
        entries, facts = entries + 1, facts + len(entry.facts)
    return f"{entries} entries with {facts} facts"
