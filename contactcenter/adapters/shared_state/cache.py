"""The cache in Redis: what stands there tells a reader of the server's memory, its files or its wire nothing.

Keys are keyed hashes, values are sealed, each under a key of its own. All entries carry the era in which they were put;
to forget everything is to begin another era, in one step for all desks.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contactcenter.adapters.shared_state.ports import Kept
from contactcenter.adapters.shared_state.server import RedisServer, Script
from contactcenter.runtime.ports import EngineFigures

__all__ = ["RedisCache"]

ERA_BYTES = 16
NONCE_BYTES = 12

# The era is made where it is missing: a server that was emptied, or dropped this key, must not bring an old one back.
GET = Script("""
local era = redis.pcall('GET', KEYS[1])
if type(era) ~= 'string' or #era ~= #ARGV[1] then
  era = ARGV[1]
  redis.call('SET', KEYS[1], era)
end
local value = redis.pcall('GET', KEYS[2])
if type(value) ~= 'string' then value = '' end
return {era, value}
""")
PUT = Script("""
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
""")
FORGET = Script("redis.call('SET', KEYS[1], ARGV[1]) return 1")


class RedisCache:
    """Sealed copies in Redis; a server that is away has nothing."""

    def __init__(self, server: RedisServer, master: bytes) -> None:
        """Keep entries in `server`, under keys that come from the domain's master secret."""
        self._server = server
        self._names = hmac.digest(master, b"shared cache: names", "sha256")
        self._values = hmac.digest(master, b"shared cache: values", "sha256")
        self._era_key = server.key("cache", "era")
        self._wanted = self._heard = 0  # how often all was to be forgotten, and how much of that the server heard
        self._hits = self._misses = 0
        server.on_return.append(self._settle)

    async def get(self, key: str) -> Kept:
        """Return what is kept under a key."""
        await self._settle()
        wanted, name = self._wanted, self._name(key)
        keys = self._era_key, self._place(name)
        answer = None if self._owes() else await self._server.run_script(GET, keys, secrets.token_bytes(ERA_BYTES))
        # What was to be forgotten while we asked is forgotten in this answer too.
        era, box = answer if answer is not None and wanted == self._wanted else (b"", b"")
        value = self._opened(name, era, box) if box else None
        self._hits, self._misses = self._hits + (value is not None), self._misses + (value is None)
        return Kept(value, era)

    async def put(self, key: str, value: bytes, live_s: float, mark: bytes) -> None:
        """Keep a value sealed, unless everything was forgotten since the mark."""
        if not mark or self._owes():
            return
        name, nonce = self._name(key), os.urandom(NONCE_BYTES)
        box = nonce + self._seal(name).encrypt(nonce, value, mark)
        keys = self._era_key, self._place(name)
        await self._server.run_script(PUT, keys, mark, box, max(1, int(live_s * 1000)))

    async def forget_all(self) -> None:
        """Begin another era. While the server is away nothing is taken from it until it has heard of this."""
        self._wanted += 1
        await self._settle()

    def figures(self) -> EngineFigures:
        """Return how often it had what was asked for."""
        return EngineFigures(counters={"cache_hits": self._hits, "cache_misses": self._misses})

    async def _settle(self) -> None:
        wanted, era = self._wanted, secrets.token_bytes(ERA_BYTES)
        if self._owes() and await self._server.run_script(FORGET, (self._era_key,), era) is not None:
            self._heard = max(self._heard, wanted)

    def _owes(self) -> bool:
        return self._wanted > self._heard

    def _name(self, key: str) -> bytes:
        return hmac.digest(self._names, key.encode(), "sha256")

    def _place(self, name: bytes) -> str:
        return self._server.key("cache", name.hex())

    def _seal(self, name: bytes) -> AESGCM:
        """Return the seal of one entry: no key is ever used often enough for two random nonces to meet."""
        return AESGCM(hmac.digest(self._values, name, hashlib.sha256))

    def _opened(self, name: bytes, era: bytes, box: bytes) -> bytes | None:
        try:
            return self._seal(name).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], era)
        except (InvalidTag, ValueError):
            return None
