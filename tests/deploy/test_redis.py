"""The Redis settings and rights that we ship, taken by a real server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from contactcenter.adapters.shared_state.cache import RedisCache
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.server import RedisServer
from tests.deploy.redis_server import PASSWORD, ShippedRedis
from tests.real.children import Children


@pytest.fixture
def server(private_dir: Path, children: Children) -> ShippedRedis:
    """A Redis with the shipped files."""
    return ShippedRedis(private_dir, children)


@pytest.fixture
def centre(server: ShippedRedis) -> Iterator[redis.Redis]:
    """The centre's own connection."""
    with server.client("centre", PASSWORD) as client:
        yield client


def test_the_settings_are_taken(server: ShippedRedis, centre: redis.Redis) -> None:
    told = centre.info()
    assert told["maxmemory_policy"] == "allkeys-lru" and told["maxmemory"] == 256 << 20
    assert told["aof_enabled"] == 0
    assert not list(server.folder.glob("*.rdb")) and not list(server.folder.glob("append*"))


def test_the_centre_may_do_its_work(centre: redis.Redis) -> None:
    assert centre.set("cc:main:cache:era", b"1", px=1_000)
    assert centre.eval("return redis.pcall('GET', KEYS[1])", 1, "cc:main:cache:era") == b"1"
    assert centre.register_script("redis.call('TIME') return 1")() == 1
    assert centre.publish("cc:main:live", b"1") == 0
    assert centre.hset("cc:main:live", "q", b"1") == 1 and centre.hgetall("cc:main:live") == {b"q": b"1"}


async def test_the_centres_own_programs_are_granted(server: ShippedRedis) -> None:
    options = RedisOptions(host="127.0.0.1", port=server.port, key="k", username="centre", password=PASSWORD)
    shared = RedisServer(options, "main")
    cache = RedisCache(shared, b"m" * 32)
    try:
        mark = (await cache.get("a")).mark
        await cache.put("a", b"kept", 60, mark)
        assert (await cache.get("a")).value == b"kept"
        async with shared.subscription(shared.key("live")):
            assert shared.figures().counters["redis_failures"] == 0
    finally:
        await shared.close()


@pytest.mark.parametrize(
    "words",
    [
        ("FLUSHALL",),
        ("KEYS", "*"),
        ("CONFIG", "GET", "*"),
        ("CONFIG", "SET", "maxmemory", "0"),
        ("ACL", "LIST"),
        ("SHUTDOWN",),
        ("REPLICAOF", "127.0.0.1", "1"),
        ("MODULE", "LIST"),
        ("SCRIPT", "FLUSH"),
        ("FUNCTION", "FLUSH"),
        ("GET", "other:key"),
        ("PUBLISH", "other", "1"),
        ("MONITOR",),
        ("MIGRATE", "127.0.0.1", "1", "cc:x", "0", "1"),
        ("CLIENT", "KILL", "TYPE", "normal"),
    ],
)
def test_the_centre_may_do_nothing_else(words: tuple[str, ...], centre: redis.Redis) -> None:
    with pytest.raises(redis.exceptions.NoPermissionError):
        centre.execute_command(*words)  # type: ignore[no-untyped-call]


def test_nobody_comes_in_without_a_name_and_a_password(server: ShippedRedis) -> None:
    for name, password in ((None, None), ("default", ""), ("centre", "wrong"), ("centre", "")):
        with server.client(name, password) as client, pytest.raises(redis.exceptions.RedisError):
            client.ping()


def test_the_shipped_password_is_nobodys(server: ShippedRedis) -> None:
    """Whoever forgets to write the hash has a server that lets nobody in."""
    assert "#" + "0" * 64 in server.shipped_acl
    assert hashlib.sha256(b"").hexdigest() != "0" * 64
