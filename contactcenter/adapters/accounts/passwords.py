"""Passwords: drawn at random, hashed with argon2id (RFC 9106) outside the event loop.

A few hashes run at once at most, so that a burst of sign-ins cannot take the machine's memory.
"""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["Passwords", "random_secret"]

ALPHABET = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 l I: people type these
SECRET_LENGTH = 20  # of 56 signs: 116 bits
HASHES_AT_ONCE = 2  # 64 MiB each


def random_secret(length: int = SECRET_LENGTH) -> str:
    """Draw a secret that a person can read out and type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Passwords:
    """Hashes and checks passwords; an unknown account costs the same time as a known one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use `hasher`, by default argon2-cffi's choice (RFC 9106, low memory)."""
        self._hasher = hasher or PasswordHasher()
        self._gate = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody = ""

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, kept: str | None, password: str) -> bool:
        """Tell whether `password` belongs to the hash `kept`; None stands for an account that does not exist."""
        self._nobody = self._nobody or await self.hash(random_secret())
        async with self._gate:
            right = await asyncio.to_thread(self._verify, kept or self._nobody, password)
        return right and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
