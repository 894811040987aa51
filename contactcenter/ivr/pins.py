"""Who gave a wrong PIN lately: after three of them a number is locked out for a while, on whatever call."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

__all__ = ["LOCKED_MS", "WRONG_MAX", "PinTries"]

WRONG_MAX: Final = 3
"""Three tries in a quarter of an hour: half of all PINs of six digits would take four years of calling."""

LOCKED_MS: Final = 900_000
"""Long enough to tire who guesses, short enough for a supervisor who was in a hurry."""

SOURCES_MAX: Final = 1_000
"""Numbers that are remembered; the oldest give way."""


class PinTries:
    """Wrong PINs by the keyed hash of the number that called; a right one, or a while without any, clears them."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._wrong: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def is_locked(self, address_key: str, now: int) -> bool:
        """Return whether a number may not try now (ms); who hides the number could never be locked out."""
        return not address_key or self._lately(address_key, now) >= WRONG_MAX

    def note(self, address_key: str, right: bool, now: int) -> None:
        """Remember a try at a time (ms)."""
        count = self._lately(address_key, now)
        self._wrong.pop(address_key, None)
        if not right:
            self._wrong[address_key] = (count + 1, now)
        if len(self._wrong) > SOURCES_MAX:
            self._wrong.popitem(last=False)

    def _lately(self, address_key: str, now: int) -> int:
        count, last_at = self._wrong.get(address_key, (0, 0))
        return count if now - last_at < LOCKED_MS else 0
