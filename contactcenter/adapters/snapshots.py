"""Snapshots as files: one line that says what it is, then its bytes; never seen half-written, and checked when read.

They can be made again from the journal at any time, so they are kept on the machine that needs them, whatever store
the journal is in, and damage is only passed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from contactcenter.model.entry import Position
from contactcenter.runtime.ports import Snapshot

__all__ = ["KEPT", "SnapshotFolder", "SnapshotHead"]

KEPT: Final = 2  # the newest may be damaged by the very crash that it is needed after
FILE_MODE: Final = 0o600
HEAD_BYTES_MAX: Final = 1_000


class SnapshotHead(msgspec.Struct, frozen=True):
    """The first line of a file: which release wrote it, after which entry, and what its bytes must be."""

    release: str
    position: Position
    at: int
    length: int
    sha256: str


class SnapshotFolder:
    """The files in one folder, for one writer and any number of readers."""

    def __init__(self, folder: Path) -> None:
        """Touch nothing yet."""
        self._folder = folder

    def newest_first(self) -> Iterator[Snapshot]:
        """Yield the snapshots that are whole, the one of the newest entry first."""
        for path in self._files():
            snapshot = _whole(path)
            if snapshot is not None:
                yield snapshot

    def heads(self) -> list[SnapshotHead]:
        """Return what all files say of themselves, the one of the newest entry first."""
        return [head for path in self._files() if (head := _head(path)) is not None]

    def write(self, snapshot: Snapshot) -> Path:
        """Write a snapshot so that it is there whole or not at all, and let the oldest go. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{snapshot.position.sequence:012}.snapshot"
        unfinished = path.with_suffix(".unfinished")
        sha256 = hashlib.sha256(snapshot.body).hexdigest()
        head = SnapshotHead(snapshot.release, snapshot.position, snapshot.at, len(snapshot.body), sha256)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:
            file.write(msgspec.json.encode(head) + b"\n")
            file.write(snapshot.body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        self._sync()
        self._tidy()
        return path

    def _tidy(self) -> None:
        """Remove what is older than those kept, and what a writer who was killed left unfinished."""
        for path in (*self._files()[KEPT:], *self._folder.glob("*.unfinished")):
            path.unlink(missing_ok=True)

    def _sync(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.snapshot"), reverse=True)

    def age_s(self) -> float | None:
        """Return how long ago (s) the newest file was written, None when there is none."""
        with contextlib.suppress(OSError, IndexError):
            return max(0.0, time.time() - self._files()[0].stat().st_mtime)
        return None


def _head(path: Path) -> SnapshotHead | None:
    with contextlib.suppress(OSError, msgspec.MsgspecError), path.open("rb") as file:
        return msgspec.json.decode(file.readline(HEAD_BYTES_MAX), type=SnapshotHead)
    return None


def _whole(path: Path) -> Snapshot | None:
    """Return what a file holds, None where that is not what was written."""
    head = _head(path)
    if head is None:
        return None
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.readline(HEAD_BYTES_MAX)
        body = file.read(head.length + 1)
        if len(body) == head.length and hashlib.sha256(body).hexdigest() == head.sha256:
            return Snapshot(head.release, head.position, head.at, body)
    return None
