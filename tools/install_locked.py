"""Installs a lock file into `.venv` with one line of progress; pip's own words are shown only when it fails.

It runs with any Python from 3.11 and imports the standard library alone, because nothing is installed yet.
It never resolves versions: what is not in the lock file, with its hash, is not installed.
"""

from __future__ import annotations

import collections
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIP = [str(ROOT / ".venv" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
WORDS_KEPT = 40  # of pip's last lines, enough for a resolver's or a compiler's complaint
SEEN = re.compile(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)==")


def show(text: str, last: bool = False) -> None:
    """Writes progress: one line that changes on a terminal, few plain lines in a log."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text}", end="\n" if last else "", flush=True)
    elif last:
        print(text, flush=True)


def install(lock: Path) -> int:
    """Installs every package of one lock file; returns pip's exit code."""
    total = sum(1 for line in lock.read_text().splitlines() if re.match(r"[\w.-]+==", line))
    # The lock is whole. Asked for its packages' own wishes, old pips take a newer release of one that is named with
    # an extra, as soon as there is one, and then refuse it for not being locked.
    whole = ["--require-hashes", "--no-deps"]
    command = [*PIP, "install", "--progress-bar", "off", *whole, "-r", str(lock)]
    kept: collections.deque[str] = collections.deque(maxlen=WORDS_KEPT)
    print(f"installing {lock.name} (up to {total} packages)", flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        count = 0
        for line in pip.stdout:
            kept.append(line)
            if found := SEEN.match(line):
                count += 1
                show(f"  {count}/{total} {found[1]}")
            elif line.startswith("Installing collected"):
                show("  unpacking")
    if pip.returncode:
        sys.stdout.write("\n" + "".join(kept))
    else:
        show(f"  {count} packages in place", last=True)
    return pip.returncode


def install_ourselves() -> int:
    """Makes `.venv/bin/contactcenter` run this very tree."""
    command = [*PIP, "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(install(ROOT / sys.argv[1]) or install_ourselves())
