"""Names of recording files: by UTC day and recording id, so that no name says anything about a person."""

from __future__ import annotations

from datetime import date
from typing import Final

from contactcenter.model.ids import RecordingId

__all__ = ["file_name"]

DAY_MS: Final = 86_400_000
FIRST_DAY: Final = date(1970, 1, 1).toordinal()


def file_name(recording: RecordingId, started_at: int) -> str:
    """Return the file's name relative to the store, `YYYY/MM/DD/<recording>.wav`; `started_at` in ms."""
    day = date.fromordinal(FIRST_DAY + started_at // DAY_MS)
    return f"{day:%Y/%m/%d}/{recording}.wav"
