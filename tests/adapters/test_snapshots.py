"""Snapshots as files: whole or not there, private, few, and damage is passed over for the one before."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from contactcenter.adapters.snapshots import KEPT, SnapshotFolder
from contactcenter.model.entry import Position
from contactcenter.runtime.ports import Snapshot

WRITER = """
import itertools, sys
from pathlib import Path
from contactcenter.adapters.snapshots import SnapshotFolder
from contactcenter.model.entry import Position
from contactcenter.runtime.ports import Snapshot
folder = SnapshotFolder(Path(sys.argv[1]))
for number in itertools.count(int(sys.argv[2])):
    folder.write(Snapshot("r", Position(1, number), number, number.to_bytes(8, "big") * 100_000))
    print(number, flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFolder:
    """An empty one."""
    return SnapshotFolder(tmp_path / "snapshots")


def taken(sequence: int, body: bytes = b"state") -> Snapshot:
    """A snapshot after an entry."""
    return Snapshot("r", Position(1, sequence), 1_000 * sequence, body)


def test_the_newest_is_read_first_and_only_few_are_kept(folder: SnapshotFolder) -> None:
    assert not list(folder.newest_first()) and folder.age_s() is None
    for sequence in (5, 90, 1_000):
        path = folder.write(taken(sequence))
    assert list(folder.newest_first()) == [taken(1_000), taken(90)]
    assert [head.position.sequence for head in folder.heads()] == [1_000, 90] and KEPT == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    age_s = folder.age_s()
    assert age_s is not None and age_s < 60


@pytest.mark.parametrize("damage", ["cut", "longer", "changed", "empty", "no head"])
def test_a_damaged_file_is_passed_over_for_the_one_before(folder: SnapshotFolder, damage: str) -> None:
    folder.write(taken(1))
    path = folder.write(taken(2, b"s" * 1_000))
    whole = path.read_bytes()
    path.write_bytes(
        {
            "cut": whole[:-1],
            "longer": whole + b"s",
            "changed": whole[:-1] + b"t",
            "empty": b"",
            "no head": b"{}\n" + whole,
        }[damage]
    )
    assert list(folder.newest_first()) == [taken(1)]


def test_a_writer_that_is_killed_leaves_what_was_written_before(folder: SnapshotFolder, tmp_path: Path) -> None:
    number = 1
    for _ in range(5):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "snapshots"), str(number)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for line in writer.stdout:
            number = int(line)
            if number % 3 == 0:
                writer.send_signal(signal.SIGKILL)
                break
        writer.communicate()
        found = list(folder.newest_first())
        assert found and all(each.body == each.at.to_bytes(8, "big") * 100_000 for each in found)
        assert found[0].at >= number
        number = found[0].at + 1
    folder.write(taken(10_000))
    assert not list((tmp_path / "snapshots").glob("*.unfinished"))
