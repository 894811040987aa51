"""Hours hold by the clock on the wall, in every zone and on the days when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.model.hours import is_open
from contactcenter.settings.hours import DAYS_AFTER, DAYS_BEFORE, Calendar, Span, compiled

# Clocks change by an hour north and south of the equator, by half an hour (Lord Howe), at midnight (Santiago, Beirut),
# and not at all (Shanghai, Kathmandu).
ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "America/Santiago"),
    *("Asia/Beirut", "Asia/Shanghai", "Asia/Kathmandu"),
)
MINUTE_MS = 60_000

spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 1439), st.integers(1, 1440))
weeks = st.lists(st.lists(spans, max_size=2).map(tuple), min_size=7, max_size=7).map(tuple)
changes = st.sampled_from(
    [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 9, 6), date(2026, 10, 4), date(2026, 10, 25)]
)


def wall_says_open(calendar: Calendar, at: int) -> bool:
    """Whether the clock on the wall shows a time within the hours of its day, or of the night before.

    Minutes since midnight are read off the wall; an hour that comes twice is open both times or not at all.
    """
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(1)
    own = calendar.exceptions.get(today, calendar.week[today.weekday()])
    before = calendar.exceptions.get(yesterday, calendar.week[yesterday.weekday()])
    return any(span.start <= minute < span.end for span in own) or any(
        span.start <= minute + 1440 < span.end for span in before
    )


def changes_clock(zone: ZoneInfo, at: int) -> bool:
    """Whether clocks change within two hours of an instant: there times on the wall are missing, or come twice."""
    moments = (datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=hours) for hours in (-2, 0, 2))
    return len({moment.astimezone(zone).utcoffset() for moment in moments}) > 1


@given(week=weeks, zone=st.sampled_from(ZONES), today=changes, minute=st.integers(-2 * 1440, 9 * 1440))
def test_a_centre_is_open_when_the_clock_on_the_wall_says_so(
    week: tuple[tuple[Span, ...], ...], zone: str, today: date, minute: int
) -> None:
    calendar = Calendar("test", ZoneInfo(zone), week, {})
    at = round(datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp()) * 1000 + minute * MINUTE_MS
    first = datetime(today.year, today.month, today.day, tzinfo=calendar.zone) - timedelta(DAYS_BEFORE - 1)
    if at < first.timestamp() * 1000 or changes_clock(calendar.zone, at):
        return
    assert is_open(compiled(calendar, today).open, at) is wall_says_open(calendar, at)


@given(week=weeks, zone=st.sampled_from(ZONES), today=changes)
def test_intervals_are_in_order_apart_and_within_the_window(
    week: tuple[tuple[Span, ...], ...], zone: str, today: date
) -> None:
    opened = compiled(Calendar("test", ZoneInfo(zone), week, {}), today).open
    assert all(start < end for start, end in opened)
    assert all(before[1] < after[0] for before, after in pairwise(opened))
    whole_days = (opened[-1][1] - opened[0][0]) / 86_400_000 if opened else 0
    assert whole_days <= DAYS_BEFORE + DAYS_AFTER + 2 + 1 / 24


@given(zone=st.sampled_from(ZONES), today=changes, start=st.integers(0, 1380), length=st.integers(61, 600))
def test_on_the_day_itself_it_opens_and_closes_at_the_time_on_the_wall(
    zone: str, today: date, start: int, length: int
) -> None:
    """Where a time does not exist it is the first moment after the gap that an hour's shift gives; twice, the first."""
    calendar = Calendar("test", ZoneInfo(zone), ((Span(start, start + length),),) * 7, {})
    for begins_at, ends_at in compiled(calendar, today).open[:3]:
        for at, minute in ((begins_at, start), (ends_at, start + length)):
            local = datetime.fromtimestamp(at / 1000, UTC).astimezone(calendar.zone)
            shown = local.hour * 60 + local.minute
            wanted = minute % 1440
            nearest = min((shown - wanted) % 1440, (wanted - shown) % 1440)
            gap = local - timedelta(hours=2)
            moved = gap.astimezone(UTC).astimezone(calendar.zone).utcoffset() != local.utcoffset()
            assert nearest == 0 or (moved and nearest <= 60), (local, minute)
            assert local.fold == 0
