"""Reads tables of TOML key by key: each value is checked where it is taken, and every mistake is kept, not raised.

A reader that found a mistake gives a harmless value back, so that all mistakes come to light at once. `close` reports
keys that nobody asked for. Environment variables named after a key take its place.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Final, TypeVar

from contactcenter.settings.problems import Path, Problem, Source, shown

__all__ = ["ENVIRONMENT_PREFIX", "NAME", "Overrides", "Table"]

ENVIRONMENT_PREFIX: Final = "CONTACTCENTER__"
"""Two underscores, and two between table and key: a variable such as CONTACTCENTER_PORT is set by others."""

NAME: Final = r"[A-Za-z0-9_-]{1,40}"
"""Names of queues, agents and so on: they become parts of URLs, metrics and file names."""

SHOWN_MAX: Final = 60
"""How much of a wrong value a message repeats."""

UNITS_MS: Final = {"s": 1_000, "min": 60_000, "h": 3_600_000}

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
"""No name, path or text for people has them; a line feed may stand in a long text."""

Given = TypeVar("Given")


class Overrides:
    """The environment's variables that stand for keys, and which of them were used."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Pick those that begin with the prefix."""
        self.given = {name: text for name, text in environment.items() if name.startswith(ENVIRONMENT_PREFIX)}
        self.used: list[str] = []

    def variable(self, path: Path, key: str) -> str:
        """Return the name of the variable that stands for a key, empty when it is not set."""
        name = ENVIRONMENT_PREFIX + "__".join(str(part) for part in (*path, key)).upper()
        return name if name in self.given else ""

    def take(self, path: Path, key: str) -> str | None:
        """Return the text that stands for a key, or None."""
        name = self.variable(path, key)
        if name:
            self.used.append(name)
        return self.given.get(name)

    def unused(self) -> list[Problem]:
        """Return a problem for each variable that stands for no key."""
        return [
            Problem("environment", 0, "", name, "stands for no key of center.toml", "correct or unset it")
            for name in self.given
            if name not in self.used
        ]


class _FromEnvironment(str):
    """The text of a variable: it still has to be read as what the key wants."""

    __slots__ = ()


class Table:
    """One table of a file, read key by key."""

    def __init__(
        self,
        source: Source,
        path: Path,
        content: Mapping[str, object],
        problems: list[Problem],
        overrides: Overrides | None = None,
    ) -> None:
        """Read `content`, which stands at `path` of `source`; mistakes go to `problems`."""
        self.path = path
        self._source = source
        self._content = content
        self._problems = problems
        self._overrides = overrides
        self._asked: list[str] = []
        self._inner: list[Table] = []
        self._rows: dict[str, list[Table]] = {}

    # --- mistakes

    def complain(self, key: str, reason: str, remedy: str) -> None:
        """Keep a mistake at a key of this table (or at the table itself, for an empty key)."""
        self._problems.append(self.problem(key, reason, remedy))

    def problem(self, key: str, reason: str, remedy: str) -> Problem:
        """Return what is to be said of a key of this table, with its place."""
        if self._overrides and (variable := self._overrides.variable(self.path, key)):
            return Problem("environment", 0, "", variable, reason, remedy)
        line = self._source.line_of(self.path, key)
        return Problem(self._source.file, line, shown(self.path), key, reason, remedy)

    def is_blamed(self, key: str) -> bool:
        """Return whether a mistake at a key of this table is known."""
        place = (self._source.file, shown(self.path), key)
        return any((problem.file, problem.table, problem.key) == place for problem in self._problems)

    def close(self) -> None:
        """Report the keys that nobody asked for, here and in the tables inside."""
        for key in self._content:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, 1)
                known = ", ".join(dict.fromkeys(self._asked)) or "none"
                self.complain(key, "is not a known key", f"did you mean {near[0]}?" if near else f"known here: {known}")
        for table in self._inner:
            table.close()

    def pass_over(self) -> None:
        """Leave the rest of the table unread: what it should hold cannot be known."""
        self._asked.extend(self._content)

    # --- values

    def text(self, key: str, default: str | None = None, *, like: str = "", what: str = "a text in quotes") -> str:
        """Take a text that matches the pattern `like` as a whole; without a default it must be given."""
        value = self._take(key)
        if value is None:
            return self._absent(key, default, what) or ""
        if isinstance(value, str) and not _CONTROL.search(value) and (re.fullmatch(like, value) if like else value):
            return str(value)
        self._wrong(key, value, what)
        return default or ""

    def choice(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        """Take one of a few words."""
        like = "|".join(re.escape(option) for option in options)
        return self.text(key, default, like=like, what="one of " + ", ".join(options)) or options[0]

    def number(self, key: str, default: int | None, low: int, high: int) -> int:
        """Take a whole number from `low` to `high`; the unit is the end of the key's name."""
        what = f"a whole number from {low} to {high}"
        value, otherwise = self._take(key), low if default is None else default
        if value is None:
            self._absent(key, default, what)
            return otherwise
        if isinstance(value, _FromEnvironment) and re.fullmatch(r"-?\d{1,18}", value):
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong(key, value, what)
        return otherwise

    def duration_ms(self, key: str, default_ms: int | None, low_ms: int, high_ms: int) -> int:
        """Take a time such as "45s", "2min" or "1h" as ms."""
        what = f'a time from {_time(low_ms)} to {_time(high_ms)}, such as "45s", "2min" or "1h"'
        value = self._take(key)
        if value is None:
            absent = self._absent(key, default_ms, what)
            return low_ms if absent is None else absent
        found = re.fullmatch(r"(\d{1,6})(s|min|h)", value) if isinstance(value, str) else None
        ms = int(found[1]) * UNITS_MS[found[2]] if found else -1
        if low_ms <= ms <= high_ms:
            return ms
        self._wrong(key, value, what)
        return low_ms if default_ms is None else default_ms

    def flag(self, key: str, default: bool) -> bool:
        """Take true or false."""
        value = self._take(key)
        if isinstance(value, _FromEnvironment):
            value = {"true": True, "false": False}.get(value.lower(), value)
        if isinstance(value, bool):
            return value
        if value is not None:
            self._wrong(key, value, "true or false")
        return default

    def scalar(self, key: str) -> int | str | bool:
        """Take a whole number, a text, true or false."""
        value = self._take(key)
        if isinstance(value, (bool, int)) or (isinstance(value, str) and not _CONTROL.search(value)):
            return value
        self._wrong(key, value, "a whole number, a text in quotes, true or false")
        return False

    def texts(
        self,
        key: str,
        default: tuple[str, ...] | None = None,
        *,
        like: str = "",
        what: str = "a list of texts in quotes",
    ) -> tuple[str, ...]:
        """Take a list of texts that each match `like`; from the environment, separated by commas."""
        value = self._take(key)
        if value is None:
            return self._absent(key, default, what) or ()
        if isinstance(value, _FromEnvironment):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self._wrong(key, value, what)
            return default or ()
        for part in value:
            if _CONTROL.search(part) or (like and not re.fullmatch(like, part)):
                self.complain(key, f"has {part!r}", f"give {what}")
        return tuple(dict.fromkeys(value))

    def levels(self, key: str, low: int, high: int) -> tuple[tuple[str, int], ...]:
        """Take names with a number each, such as `{ faults = 7 }`, in file order."""
        inner = self.inner(key)
        return tuple((name, inner.number(name, None, low, high)) for name in inner.names())

    # --- tables

    def names(self) -> tuple[str, ...]:
        """Return the keys that the file gives here, in file order."""
        return tuple(self._content)

    def inner(self, key: str) -> Table:
        """Take a table; an absent one reads as empty."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self._wrong(key, value, "a table")
            value = None
        return self._at((*self.path, key), value or {}, self._overrides)

    def named(self, what: str) -> list[tuple[str, Table]]:
        """Take all that is left here as tables with a name each, in file order."""
        found = []
        for name in self.names():
            if name not in self._asked:
                if not re.fullmatch(NAME, name):
                    self.complain(name, f"cannot name a {what}", "use 1 to 40 letters, digits, - and _")
                inner = self.inner(name)
                if isinstance(self._content[name], dict):
                    found.append((name, inner))
        return found

    def rows(self, key: str) -> list[Table]:
        """Take an array of tables, such as `[[entries]]`; the same ones when it is asked again."""
        if key not in self._rows:
            self._rows[key] = self._read_rows(key)
        return self._rows[key]

    def _read_rows(self, key: str) -> list[Table]:
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self._wrong(key, value, "a list of tables")
            return []
        return [self._at((*self.path, key, number), row, None) for number, row in enumerate(value)]

    def _at(self, path: Path, content: Mapping[str, object], overrides: Overrides | None) -> Table:
        table = Table(self._source, path, content, self._problems, overrides)
        self._inner.append(table)
        return table

    # --- taking

    def _take(self, key: str) -> object:
        self._asked.append(key)
        given = self._overrides.take(self.path, key) if self._overrides else None
        return self._content.get(key) if given is None else _FromEnvironment(given)

    def _absent(self, key: str, default: Given | None, what: str) -> Given | None:
        if default is None:
            self.complain(key, "is missing", f"give {what}")
        return default

    def _wrong(self, key: str, value: object, what: str) -> None:
        self.complain(key, f"is {_written(value)}", f"give {what}")


def _time(ms: int) -> str:
    """Write a time as people would give it, in the largest unit that fits."""
    unit, size = next((each for each in reversed(UNITS_MS.items()) if ms and ms % each[1] == 0), ("s", 1_000))
    return f"{ms // size}{unit}"


def _written(value: object) -> str:
    """Write a value as TOML would, cut short."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "…"
