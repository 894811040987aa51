"""The findings on a terminal: one line each, what to do below it, and a sum at the end; or all of it as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.text import Text

from contactcenter.app.doctor.examination import Checked
from contactcenter.app.doctor.findings import Finding, Level

__all__ = ["as_json", "tell"]

STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "bold red"}
LEVEL_WIDTH, CHECK_WIDTH = 9, 14


def tell(out: Console, checked: Sequence[Checked]) -> None:
    """Print everything, in the order of the checks."""
    counts: Counter[Level] = Counter()
    for each in checked:
        for finding in each.findings:
            counts[finding.level] += 1
            _tell_one(out, each.check, finding)
    out.print(", ".join(f"{counts[level]} {level}" for level in Level))


def _tell_one(out: Console, check: str, finding: Finding) -> None:
    mark = Text(f"{finding.level:<{LEVEL_WIDTH}}", style=STYLES[finding.level])
    out.print(mark + Text(f"{check:<{CHECK_WIDTH}}{finding.seen}", style=""), soft_wrap=True)
    if finding.remedy:
        out.print(Text(f"{'':<{LEVEL_WIDTH + CHECK_WIDTH}}do: {finding.remedy}"), soft_wrap=True)


def as_json(checked: Sequence[Checked]) -> str:
    """Return all findings as one JSON list."""
    flat = [
        {"check": each.check, "level": finding.level, "seen": finding.seen, "do": finding.remedy}
        for each in checked
        for finding in each.findings
    ]
    return msgspec.json.format(msgspec.json.encode(flat)).decode()
