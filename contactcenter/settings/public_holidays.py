"""Public holidays of countries and their regions, and weekends that are worked instead, from the package `holidays`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

import holidays

from contactcenter.settings.tables import Table

__all__ = ["PublicDays", "read_public_days"]

CODE: Final = r"[A-Z]{2}(-[A-Za-z0-9]{1,10})?"
CODE_WHAT: Final = 'a country such as "CN", or one with a region such as "DE-BY"'
ESTIMATED: Final = "estimated"
"""How the package marks days that depend on the moon, in the English names it is asked for."""


class PublicDays(NamedTuple):
    """Days off, and days of a weekend that are worked to make up for one; years whose days are not all known yet."""

    off: tuple[date, ...] = ()
    make_up: tuple[date, ...] = ()
    unpublished: tuple[int, ...] = ()


def read_public_days(table: Table, key: str, first: date, last: date) -> PublicDays:
    """Take whose public holidays hold, and return those between two days, both included."""
    code = table.text(key, "", like=CODE, what=CODE_WHAT)
    if not code:
        return PublicDays()
    country, _, region = code.partition("-")
    years = range(first.year, last.year + 1)
    try:
        known = holidays.country_holidays(country, subdiv=region or None, years=years, language="en_US")
    except NotImplementedError:  # which is how the library says that it knows no such country or region
        table.complain(key, f"of {code!r} are not known", f"give {CODE_WHAT}, or write a list of your own")
        return PublicDays()
    days = [first + timedelta(offset) for offset in range((last - first).days + 1)]
    return PublicDays(
        off=tuple(day for day in days if day in known),
        make_up=tuple(day for day in days if known.is_weekend(day) and known.is_working_day(day)),
        unpublished=tuple(_unpublished(known, years)),
    )


def _unpublished(known: holidays.HolidayBase, years: range) -> Iterator[int]:
    """Yield the years for which a country has not said yet which days are moved, or which hang on the moon."""
    moved = known.special_public_holidays if known.has_substituted_holidays else None
    for year in years:
        guessed = any(ESTIMATED in name for day, name in known.items() if day.year == year)
        if guessed or (moved is not None and year not in moved):
            yield year
