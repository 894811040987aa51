"""Secrets of registering phones: drawn per device, shown once, kept as encrypted HA1 (RFC 7616) alone.

The HA1 is sealed with AES-GCM under a key derived from the domain's master secret and bound to its row, so that a
copied database opens nothing and rows cannot be swapped.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, and_, delete, insert, select

from contactcenter.adapters.accounts.passwords import random_secret
from contactcenter.adapters.accounts.people import AccountError
from contactcenter.adapters.database import tables
from contactcenter.adapters.database.store import Database, unbroken
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.ids import StationId

__all__ = ["ALGORITHMS", "Phone", "Phones"]

ALGORITHMS = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}
NONCE_BYTES = 12
CACHE_S = 3.0  # a removed phone is refused within this time
CACHE_MAX = 20_000  # unknown names are remembered too, and an attacker names many
STATION = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Phone(msgspec.Struct, frozen=True):
    """A phone that may register as a station."""

    station: StationId
    algorithm: str
    label: str
    created_at: int


class Phones:
    """The phones of one domain, for the command line and for the registrar."""

    def __init__(self, database: Database, master: bytes, realm: str, clock: Clock = wall_ms) -> None:
        """Keep phones in `database`, sealed under `master`; `realm` is part of every HA1."""
        self._database = database
        self._realm = realm
        self._clock = clock
        self._aead = AESGCM(HKDF(SHA256(), 32, None, b"contactcenter phones").derive(master))
        self._cache: dict[tuple[str, str], tuple[float, str | None]] = {}

    @unbroken
    async def create(self, station: StationId, algorithm: str = "SHA-256", label: str = "") -> str:
        """Create (or renew) a phone and return its secret, which is shown this once. Raises AccountError."""
        if algorithm not in ALGORITHMS:
            raise AccountError(f"the digest algorithm is one of {', '.join(ALGORITHMS)}")
        if not STATION.fullmatch(station):
            raise AccountError("a station id has 1 to 64 letters, digits, dots, dashes or underscores")
        secret = random_secret()
        ha1 = ALGORITHMS[algorithm](f"{station}:{self._realm}:{secret}".encode()).hexdigest()
        row = {
            "domain": self._database.domain,
            "station": station,
            "algorithm": algorithm,
            "ha1": self._seal(station, algorithm, ha1),
            "label": label,
            "created_at": self._clock(),
        }
        phones = tables.phones
        async with self._database.write() as connection:
            await connection.execute(delete(phones).where(self._is(station)))
            await connection.execute(insert(phones).values(row))
        self._cache.clear()
        return secret

    @unbroken
    async def remove(self, station: StationId) -> None:
        """Forget a phone; its next registration is refused. Raises AccountError."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(tables.phones).where(self._is(station)))
        self._cache.clear()
        if not gone.rowcount:
            raise AccountError(f"there is no phone {station}")

    async def all(self) -> list[Phone]:
        """Return all phones by station."""
        phones = tables.phones
        statement = select(phones).where(phones.c.domain == self._database.domain).order_by(phones.c.station)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return [msgspec.convert(row, Phone, strict=False) for row in rows]

    async def ha1(self, station: str, algorithm: str) -> str | None:
        """Return the HA1 of a phone in lower-case hex, or None; remembered for a few seconds."""
        key, now = (station, algorithm), time.monotonic()
        known = self._cache.get(key)
        if known is not None and now - known[0] < CACHE_S:
            return known[1]
        found = await self._look_up(station, algorithm)
        if len(self._cache) >= CACHE_MAX:
            self._cache.clear()
        self._cache[key] = (now, found)
        return found

    async def algorithm(self, station: str) -> str | None:
        """Return which digest algorithm a phone is marked for, or None for an unknown one."""
        statement = select(tables.phones.c.algorithm).where(self._is(station))
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar()

    async def _look_up(self, station: str, algorithm: str) -> str | None:
        phones = tables.phones
        statement = select(phones.c.ha1).where(self._is(station), phones.c.algorithm == algorithm)
        async with self._database.read() as connection:
            sealed = (await connection.execute(statement)).scalar()
        return None if sealed is None else self._open(station, algorithm, sealed)

    def _is(self, station: str) -> ColumnElement[bool]:
        return and_(tables.phones.c.domain == self._database.domain, tables.phones.c.station == station)

    def _bound_to(self, station: str, algorithm: str) -> bytes:
        return "\0".join((self._database.domain, station, algorithm)).encode()

    def _seal(self, station: str, algorithm: str, ha1: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, ha1.encode(), self._bound_to(station, algorithm))

    def _open(self, station: str, algorithm: str, sealed: bytes) -> str | None:
        try:
            text = self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._bound_to(station, algorithm))
        except InvalidTag:
            return None
        return text.decode()
