"""Recordings that a worker left unfinished when it died: made whole up to their last batch, and described.

Everything here blocks; it belongs into a thread.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from contactcenter.adapters.telephony.worker_recording import PART_SUFFIX
from contactcenter.adapters.telephony.worker_wire import Recorded
from contactcenter.media import wav
from contactcenter.media.rtp import SAMPLES_PER_MS


def repair_recording(recording: str, path: Path) -> Recorded | None:
    """Complete the recording that should stand under `path`; None if there is no sound of it. Raises OSError."""
    part = path.with_name(path.name + PART_SUFFIX)
    if part.exists() and not path.exists():
        _complete(part, path)
    return describe_recording(recording, path)


def unfinished_recordings(root: Path) -> list[Path]:
    """List, by their final names, the recordings below a folder that no worker has completed."""
    return sorted(part.with_name(part.name.removesuffix(PART_SUFFIX)) for part in root.rglob(f"*.wav{PART_SUFFIX}"))


def describe_recording(recording: str, path: Path) -> Recorded | None:
    """Measure a complete recording again; None where there is none of ours. Raises OSError."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        start = file.read(wav.HEADER_BYTES)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    repaired = wav.repaired_header(start, size)
    if repaired is None:
        return None
    frames = repaired[1]
    return Recorded(
        recording=recording, path=str(path), frames=frames, ms=frames // SAMPLES_PER_MS, bytes=size, sha256=digest
    )


def _complete(part: Path, path: Path) -> None:
    with part.open("r+b") as file:
        repaired = wav.repaired_header(file.read(wav.HEADER_BYTES), part.stat().st_size)
        if repaired is None or repaired[1] == 0:
            return
        file.seek(0)
        file.write(repaired[0])
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
