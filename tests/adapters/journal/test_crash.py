"""A killed engine and a full disk: nothing that was acknowledged is ever missing, and the next engine goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model.events import PhoneBound
from tests.adapters.journal.appender import SECRET
from tests.source import ROOT

ROUNDS = 20
FULL_AT_BYTES = 400_000


@contextmanager
def appender(path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The appending process, killed at the end if it still lives."""
    command = [sys.executable, "-m", "tests.adapters.journal.appender", str(path), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """What the process says, line by line; the last line may have been cut off by its death."""
    assert process.stdout is not None
    return (line.strip() for line in process.stdout if line.endswith("\n"))


def acknowledged(said: list[str]) -> int:
    """The last sequence that was acknowledged, 0 for none."""
    return max((int(line.split()[1]) for line in said if line.startswith("acknowledged ")), default=0)


def killed_after(path: Path, acknowledgements: int) -> list[str]:
    """What an appender said until it was killed, soon after so many acknowledgements."""
    said: list[str] = []
    with appender(path, "run") as process:
        for line in lines(process):
            said.append(line)
            if len(said) == acknowledgements + 1:
                process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    return said


def check(path: Path, acknowledged: int) -> int:
    """Load as a successor would: no hole, nothing acknowledged missing, every box opens. Return the epoch."""
    journal = SqliteJournal(path)
    found = list(journal.load())
    epoch = journal.open_epoch()
    vault = PersonVault(journal, SECRET)
    assert [entry.position.sequence for entry in found] == list(range(1, len(found) + 1))
    assert len(found) >= acknowledged
    assert [entry.position.epoch for entry in found] == sorted(entry.position.epoch for entry in found)
    for entry in found:
        assert isinstance(entry.event, PhoneBound)
        assert vault.open(entry.event.target) == f"+49{entry.position.sequence:09}"
    journal.close()
    return epoch


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "var" / "journal.sqlite3"
    lot = random.Random(7)
    last = 0
    for round_number in range(1, ROUNDS + 1):
        said = killed_after(path, lot.choice((0, 1, 2, 5, lot.randrange(150))))
        assert said[0] == f"epoch {round_number}"
        last = max(last, acknowledged(said))
    assert last > ROUNDS
    assert check(path, last) == ROUNDS + 1


def test_a_full_disk_refuses_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "var" / "journal.sqlite3"
    with appender(path, "full", str(FULL_AT_BYTES)) as process:
        said = list(lines(process))
    assert said[-1].startswith("full: the journal's disk fails: ")
    assert acknowledged(said) > 10
    assert check(path, acknowledged(said)) == 2, "with space again the next engine goes on"


def test_a_full_disk_that_gets_space_again_loses_no_beat(tmp_path: Path) -> None:
    path = tmp_path / "var" / "journal.sqlite3"
    with appender(path, "relieved", str(FULL_AT_BYTES)) as process:
        said = list(lines(process))
    assert said[-1] == "recovered"
    assert check(path, acknowledged(said)) == 2


@pytest.mark.parametrize("cut", [100, 1000])
def test_a_log_torn_by_a_power_cut_ends_at_its_last_whole_commit(tmp_path: Path, cut: int) -> None:
    """What stands in the log behind the last whole commit is ignored; the test cuts into the last one."""
    path = tmp_path / "var" / "journal.sqlite3"
    said = killed_after(path, 30)
    log = path.with_name(f"{path.name}-wal")
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - cut)
    path.with_name(f"{path.name}-shm").unlink()
    journal = SqliteJournal(path)
    found = [entry.position.sequence for entry in journal.load()]
    assert found == list(range(1, len(found) + 1))
    assert acknowledged(said[:-3]) <= len(found)
    journal.close()
