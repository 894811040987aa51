"""Commands with nonsense for arguments: a sentence and exit status 2, never a traceback and never a false success."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contactcenter.adapters.supervision import EX_CONFIG
from tests.real.ports import free_ports
from tests.source import ROOT

NONSENSE = {
    "no such command": ["nonsense"],
    "no such folder": ["check", "/nonexistent"],
    "a file for a folder": ["check", "/etc/passwd"],
    "no journal": ["replay", "--verify"],
    "no journal to report": ["report", "agents"],
    "no such report": ["report", "nonsense"],
    "no date": ["report", "agents", "--from", "x"],
    "a date that is none": ["report", "agents", "--from", "2026-13-45"],
    "backwards": ["report", "agents", "--from", "2027-01-01", "--to", "2026-01-01"],
    "the whole of history": ["report", "agents", "--from", "0001-01-01", "--to", "9999-12-31"],
    "no interval": ["report", "intervals", "--minutes", "0"],
    "an agent without a name in the settings": ["user", "add", "x", "--agent", "nobody"],
    "a role that is none": ["user", "add", "x", "--role", "king"],
    "a name of two lines": ["user", "add", "a\nb", "--role", "admin"],
    "nobody to reset": ["user", "reset", "nobody"],
    "nobody to shut out": ["user", "disable", "nobody"],
    "a station that is none": ["phone", "add", "nope"],
    "no such file": ["customers", "import", "/nonexistent"],
    "a folder for a file": ["customers", "import", "/etc"],
    "no columns": ["customers", "import", "/dev/null"],
    "a customer that is none": ["customers", "erase", "nobody"],
    "a mode while nothing runs": ["mode", "storm"],
    "a mode for no time": ["mode", "storm", "--minutes", "-1"],
    "no hours": ["simulate", "--hours", "0"],
    "no such scenario": ["simulate", "--scenario", "nonsense"],
    "a picture nowhere": ["simulate", "--scenario", "target_80_10", "--picture", "/nonexistent/a.svg"],
}


def run(words: list[str], var: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    environment = {"CONTACTCENTER__PATHS__VAR": str(var), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    environment |= {"CONTACTCENTER__HTTP__PORT": str(free_ports()), "CONTACTCENTER__SIP__PORT": str(free_ports())}
    command = [sys.executable, "-m", "contactcenter", *words]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("words", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_ends_with_a_sentence(words: list[str], private_dir: Path) -> None:
    done = run(words, private_dir)
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip() and "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["engine"], ["desk"], ["serve"], ["user", "list"], ["phone", "add", "1001"]])
def test_records_that_are_none_are_named(words: list[str], private_dir: Path) -> None:
    (private_dir / "records.db").write_bytes(b"no database" * 1_000)
    done = run(words, private_dir)
    assert done.returncode == (EX_CONFIG if words[0] in ("engine", "desk") else 2), done.stderr
    said = done.stdout + done.stderr
    assert "records.db: cannot be used as records" in said and "Traceback" not in said
