"""The log files of one installation: `var/log/NAME.log`, one per process, shortened before they fill the disk.

Processes append to their file by themselves; whoever started them calls `shorten` now and then. A file that grew too
long is copied to `NAME.log.1` and emptied, so that no writer has to open it anew.
"""

from __future__ import annotations

import shutil
from collections import deque
from pathlib import Path

__all__ = ["LogFiles"]

BYTES_MAX = 8 << 20  # with its predecessor 16 MiB a process: days of a busy centre, and no danger to a disk
TAIL_LINES = 12


class LogFiles:
    """The folder of logs."""

    def __init__(self, var: Path) -> None:
        """Make the folder, for the owner alone."""
        self.folder = var / "log"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def of(self, name: str) -> Path:
        """Return a process's log file."""
        return self.folder / f"{name}.log"

    def shorten(self, bytes_max: int = BYTES_MAX) -> None:
        """Set files aside that grew too long; the one set aside before is gone then."""
        for file in self.folder.glob("*.log"):
            if file.stat().st_size > bytes_max:
                shutil.copyfile(file, file.with_name(f"{file.name}.1"))
                with file.open("r+b") as open_file:
                    open_file.truncate(0)

    def tail(self, name: str, lines: int = TAIL_LINES) -> list[str]:
        """Return the last lines of a log, none when there is no such log."""
        try:
            with self.of(name).open(errors="replace") as file:
                return [line.rstrip("\n") for line in deque(file, maxlen=lines)]
        except OSError:
            return []
