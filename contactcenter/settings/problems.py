"""What is wrong with the settings, told so that a person can mend it: file, line, table, key, reason, remedy.

`tomllib` gives no lines, so `Source` finds them again in the text; where it cannot, it names the nearest table.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Path", "Problem", "SettingsError", "Source", "likely", "shown"]

Path = tuple[str | int, ...]
"""A place in a TOML file: names of tables, and numbers (from 0) in arrays of tables."""

_HEADER = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(#.*)?$")


class Problem(NamedTuple):
    """One mistake; `line` is 0 where there is none to point at."""

    file: str
    line: int
    table: str
    key: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        """One line as compilers write them, then what to do."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = " ".join(filter(None, (f"[{self.table}]" if self.table else "", self.key)))
        return ": ".join(filter(None, (place, where, self.reason))) + f"; {self.remedy}"


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds every mistake that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the message has one line for each."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


def likely(name: str, known: Iterable[str]) -> str:
    """Return what to do about a name that is not known: the one that was perhaps meant, or all there are."""
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(name, names, 1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(names) or 'none'}"


def shown(path: Path) -> str:
    """Write a place as a person counts: `sip.trunks 2` is the second trunk."""
    text = ""
    for part in path:
        text += f" {part + 1}" if isinstance(part, int) else f".{part}" if text else part
    return text


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file under the name that messages give it."""

    file: str
    text: str

    def line_of(self, table: Path, key: str = "") -> int:
        """Return the line (from 1) of a key, else of its table, else of what holds the table; 0 when all fail."""
        found = self.key_line(table, key) or self._header_line((*table, key)) if key else 0
        if not found and table and isinstance(table[-1], int):
            found = self._header_line(table) or self._row_line(table)
        elif not found and table:
            found = self._header_line(table) or self.line_of(table[:-1], str(table[-1]))
        return found

    def key_line(self, table: Path, key: str) -> int:
        """Return the line on which a table gives a key, 0 when it does not."""
        wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
        for number, (header, line) in enumerate(self._placed_lines(), 1):
            if header == table and wanted.match(line):
                return number
        return 0

    def _header_line(self, table: Path) -> int:
        for number, (header, line) in enumerate(self._placed_lines(), 1):
            if header == table and _HEADER.match(line):
                return number
        return 0

    def _row_line(self, table: Path) -> int:
        """Find the row of an array that is written `name = [ {…}, {…} ]`, one brace per row."""
        *outer, name, row = table
        first = self.key_line(tuple(outer), str(name))
        passed = 0
        for number, line in enumerate(self.text.splitlines()[first - 1 :], first) if first else ():
            passed += line.count("{")
            if isinstance(row, int) and passed > row:
                return number
        return first

    def _placed_lines(self) -> list[tuple[Path, str]]:
        """Return each line with the table in which it stands."""
        placed: list[tuple[Path, str]] = []
        table: Path = ()
        rows: dict[Path, int] = {}
        for line in self.text.splitlines():
            header = _HEADER.match(line)
            names = _names(header[2]) if header else ()
            if header and names:
                table = names
                if header[1] == "[[":
                    rows[names] = rows.get(names, -1) + 1
                    table = (*names, rows[names])
            placed.append((table, line))
        return placed


def _names(header: str) -> Path:
    """Split `a."b c"` by TOML's own rules; an array's row that looks like a header gives nothing."""
    try:
        parsed = tomllib.loads(f"[{header}]")
    except tomllib.TOMLDecodeError:
        return ()
    names: list[str] = []
    while parsed:
        name, parsed = next(iter(parsed.items()))
        names.append(name)
    return tuple(names)
