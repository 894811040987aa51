"""What simulated people say on the telephone: the shipped prompts, one after another, so that it sounds like speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from contactcenter.adapters.testphone.rtp_line import tone_samples, wav_samples
from contactcenter.media.g711 import Samples

__all__ = ["speech"]

SENTENCES_MAX = 6
PAUSE_SAMPLES = 6_400  # 0.8 s: people breathe and listen
HUM_HZ = 220


def speech(folder: Path, like: str) -> Samples:
    """Return the files of a folder that match, with pauses; a low hum when there are none."""
    parts: list[Samples] = []
    for file in sorted(folder.glob(like))[:SENTENCES_MAX]:
        parts += [wav_samples(file), np.zeros(PAUSE_SAMPLES, dtype=np.int16)]
    return np.concatenate(parts) if parts else tone_samples(HUM_HZ)
