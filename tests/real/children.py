"""Child processes of a test: each has its log in a file, and none outlives the test, however the test ends.

A child leads a process group of its own, which is killed whole; the kernel kills the child when the test process dies.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.real.programs import path_of

__all__ = ["Child", "Children", "wait_until"]

WAIT_S = 60.0  # generous: it bounds a hang on a loaded machine, it measures nothing
LOOK_AGAIN_S = 0.05
LOG_TAIL = 4_000


def wait_until(condition: Callable[[], object], what: str, within_s: float = WAIT_S) -> None:
    """Waits until `condition` holds; raises `AssertionError` naming `what` when it never did."""
    give_up = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > give_up:
            raise AssertionError(f"never came true within {within_s:.0f} s: {what}")
        time.sleep(LOOK_AGAIN_S)


class Child:
    """One running program and the file with everything it wrote."""

    def __init__(self, running: subprocess.Popen[bytes], log: Path) -> None:
        self.running = running
        self.log = log

    @property
    def pid(self) -> int:
        """The process id, which is the id of its group too."""
        return self.running.pid

    def text(self) -> str:
        """What the program has written to its standard output and error until now."""
        return self.log.read_text(errors="replace")

    def is_alive(self) -> bool:
        """Whether the program still runs."""
        return self.running.poll() is None

    def wait_for(self, words: str, within_s: float = WAIT_S) -> None:
        """Waits until the log holds `words`; fails at once, with the log's end, when the program ends without."""
        wait_until(lambda: words in self.text() or not self.is_alive(), f"{words!r} in {self.log}", within_s)
        if words not in self.text():
            raise AssertionError(f"ended with {self.running.returncode} before {words!r}:\n{self.text()[-LOG_TAIL:]}")

    def wait(self, within_s: float = WAIT_S) -> int:
        """Waits for the program's own end and returns its exit code."""
        return self.running.wait(within_s)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Sends a signal to the program alone, as an operator's `kill` would."""
        self.running.send_signal(number)

    def end(self) -> None:
        """Kills the whole group and reaps the program; safe to call twice."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.running.wait(WAIT_S)


class Children:
    """Starts programs for a test and ends them all when the test is over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Child] = []

    def start(
        self,
        *command: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int | None = None,
    ) -> Child:
        """Starts a program; `env` is added to the environment, the log lies in the test's private folder.

        Standard input is empty unless given as for `subprocess.Popen` (`subprocess.PIPE` to type into the program).
        """
        words = [str(word) for word in command]
        log = self.folder / f"{len(self.started):02}-{Path(words[0]).name}.log"
        with log.open("wb") as out:
            running = subprocess.Popen(
                [path_of("setpriv"), "--pdeathsig", "KILL", *words],
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=os.environ | dict(env or {}),
                cwd=cwd or self.folder,
                start_new_session=True,
            )
        child = Child(running, log)
        self.started.append(child)
        return child

    def end(self) -> None:
        """Ends all programs, the latest first."""
        for child in reversed(self.started):
            child.end()
