"""Who contacts the centre in a demonstration: invented customers of a file, and strangers now and then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from contactcenter.adapters.customers.csv_file import BadFile, BadRow, read_customers
from contactcenter.adapters.numbers import e164
from contactcenter.settings import Settings

__all__ = ["Caller", "Public"]

STRANGERS_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a number; strangers have no name."""

    number: str
    name: str
    language: str


class Public:
    """The customers of the file, drawn by chance."""

    def __init__(self, known: list[Caller], chance: Random) -> None:
        """Draw from `known`, and strangers."""
        self._known = known
        self._chance = chance

    @classmethod
    def of(cls, settings: Settings, chance: Random) -> Public:
        """Read the customer file of the demonstration; without one all are strangers."""
        return cls(_known(settings.paths.config / "demo" / "customers.csv", settings.default_region), chance)

    def anyone(self) -> Caller:
        """Return somebody who calls or writes now."""
        if not self._known or self._chance.random() < STRANGERS_SHARE:
            # No subscriber of Beijing has a number that begins with 1: nobody is called by mistake.
            number = f"+86101234{self._chance.randint(0, 9_999):04}"
            return Caller(number, "", self._chance.choice(("zh", "en")))
        return self._chance.choice(self._known)


def _known(file: Path, region: str) -> list[Caller]:
    try:
        rows = list(read_customers(file, lambda number: e164(number, region)))
    except BadFile:
        return []
    customers = [row for row in rows if not isinstance(row, BadRow)]
    return [Caller(each.phones[0].number, each.name, each.language or "zh") for each in customers if each.phones]
