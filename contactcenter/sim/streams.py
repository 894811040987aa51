"""Chance, split into named streams of one seed, so that one more draw here changes nothing there.

A stream's own seed is a SHA-256 of seed and name: the same under any PYTHONHASHSEED and on any machine.
"""

from __future__ import annotations

import hashlib
import math
from random import Random

__all__ = ["Streams", "log_normal_ms"]


class Streams:
    """The one source of chance of a simulation."""

    def __init__(self, seed: int) -> None:
        """Split `seed`."""
        self._seed = seed

    def stream(self, name: str) -> Random:
        """Return the generator that belongs to a name; the same name begins at the same place again."""
        digest = hashlib.sha256(f"{self._seed}/{name}".encode()).digest()
        return Random(int.from_bytes(digest[:8], "big"))


def log_normal_ms(random: Random, mean_ms: int, sigma: float) -> int:
    """Draw a time with the given mean (ms); `sigma` is the shape, and 0 draws an exponential time instead."""
    if mean_ms <= 0:
        return 0
    if sigma <= 0:
        return round(random.expovariate(1 / mean_ms))
    return round(random.lognormvariate(math.log(mean_ms) - sigma * sigma / 2, sigma))
