"""Limits in Redis, shared by all desks; beside them each desk keeps its own, so that an emptied server opens no gate.

Names and addresses are hashed under a secret. Redis' own clock counts, so that desks whose clocks differ agree.
"""

from __future__ import annotations

import hmac

from contactcenter.adapters.shared_state.limits import LocalLimiter
from contactcenter.adapters.shared_state.ports import Turn
from contactcenter.adapters.shared_state.server import RedisServer, Script

__all__ = ["RedisLimiter"]

TAKE, GIVE_BACK = 1, -1

# Takes from all buckets or from none. Whatever is no bucket counts as a full one; it is written anew each time, and
# ends by itself once it would be full.
BUCKETS = Script("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local turn, wait, lefts = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local burst, per = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local row = redis.pcall('HMGET', key, 'left', 'at')
  if row.err then
    redis.call('DEL', key)
    row = {}
  end
  local left, at = tonumber(row[1] or ''), tonumber(row[2] or '')
  if not left or not at or left ~= left or at > now or left > burst then left, at = burst, now end
  left = math.max(0, math.min(burst, left + (now - at) * burst / per))
  if turn > 0 and left < 1 then wait = math.max(wait, (1 - left) * per / burst) end
  lefts[i] = left
end
if wait > 0 then turn = 0 end
for i, key in ipairs(KEYS) do
  local left = math.min(tonumber(ARGV[2 * i]), lefts[i] - turn)
  redis.call('HSET', key, 'left', tostring(left), 'at', tostring(now))
  redis.call('PEXPIRE', key, ARGV[2 * i + 1])
end
return math.ceil(wait)
""")


class RedisLimiter:
    """Token buckets in Redis."""

    def __init__(self, server: RedisServer, key: bytes) -> None:
        """Take from `server`; `key` hashes whom a bucket is for."""
        self._server = server
        self._key = key
        self._own = LocalLimiter()

    async def take(self, *turns: Turn) -> float:
        """Take all turns and return 0, or take none and return how many seconds to wait."""
        if wait_s := await self._own.take(*turns):
            return wait_s
        wait_ms = await self._buckets(TAKE, turns)
        if not wait_ms:
            return 0.0
        await self._own.give_back(*turns)
        return wait_ms / 1000

    async def give_back(self, *turns: Turn) -> None:
        """Undo turns that were taken."""
        await self._own.give_back(*turns)
        await self._buckets(GIVE_BACK, turns)

    async def _buckets(self, turn: int, turns: tuple[Turn, ...]) -> int:
        """Return how many ms to wait, 0 also when the server has no word in it."""
        sizes = [size for each in turns for size in (each.bucket.burst, int(each.bucket.per_s * 1000))]
        answer = await self._server.run_script(BUCKETS, [self._place(each) for each in turns], turn, *sizes)
        return answer if isinstance(answer, int) else 0

    def _place(self, turn: Turn) -> str:
        hashed = hmac.digest(self._key, f"{turn.bucket.name} {turn.key}".encode(), "sha256")
        return self._server.key("limit", turn.bucket.name, hashed.hex())
