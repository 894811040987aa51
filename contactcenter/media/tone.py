"""Test tones and the ear that hears them: a frequency goes into sound, sound gives a frequency and a level back."""

from typing import Final

import numpy as np

from contactcenter.media.g711 import Samples

__all__ = ["RATE_HZ", "dominant_frequency_hz", "level_dbfs", "loud_frequencies_hz", "tone"]

RATE_HZ: Final = 8_000
FULL_SCALE: Final = 32_767
SILENT_DBFS: Final = -96
"""What 16 bits cannot go below: the level given for no sound at all."""


def tone(frequency_hz: int, duration_ms: int, level_db: int = -10, *, from_ms: int = 0) -> Samples:
    """Make a sine of that peak level below full scale; `from_ms` goes on within a longer tone without a click."""
    first = from_ms * RATE_HZ // 1000
    times = np.arange(first, first + duration_ms * RATE_HZ // 1000)
    peak = FULL_SCALE * 10 ** (min(level_db, 0) / 20)
    sound: Samples = np.round(peak * np.sin(2 * np.pi * frequency_hz * times / RATE_HZ)).astype(np.int16)
    return sound


def level_dbfs(samples: Samples) -> int:
    """Give the mean (RMS) level below a full-scale square wave, −96 for silence."""
    if not samples.size:
        return SILENT_DBFS
    root_mean_square = float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))
    if root_mean_square < 1:
        return SILENT_DBFS
    return round(20 * float(np.log10(root_mean_square / FULL_SCALE)))


def dominant_frequency_hz(samples: Samples, silent_below_dbfs: int = -60) -> int:
    """Give the loudest frequency, interpolated between the lines of the spectrum, or 0 where all is quiet."""
    if samples.size < 16 or level_dbfs(samples) < silent_below_dbfs:
        return 0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    spectrum[0] = 0
    peak = int(np.argmax(spectrum[1:-1])) + 1
    left, middle, right = (float(spectrum[peak + step]) for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend else 0.0
    return round((peak + shift) * RATE_HZ / samples.size)


def loud_frequencies_hz(samples: Samples, within_db: int = 20) -> list[int]:
    """Give all tones that are mixed in a sound, lowest first: peaks not much softer than the loudest one."""
    if dominant_frequency_hz(samples) == 0:
        return []
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    spectrum[0] = 0
    enough = float(spectrum.max()) / 10 ** (within_db / 20)
    inner = spectrum[1:-1]
    peaks = np.flatnonzero((inner >= enough) & (inner >= spectrum[:-2]) & (inner > spectrum[2:])) + 1
    return [round(int(peak) * RATE_HZ / samples.size) for peak in peaks]
