"""The files of a configuration folder: which there are, and their tables, whatever state they are in."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Final

from contactcenter.settings.problems import Problem, Source
from contactcenter.settings.tables import Overrides, Table

__all__ = ["FILE_BYTES_MAX", "FLOWS", "MODES", "PROMPTS", "SITE", "Folder"]

SITE: Final = "site.toml"
MODES: Final = "modes.toml"
FILES: Final = ("center.toml", "queues.toml", "skills.toml", "agents.toml", "stations.toml", "hours.toml", MODES, SITE)
FLOWS: Final = "flows"
PROMPTS: Final = "prompts"
FILE_BYTES_MAX: Final = 4_000_000
"""Twenty thousand agents written out one by one; a larger file is a mistake."""

_SYNTAX_PLACE: Final = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


class Folder:
    """One reading of a folder; a file that cannot be read is a problem and an empty table."""

    def __init__(self, path: Path) -> None:
        """Begin with nothing read."""
        self.path = path
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}
        self.unreadable = False
        self._tables: list[Table] = []

    def shown(self, name: str) -> str:
        """Return how messages name a file of the folder."""
        return f"{self.path.name}/{name}"

    def has(self, name: str) -> bool:
        """Return whether a file is there that need not be."""
        return (self.path / name).exists()

    def table(self, name: str, overrides: Overrides | None = None) -> Table:
        """Read one file."""
        text, content = "", {}
        try:
            text = self._text(name)
            content = tomllib.loads(text)
        except FileNotFoundError:
            self._unreadable(name, 0, "is missing", "add it; the shipped config folder has one to start from")
        except OSError as error:
            self._unreadable(name, 0, f"cannot be read: {error.strerror}", "check what it is and its permissions")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self._unreadable(name, line, "is not UTF-8 text", "save it as UTF-8")
        except tomllib.TOMLDecodeError as error:
            place = _SYNTAX_PLACE.search(str(error))
            line = int(place[1]) if place and place[1] else text.count("\n") + 1
            self._unreadable(name, line, f"is not TOML: {_SYNTAX_PLACE.sub('', str(error))}", "see https://toml.io")
        self.sources[name] = Source(self.shown(name), text)
        table = Table(self.sources[name], (), content, self.problems, overrides)
        self._tables.append(table)
        return table

    def _text(self, name: str) -> str:
        with (self.path / name).open("rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
        if len(raw) > FILE_BYTES_MAX:
            raise OSError(0, f"larger than {FILE_BYTES_MAX} bytes")
        return raw.decode()

    def _unreadable(self, name: str, line: int, reason: str, remedy: str) -> None:
        self.unreadable = True
        self.problems.append(Problem(self.shown(name), line, "", "", reason, remedy))

    def names_in(self, inside: str) -> list[str]:
        """Return the TOML files of a folder below, in alphabetical order."""
        return [f"{inside}/{path.name}" for path in sorted((self.path / inside).glob("*.toml"))]

    def close(self) -> None:
        """Report keys that nobody asked for, and files that nobody reads."""
        for table in self._tables:
            table.close()
        for path in sorted(self.path.glob("*.toml")):
            if path.name not in FILES:
                near = difflib.get_close_matches(path.name, FILES, 1)
                remedy = f"did you mean {near[0]}?" if near else f"remove it; known: {', '.join(FILES)}"
                self.problems.append(Problem(self.shown(path.name), 0, "", "", "is read by nobody", remedy))
