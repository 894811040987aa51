"""Mixing rooms of more than two: who hears whom how loudly is a matrix of gains, and one multiplication does it.

Two parties are never mixed: their codewords are copied.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from contactcenter.media.g711 import Samples

__all__ = ["FULL_GAIN", "Gains", "conference", "mix"]

FULL_GAIN: Final = 256
"""Gains are whole numbers, 256 passes sound unchanged: 0 is deaf, 128 is 6 dB softer."""

Gains = Sequence[Sequence[int]]
"""`gains[listener][speaker]`, one row a listener."""


def conference(members: int) -> list[list[int]]:
    """Give the gains of a room where everyone hears everyone but themselves."""
    return [[0 if speaker == listener else FULL_GAIN for speaker in range(members)] for listener in range(members)]


def mix(frames: Samples, gains: Gains) -> Samples:
    """Mix one frame of each speaker (rows) into one of each listener; too loud sums are held at full scale."""
    weights = np.array(gains, dtype=np.float32) / FULL_GAIN
    mixed = weights @ frames.astype(np.float32)
    heard: Samples = np.clip(np.rint(mixed), -32_768, 32_767).astype(np.int16)
    return heard
