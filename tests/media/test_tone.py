"""Tones are heard at the frequency they were made with, and silence at none."""

import numpy as np
import pytest

from contactcenter.media.tone import dominant_frequency_hz, level_dbfs, loud_frequencies_hz, tone


@pytest.mark.parametrize("frequency_hz", [300, 440, 697, 1_000, 1_633, 3_100])
def test_a_tone_is_heard_as_itself(frequency_hz: int) -> None:
    assert abs(dominant_frequency_hz(tone(frequency_hz, 200)) - frequency_hz) <= 2


def test_the_louder_of_two_is_heard() -> None:
    both = tone(500, 500, -20) + tone(900, 500, -10)
    assert dominant_frequency_hz(both) == 900


def test_a_tone_goes_on_without_a_click() -> None:
    whole = tone(440, 60)
    parts = np.concatenate([tone(440, 20, from_ms=start) for start in (0, 20, 40)])
    assert (whole == parts).all()


def test_silence_and_too_little_sound_have_no_frequency() -> None:
    assert dominant_frequency_hz(np.zeros(800, dtype=np.int16)) == 0
    assert dominant_frequency_hz(tone(440, 1)) == 0


def test_a_flat_spectrum_has_no_bend_to_interpolate() -> None:
    assert dominant_frequency_hz(np.full(160, 100, dtype=np.int16)) in range(0, 4_001)


def test_mixed_tones_are_told_apart() -> None:
    sound = tone(440, 1_000, -20) + tone(1_700, 1_000, -26)
    assert loud_frequencies_hz(sound) == [440, 1_700]
    assert loud_frequencies_hz(sound, within_db=3) == [440]
    assert loud_frequencies_hz(np.zeros(800, dtype=np.int16)) == []


def test_levels_are_below_full_scale() -> None:
    assert level_dbfs(tone(1_000, 1_000, 0)) == -3
    assert level_dbfs(tone(1_000, 1_000, 40)) == -3
    assert level_dbfs(tone(1_000, 1_000, -20)) == -23
    assert level_dbfs(np.zeros(8, dtype=np.int16)) == level_dbfs(np.zeros(0, dtype=np.int16)) == -96
