"""File names of recordings stand below their UTC day and say nothing of people."""

from __future__ import annotations

import pytest

from contactcenter.model.ids import RecordingId
from contactcenter.recording.naming import file_name

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (0, "1970/01/01/r1.wav"),
        (1_795_478_399_999, "2026/11/23/r1.wav"),
        (1_795_478_400_000, "2026/11/24/r1.wav"),
        (951_782_400_000, "2000/02/29/r1.wav"),
        (1_709_164_800_000 + DAY_MS, "2024/03/01/r1.wav"),
    ],
)
def test_the_day_is_that_of_the_start_in_utc(at: int, expected: str) -> None:
    assert file_name(RecordingId("r1"), at) == expected
