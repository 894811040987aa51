"""Facts of recordings."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId, RecordingId
from contactcenter.model.words import RecordingState

__all__ = ["RecordingChanged"]


class RecordingChanged(FactBase, frozen=True):
    """A recording moved to another state; size, duration and hash are known when it is stored."""

    recording: RecordingId
    contact: ContactId
    state: RecordingState
    name: str
    duration_ms: int = 0
    size_bytes: int = 0
    sha256: str = ""
    reason: str = ""
