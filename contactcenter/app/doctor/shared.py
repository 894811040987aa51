"""Redis: does it let us in and nobody else, does it forget when it is full, and who can reach it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from contactcenter.app.doctor.clock import judge_offset, now_ms
from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.doctor.network import is_reached, is_this_machine
from contactcenter.app.doctor.partners import Partner, PartnerUnknown, partner
from contactcenter.app.serve import local_address
from contactcenter.settings import Settings

__all__ = ["RedisSeen", "judge_redis", "look_at_redis"]

VERSION_LEAST = (6, 2)  # accounts with rights of their own, and the commands of our scripts
ANSWER_S = 3.0
DOCUMENT = "see deploy/redis/contactcenter.conf"


class RedisSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What a Redis says of itself, and what it lets whom do."""

    info: Mapping[str, Any]
    open_to_all: bool
    all_rights: bool
    reached_from_outside: bool
    secure: bool
    nearby: bool
    offset_ms: int
    uncertain_ms: int


def judge_redis(seen: RedisSeen) -> list[Finding]:
    """Judge a server that let us in."""
    version = str(seen.info.get("redis_version", "0"))
    findings = []
    if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < VERSION_LEAST:
        findings.append(error(f"Redis {version} is too old", "install Redis 7"))
    if seen.open_to_all:
        findings.append(
            error("it lets in who has no name and no password", f"user default off, in an ACL file; {DOCUMENT}")
        )
    if seen.all_rights:
        findings.append(warning("our account may do everything there", "give it the rights of contactcenter.acl alone"))
    if seen.reached_from_outside:
        findings.append(
            error("it listens beyond this machine, and was configured as local", f"bind 127.0.0.1; {DOCUMENT}")
        )
    if not seen.secure and not seen.nearby:
        findings.append(error("the connection crosses a network without TLS", "give its url as rediss://"))
    findings += _judge_memory(seen.info)
    findings += judge_offset("Redis", seen.offset_ms, seen.uncertain_ms)
    return findings or [fine(f"Redis {version}, as the centre wants it")]


def _judge_memory(info: Mapping[str, Any]) -> list[Finding]:
    findings = []
    if not info.get("maxmemory"):
        findings.append(warning("no bound to its memory", f"maxmemory 256mb; {DOCUMENT}"))
    if not str(info.get("maxmemory_policy", "")).startswith("allkeys-"):
        seen = f"when it is full it refuses to write (maxmemory-policy {info.get('maxmemory_policy')})"
        findings.append(warning(seen, f"maxmemory-policy allkeys-lru; {DOCUMENT}"))
    if info.get("aof_enabled"):
        findings.append(warning("it keeps a log on the disk, which may bring back what was erased", "appendonly no"))
    return findings


async def look_at_redis(settings: Settings) -> list[Finding]:
    """Sign in as the centre does, and as nobody, and ask."""
    if not settings.redis.host:
        return [fine("not in use: each desk keeps what is shared for itself")]
    try:
        there = partner(settings, settings.redis, "redis")
    except PartnerUnknown as reason:
        return [error(str(reason), "see [redis] in the settings")]
    from redis.exceptions import AuthenticationError, RedisError

    try:
        seen = await _seen(there)
    except AuthenticationError:
        return [error(f"{there} does not let us in", "correct username and password in [redis], or its ACL file")]
    except (RedisError, OSError, TimeoutError) as failure:
        remedy = "start it, open the way to it; the centre works without, each desk for itself"
        return [warning(f"{there} cannot be used ({type(failure).__name__})", remedy)]
    return judge_redis(seen)


async def _seen(there: Partner) -> RedisSeen:
    us, nobody = _client(there, there.username, there.password), _client(there, "", "")
    try:
        info = await us.info()
        asked = now_ms()
        seconds, micros = await us.time()
        answered = now_ms()
        nearby = is_this_machine(there.host)
        ours = local_address()
        return RedisSeen(
            info=info,
            open_to_all=await _is_allowed(nobody, "PING"),
            all_rights=await _is_allowed(us, "CONFIG", "GET", "maxmemory"),
            reached_from_outside=nearby and not is_this_machine(ours) and is_reached(ours, there.port),
            secure=there.secure,
            nearby=nearby,
            offset_ms=round(seconds * 1_000 + micros / 1_000 - (asked + answered) / 2),
            uncertain_ms=round((answered - asked) / 2) + 1,
        )
    finally:
        await us.aclose()
        await nobody.aclose()


def _client(there: Partner, username: str, password: str) -> Any:
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    return Redis(
        host=there.host,
        port=there.port,
        username=username or None,
        password=password or None,
        ssl=there.secure,
        ssl_ca_certs=there.authority or None,
        socket_timeout=ANSWER_S,
        socket_connect_timeout=ANSWER_S,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )


async def _is_allowed(client: Any, *command: str) -> bool:
    from redis.exceptions import RedisError

    try:
        await client.execute_command(*command)
    except RedisError:
        return False
    return True
