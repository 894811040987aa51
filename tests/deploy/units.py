"""The shipped systemd units as a test reads them: sections, keys that may stand several times, and their commands."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.source import ROOT

__all__ = ["SYSTEMD", "Unit", "command_of", "read_unit", "units"]

SYSTEMD = ROOT / "deploy" / "systemd"
INSTALLED = "/opt/contactcenter/bin/contactcenter"
CONFIGURED = "/etc/contactcenter/config"

Unit = dict[str, list[str]]
"""Each `Section.Key` and the values that it is given, in order."""


def units() -> list[Path]:
    """Return every unit that we ship."""
    return sorted(path for path in SYSTEMD.iterdir() if path.suffix in (".service", ".target"))


def read_unit(path: Path) -> Unit:
    """Return a unit's keys; comments are lines of their own, as systemd wants them."""
    found: Unit = {}
    section = ""
    for line in path.read_text().splitlines():
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals and section, f"{path.name}: {line}"
            found.setdefault(f"{section}.{key}", []).append(value)
    return found


def command_of(unit: Unit, config: Path) -> list[str]:
    """Return what a unit starts, as the same command of this tree."""
    words = shlex.split(unit["Service.ExecStart"][0])
    assert words[0] == INSTALLED and CONFIGURED in words
    led = [str(config) if word == CONFIGURED else word for word in words[1:]]
    return [sys.executable, "-m", "contactcenter", *led]
