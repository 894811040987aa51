"""What the prompt renderer does to sound, apart from speaking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from contactcenter.media import wav
from contactcenter.media.tone import dominant_frequency_hz, level_dbfs
from tools.render_prompts import lay, level, resample, trim, write


def sine(frequency_hz: int, rate_hz: int) -> np.typing.NDArray[np.float64]:
    return 9_000 * np.sin(2 * np.pi * frequency_hz * np.arange(rate_hz) / rate_hz)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100])
def test_a_tone_keeps_its_frequency_and_length_at_8_khz(rate_hz: int) -> None:
    resampled = resample(sine(1_000, rate_hz), rate_hz)
    assert abs(dominant_frequency_hz(resampled.astype(np.int16)) - 1_000) <= 2
    assert 8_000 <= resampled.size < 8_500


def test_what_a_telephone_cannot_carry_is_filtered_and_does_not_fold_back() -> None:
    assert level_dbfs(resample(sine(6_000, 22_050), 22_050).astype(np.int16)) < -60


def test_silence_around_speech_is_cut() -> None:
    quiet = np.zeros(8_000)
    assert trim(np.concatenate([quiet, sine(500, 8_000), quiet])).size == pytest.approx(8_000 + 480, abs=10)


def test_everything_is_brought_to_one_level_without_clipping() -> None:
    assert level_dbfs(level(sine(500, 8_000) / 100, -20)) == -20
    clicks = np.zeros(8_000)
    clicks[::1_000] = 1
    assert np.abs(level(clicks, -20)).max() <= 26_500


def test_a_note_at_the_end_rings_on_at_the_beginning() -> None:
    music = np.zeros(16_000)
    lay(music, np.ones(4_000), 1.75)
    assert music[:2_000].all() and music[14_000:].all() and not music[2_000:14_000].any()


def test_a_written_file_is_read_by_the_worker_s_reader(tmp_path: Path) -> None:
    write(tmp_path / "x" / "odd.wav", np.full(161, 1_000, dtype=np.int16))
    read = wav.read((tmp_path / "x" / "odd.wav").read_bytes())
    assert read is not None and len(read.samples) == 161
