"""Opening hours: weeks, nights, holidays, days that differ, and the two days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from contactcenter.settings.hours import Calendar, Span, compiled, read_calendars
from contactcenter.settings.problems import Problem, Source
from contactcenter.settings.tables import Table

MONDAY = date(2026, 11, 23)
NINE_TO_FIVE = (Span(540, 1020),)
NEVER: tuple[Span, ...] = ()


def opened(calendar: Calendar, today: date, count: int) -> list[str]:
    """The first intervals as local times."""
    written = []
    for start, end in compiled(calendar, today).open[:count]:
        first, last = (datetime.fromtimestamp(at / 1000, UTC).astimezone(calendar.zone) for at in (start, end))
        written.append(f"{first:%a %d %H:%M} - {last:%a %d %H:%M}")
    return written


def week(*days: tuple[Span, ...]) -> Calendar:
    """A calendar in Berlin, where clocks change."""
    return Calendar("test", ZoneInfo("Europe/Berlin"), days, {})


def test_a_plain_week() -> None:
    office = week(*[NINE_TO_FIVE] * 5, NEVER, NEVER)
    assert opened(office, date(2026, 11, 20), 3) == [
        "Thu 19 09:00 - Thu 19 17:00",
        "Fri 20 09:00 - Fri 20 17:00",
        "Mon 23 09:00 - Mon 23 17:00",
    ]


def test_the_window_reaches_more_than_a_year_ahead() -> None:
    always = week(*[NINE_TO_FIVE] * 7)
    last = compiled(always, MONDAY).open[-1]
    assert datetime.fromtimestamp(last[0] / 1000, UTC).date() == date(2027, 12, 28)


def test_a_night_belongs_to_the_day_on_which_it_begins_and_day_and_night_is_one_interval() -> None:
    nights = week(*[(Span(1320, 1800),)] * 7)
    assert opened(nights, MONDAY, 1) == ["Sun 22 22:00 - Mon 23 06:00"]
    assert len(compiled(week(*[(Span(0, 1440),)] * 7), MONDAY).open) == 1


def test_spans_that_overlap_are_one() -> None:
    both = week(*[(Span(600, 660), Span(540, 1020))] * 7)
    assert opened(both, MONDAY, 1) == ["Sun 22 09:00 - Sun 22 17:00"]


def test_a_holiday_and_a_special_day_replace_the_week() -> None:
    calendar = week(*[NINE_TO_FIVE] * 7)._replace(exceptions={MONDAY: NEVER, date(2026, 11, 24): (Span(600, 660),)})
    assert opened(calendar, MONDAY, 3) == [
        "Sun 22 09:00 - Sun 22 17:00",
        "Tue 24 10:00 - Tue 24 11:00",
        "Wed 25 09:00 - Wed 25 17:00",
    ]


def test_local_hours_stay_when_clocks_change() -> None:
    office = week(*[NINE_TO_FIVE] * 7)
    spans = compiled(office, date(2026, 10, 25)).open
    assert spans[1][0] - spans[0][0] == 25 * 3_600_000, "the day in between has 25 hours"
    assert opened(office, date(2026, 10, 25), 2)[1] == "Sun 25 09:00 - Sun 25 17:00"


def test_a_span_that_begins_in_the_hour_that_is_skipped_is_left_out() -> None:
    early = week(*[(Span(150, 195),)] * 7)  # 02:30 to 03:15; on 29 March 2026 clocks go from 02:00 to 03:00
    assert opened(early, date(2026, 3, 29), 2) == ["Sat 28 02:30 - Sat 28 03:15", "Mon 30 02:30 - Mon 30 03:15"]


def calendars_of(content: dict[str, object]) -> tuple[list[Calendar], list[Problem]]:
    """Read calendars as from a file."""
    problems: list[Problem] = []
    table = Table(Source("hours.toml", ""), (), content, problems)
    calendars = read_calendars(table, "Asia/Shanghai", MONDAY, [])
    table.close()
    return calendars, problems


def test_a_calendar_as_people_write_it() -> None:
    calendars, problems = calendars_of(
        {
            "calendars": {
                "office": {
                    "mon": ["09:00-12:00", "13:00-17:00"],
                    "sat": ["22:00-06:00"],
                    "sun": ["00:00-24:00"],
                    "holidays": ["cn"],
                    "special": {"2027-02-14": ["10:00-11:00"], "2027-02-15": []},
                },
                "london": {"time_zone": "Europe/London"},
            },
            "holidays": {"cn": {"2027-01-01": "New Year"}},
        }
    )
    assert problems == []
    office, london = calendars
    assert office.week[0] == (Span(540, 720), Span(780, 1020))
    assert (office.week[1], office.week[5], office.week[6]) == ((), (Span(1320, 1800),), (Span(0, 1440),))
    assert office.exceptions == {
        date(2027, 1, 1): (),
        date(2027, 2, 14): (Span(600, 660),),
        date(2027, 2, 15): (),
    }
    assert (office.zone.key, london.zone.key) == ("Asia/Shanghai", "Europe/London")


def test_a_zone_that_is_no_name_at_all() -> None:
    _, problems = calendars_of({"calendars": {"x": {"time_zone": "/etc/passwd"}}})
    assert problems[0].reason == "'/etc/passwd' is not a known time zone"


def public(**office: object) -> tuple[list[Calendar], list[Problem], list[Problem]]:
    """Read a calendar that is open from nine to five on weekdays, as of November 2026."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    weekdays = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    content: dict[str, object] = {"calendars": {"office": {**weekdays, **office}}}
    table = Table(Source("hours.toml", "[calendars.office]\npublic_holidays = 1\n"), (), content, problems)
    calendars = read_calendars(table, "Asia/Shanghai", date(2026, 1, 10), warnings)
    table.close()
    return calendars, problems, warnings


def hours_on(calendar: Calendar, *days: date) -> list[tuple[Span, ...]]:
    """The hours of some days."""
    return [calendar.exceptions.get(day, calendar.week[day.weekday()]) for day in days]


NEW_YEARS_EVE, WORKED_SATURDAY, SATURDAY, MOVED_FRIDAY = (date(2026, 2, day) for day in (16, 14, 7, 20))


def test_public_holidays_are_off_and_weekends_that_make_up_for_them_are_worked() -> None:
    (office,), problems, _ = public(public_holidays="CN")
    assert problems == []
    assert hours_on(office, NEW_YEARS_EVE, MOVED_FRIDAY, WORKED_SATURDAY, SATURDAY) == [
        NEVER,
        NEVER,
        NINE_TO_FIVE,
        NEVER,
    ]


def test_days_that_make_up_may_have_hours_of_their_own_and_special_days_go_before_all() -> None:
    (office,), problems, _ = public(
        public_holidays="CN",
        make_up=["10:00-11:00"],
        special={"2026-02-16": ["09:00-12:00"], "2026-02-28": []},
    )
    assert problems == []
    assert hours_on(office, WORKED_SATURDAY, NEW_YEARS_EVE, date(2026, 2, 28)) == [
        (Span(600, 660),),
        (Span(540, 720),),
        NEVER,
    ]


def test_a_region_has_days_of_its_own() -> None:
    corpus_christi = date(2026, 6, 4)
    (north,), _, unsure = public(public_holidays="DE-HH")
    (south,), _, _ = public(public_holidays="DE-BY")
    assert (hours_on(north, corpus_christi), hours_on(south, corpus_christi)) == ([NINE_TO_FIVE], [NEVER])
    assert unsure == []


@pytest.mark.parametrize("country", ["CN", "AE"])
def test_years_that_are_not_published_yet_are_warned_of(country: str) -> None:
    _, problems, (warning,) = public(public_holidays=country)
    assert problems == []
    assert (warning.line, warning.key) == (2, "public_holidays")
    assert "2027" in warning.reason and "2026" not in warning.reason.replace("2026 and", "")


@pytest.mark.parametrize("code", ["XX", "DE-XX"])
def test_a_country_or_region_that_nobody_knows(code: str) -> None:
    _, (problem,), _ = public(public_holidays=code)
    assert problem.reason == f"of {code!r} are not known"
