"""Opening hours as people write them, compiled to the UTC intervals that decisions read.

Only here are time zones and holidays known: their rules change between releases, so what a decision saw must stand in
the published configuration as plain instants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contactcenter.model.config import CalendarConfig
from contactcenter.settings.problems import Problem
from contactcenter.settings.public_holidays import PublicDays, read_public_days
from contactcenter.settings.tables import Table

__all__ = ["DAYS_AFTER", "DAYS_BEFORE", "Calendar", "Span", "compiled", "read_calendars", "read_spans", "read_zone"]

DAYS_BEFORE: Final = 1
"""Yesterday's night shift may reach into today."""

DAYS_AFTER: Final = 400
"""More than a year: an installation that is not restarted or reloaded for so long has other worries."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY: Final = 1_440
SPAN: Final = r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)"
SPAN_WHAT: Final = 'spans such as "08:30-18:00"; "22:00-06:00" ends on the next day, "00:00-24:00" is all day'


class Span(NamedTuple):
    """Minutes of local time since a day's midnight; `end` may lie on the next day."""

    start: int
    end: int


class Calendar(NamedTuple):
    """A week's spans, Monday first, and the days that differ."""

    id: str
    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    exceptions: Mapping[date, tuple[Span, ...]]


def compiled(calendar: Calendar, today: date) -> CalendarConfig:
    """Return the open intervals in UTC ms from the day before `today` on; those that touch are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(_instants(calendar, today)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return CalendarConfig(calendar.id, tuple(joined))


def _instants(calendar: Calendar, today: date) -> Iterator[tuple[int, int]]:
    for offset in range(-DAYS_BEFORE, DAYS_AFTER + 1):
        day = today + timedelta(offset)
        for span in calendar.exceptions.get(day, calendar.week[day.weekday()]):
            start, end = _instant(day, span.start, calendar.zone), _instant(day, span.end, calendar.zone)
            if start < end:  # one that begins in the hour that summer time skips may be empty
                yield start, end


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    local = datetime.combine(day + timedelta(minute // MINUTES_PER_DAY), time(), zone)
    return round((local + timedelta(minutes=minute % MINUTES_PER_DAY)).timestamp()) * 1_000


def read_zone(table: Table, default: str | None = None) -> ZoneInfo:
    """Take a time zone's name."""
    name = table.text("time_zone", default, what='a zone such as "Asia/Shanghai"')
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        table.complain("time_zone", f"{name!r} is not a known time zone", 'give one such as "Asia/Shanghai"')
        return ZoneInfo("UTC")


def read_calendars(table: Table, default_zone: str, today: date, warnings: list[Problem]) -> list[Calendar]:
    """Take the calendars and the lists of holidays that they use; `warnings` are of what is not known yet."""
    holidays = {name: _read_holidays(days) for name, days in table.inner("holidays").named("list of holidays")}
    return [
        _read_calendar(name, calendar, holidays, read_zone(calendar, default_zone), _public(calendar, today, warnings))
        for name, calendar in table.inner("calendars").named("calendar")
    ]


def _read_holidays(table: Table) -> list[date]:
    days = []
    for written in table.names():
        table.text(written, what='the holiday\'s name, as in 2027-01-01 = "New Year"')
        days += _read_day(table, written)
    return days


def _public(table: Table, today: date, warnings: list[Problem]) -> PublicDays:
    """Take the public holidays of the days for which calendars are compiled."""
    first, last = today - timedelta(DAYS_BEFORE), today + timedelta(DAYS_AFTER)
    days = read_public_days(table, "public_holidays", first, last)
    if days.unpublished:
        years = " and ".join(str(year) for year in days.unpublished)
        reason = f"for {years} are not all published, or not known here yet"
        remedy = "bring the package holidays up to date later on, or write the days that differ under special"
        warnings.append(table.problem("public_holidays", reason, remedy))
    return days


def _read_calendar(
    name: str, table: Table, holidays: Mapping[str, list[date]], zone: ZoneInfo, public: PublicDays
) -> Calendar:
    """The days that differ, the later the stronger: public ones, those of lists, special ones."""
    week = tuple(read_spans(table, day, ()) for day in WEEKDAYS)
    make_up = read_spans(table, "make_up", ()) if "make_up" in table.names() else week[0]
    exceptions: dict[date, tuple[Span, ...]] = dict.fromkeys(public.off, ())
    exceptions.update(dict.fromkeys(public.make_up, make_up))
    chosen = table.texts("holidays", ())
    for holiday in chosen:
        if holiday not in holidays:
            known = ", ".join(holidays) or "none"
            table.complain("holidays", f"there is no list of holidays {holiday!r}", f"known: {known}")
        exceptions.update(dict.fromkeys(holidays.get(holiday, []), ()))
    special = table.inner("special")
    for written in special.names():
        spans = read_spans(special, written, None)
        exceptions.update(dict.fromkeys(_read_day(special, written), spans))
    return Calendar(name, zone, week, exceptions)


def _read_day(table: Table, written: str) -> list[date]:
    try:
        return [date.fromisoformat(written)]
    except ValueError:
        table.complain(written, "is not a day", "write it as year-month-day, such as 2027-01-31")
        return []


def read_spans(table: Table, key: str, default: tuple[str, ...] | None) -> tuple[Span, ...]:
    """Take spans of a day such as `["08:30-18:00"]`; without a default they must be given."""
    spans = []
    for written in table.texts(key, default):
        if not re.fullmatch(SPAN, written):
            table.complain(key, f"has {written!r}", f"give {SPAN_WHAT}")
            continue
        start, end = (int(part[:2]) * 60 + int(part[3:]) for part in written.split("-"))
        spans.append(Span(start, end if end > start else end + MINUTES_PER_DAY))
    return tuple(spans)
