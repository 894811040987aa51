"""A copy of the sources with one fault in it, or none, and the search for it by a process that knows nothing of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutations.faults import Fault
from tests.source import ROOT

__all__ = ["found_by", "seeded", "with_fault"]

COPIED = ("contactcenter", "tests", "config")
LEFT_OUT = shutil.ignore_patterns("static", "__pycache__", "*.sqlite3", "torture")
SEARCH_S_MAX = 1_800


def seeded(fault: Fault | None, folder: Path) -> None:
    """Copy the sources into a folder, with the fault."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    if fault is None:
        return
    (folder / "contactcenter" / fault.path).write_text(with_fault(fault))


def with_fault(fault: Fault) -> str:
    """Return the module of a fault with the fault in it."""
    text = (ROOT / "contactcenter" / fault.path).read_text()
    assert text.count(fault.right) == 1, f"{fault.name}: say anew in faults.py where {fault.path} has it"
    return text.replace(fault.right, fault.wrong)


def found_by(fault: Fault | None, lives: int, hours: int) -> str:
    """Return by what a fault is found within so many lives, and then hours of the storm; empty when nothing is."""
    with tempfile.TemporaryDirectory(prefix="cc-fault-") as folder:
        seeded(fault, Path(folder))
        done = subprocess.run(
            [sys.executable, "-m", "tests.mutations.seek", str(lives), str(hours)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SEARCH_S_MAX,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
