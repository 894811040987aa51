"""The PIN of those who may switch modes by telephone: held as a keyed hash alone, and compared in constant time."""

from __future__ import annotations

import hmac

__all__ = ["Pin"]


class Pin:
    """A PIN under the domain's secret; an empty one is none, and nothing is right then."""

    def __init__(self, secret: bytes = b"", pin: str = "") -> None:
        self._secret = secret
        self._wanted = self._hash(pin) if pin else b""

    def is_right(self, keys: str) -> bool:
        """Tell whether these are the keys."""
        return bool(self._wanted) and hmac.compare_digest(self._hash(keys), self._wanted)

    def _hash(self, keys: str) -> bytes:
        return hmac.digest(self._secret, b"mode pin" + keys.encode(), "sha256")
