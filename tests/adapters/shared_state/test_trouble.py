"""A Redis that is killed, emptied, stopped, full of rubbish or not ours: nobody waits, and it comes back."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from contactcenter.adapters.shared_state.ports import Bucket, Turn
from contactcenter.adapters.shared_state.redis_state import RedisState
from tests.adapters.shared_state.desks import MASTER, options_of, running, until
from tests.real.ports import free_ports
from tests.real.redis import REDIS_PASSWORD, RedisProgram

NUMBER, NAME = "+8613912345678", "Li Wei"
BUCKET = Bucket("sign-in-name", 2, 600.0)
TRIES_MAX = 600
QUICK_S = 0.25  # what desks have
NOTICEABLE_S = 5.0  # a generous bound on a loaded machine

log = logging.getLogger(__name__)


@pytest.fixture
async def state(redis_server: RedisProgram) -> AsyncIterator[RedisState]:
    async with running(options_of(redis_server)) as opened:
        yield opened


async def put(state: RedisState, key: str, value: bytes) -> None:
    await state.cache.put(key, value, 60.0, (await state.cache.get(key)).mark)


async def kept(state: RedisState, key: str) -> bytes | None:
    return (await state.cache.get(key)).value


async def works(state: RedisState) -> bool:
    """Whether what is put is found again."""
    await put(state, "again", b"1")
    return await kept(state, "again") == b"1"


async def back(state: RedisState) -> None:
    """Wait until the cache works again."""
    for _ in range(TRIES_MAX):
        if await works(state):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the cache never works again")


async def serves_without(state: RedisState) -> None:
    """A miss, no error, nothing kept, limits of its own: and all that quickly."""
    began = time.monotonic()
    for _ in range(50):
        await put(state, NUMBER, NAME.encode())
        assert await kept(state, NUMBER) is None
    turn = Turn(BUCKET, f"{time.monotonic_ns()}")
    assert [bool(await state.limiter.take(turn)) for _ in range(3)] == [False, False, True]
    await state.limiter.give_back(turn)
    assert time.monotonic() - began < NOTICEABLE_S
    assert state.figures().gauges["redis_reachable"] == 0.0


def warnings(logs: list[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    """What was logged as a warning."""
    return [log for log in logs if log["log_level"] == "warning"]


async def test_nothing_stands_there_in_the_clear(state: RedisState, redis_server: RedisProgram) -> None:
    await put(state, NUMBER, f"{NAME} {NUMBER}".encode())
    await state.limiter.take(Turn(BUCKET, f"203.0.113.9 {NAME}"))
    everything = redis_server.everything()
    assert b"cc:main:cache:" in everything and b"cc:main:limit:sign-in-name:" in everything
    for secret in (NUMBER, NUMBER[1:], NAME, "203.0.113.9"):
        assert secret.encode() not in everything


async def test_only_the_domains_secret_opens_what_is_kept(state: RedisState, redis_server: RedisProgram) -> None:
    await put(state, NUMBER, NAME.encode())
    async with running(options_of(redis_server)) as same, running(options_of(redis_server), bytes(32)) as other:
        assert await kept(same, NUMBER) == NAME.encode()
        assert await kept(other, NUMBER) is None


async def test_a_value_moved_to_another_key_is_not_believed(state: RedisState, redis_server: RedisProgram) -> None:
    await put(state, "a", b"of a")
    [place] = [key for key in redis_server.all_keys() if key != "cc:main:cache:era"]
    await put(state, "b", b"of b")
    [other] = [key for key in redis_server.all_keys() if key not in (place, "cc:main:cache:era")]
    with redis_server.client() as client:
        client.copy(place, other, replace=True)
    assert await kept(state, "a") == b"of a" and await kept(state, "b") is None


async def test_one_desk_forgets_for_all(state: RedisState, redis_server: RedisProgram) -> None:
    async with running(options_of(redis_server)) as other:
        await put(other, NUMBER, NAME.encode())
        mark = (await other.cache.get("late")).mark
        await state.cache.forget_all()
        assert await kept(other, NUMBER) is None
        await other.cache.put("late", b"1", 60.0, mark)
        assert await kept(other, "late") is None


async def test_limits_hold_for_all_desks_together(state: RedisState, redis_server: RedisProgram) -> None:
    async with running(options_of(redis_server)) as other:
        turn = Turn(BUCKET, "anna")
        assert [await desk.limiter.take(turn) for desk in (state, other)] == [0.0, 0.0]
        assert 0 < await other.limiter.take(turn) <= 300
        assert 0 < await state.limiter.take(turn) <= 300
        await other.limiter.give_back(turn)
        assert await state.limiter.take(turn) == 0.0


async def test_killed_and_started_again_empty(state: RedisState, redis_server: RedisProgram) -> None:
    await put(state, NUMBER, NAME.encode())
    with capture_logs() as logs:
        redis_server.kill()
        await serves_without(state)
        await serves_without(state)
        await asyncio.to_thread(redis_server.start)
        took_s = await until(lambda: state.server.reachable, "it is found")
        log.info("found %.2f s after its return", took_s)
        await back(state)
    said = [log["event"] for log in logs if log["log_level"] != "debug"]
    assert said == ["no Redis", "Redis reached"]
    assert await kept(state, NUMBER) is None


async def test_a_desk_may_start_before_it(redis_server: RedisProgram) -> None:
    redis_server.kill()
    async with running(options_of(redis_server)) as state:
        await serves_without(state)
        await asyncio.to_thread(redis_server.start)
        await back(state)


async def test_emptied_it_is_used_on(state: RedisState, redis_server: RedisProgram) -> None:
    await put(state, NUMBER, NAME.encode())
    mark = (await state.cache.get("late")).mark
    turn = Turn(BUCKET, "anna")
    assert [await state.limiter.take(turn) for _ in range(2)] == [0.0, 0.0]
    await asyncio.to_thread(redis_server.empty)
    assert await kept(state, NUMBER) is None and await works(state)
    await state.cache.put("late", b"1", 60.0, mark)
    assert await kept(state, "late") is None, "what was forgotten meanwhile is not known any more"
    assert await state.limiter.take(turn) > 0, "a desk remembers its own turns"


async def test_stopped_in_its_tracks_it_delays_nobody(redis_server: RedisProgram) -> None:
    async with running(options_of(redis_server, patience_s=QUICK_S)) as state:
        await back(state)
        redis_server.stop()
        try:
            await serves_without(state)
        finally:
            redis_server.go_on()
        await back(state)


async def test_what_was_to_be_forgotten_while_it_was_away_is_forgotten_on_its_return(
    redis_server: RedisProgram,
) -> None:
    hasty = options_of(redis_server, patience_s=QUICK_S)
    async with running(hasty) as state, running(options_of(redis_server)) as other:
        await put(other, NUMBER, NAME.encode())
        assert await kept(other, NUMBER) == NAME.encode()
        redis_server.stop()
        try:
            await state.cache.forget_all()
        finally:
            redis_server.go_on()
        assert await kept(state, NUMBER) is None
        await until(lambda: state.server.reachable and other.server.reachable, "both are back")
        await back(state)
        assert await kept(other, NUMBER) is None


@pytest.mark.parametrize("rubbish", ["list", "hash", "text", "nothing", "number"])
async def test_rubbish_in_every_key_is_a_miss_and_no_limit(
    state: RedisState, redis_server: RedisProgram, rubbish: str
) -> None:
    turn = Turn(BUCKET, "bo")
    await put(state, NUMBER, NAME.encode())
    async with running(options_of(redis_server)) as other:
        await other.limiter.take(turn)
        with redis_server.client() as client:
            for key in client.scan_iter():
                client.delete(key)
                match rubbish:
                    case "list":
                        client.rpush(key, b"x", b"y")
                    case "hash":
                        client.hset(key, mapping={"left": "nan", "at": "-1e999", "head": b"\xff"})
                    case "text":
                        client.set(key, b"\x00\xff" * 8)
                    case "number":
                        client.hset(key, mapping={"left": "-1e300", "at": "1e300"})
        assert await kept(state, NUMBER) is None and await works(state)
        assert await state.limiter.take(turn) == 0.0
        assert await state.limiter.take(turn) == 0.0 and await state.limiter.take(turn) > 0
        assert state.figures().gauges["redis_reachable"] == 1.0


async def test_a_wrong_password_is_said_once_and_costs_nothing(redis_server: RedisProgram) -> None:
    with capture_logs() as logs:
        async with running(options_of(redis_server, password="wrong")) as state:
            await serves_without(state)
            await until(lambda: warnings(logs), "the probe says so")
            await serves_without(state)
    told = warnings(logs)
    assert [log["event"] for log in told] == ["no Redis"]
    assert told[0]["reason"] in ("AuthenticationError", "TimeoutError"), (
        "on a machine that stalls the probe gives up first"
    )
    assert "wrong" not in str(logs) and REDIS_PASSWORD not in str(logs)


async def test_who_is_told_to_end_ends_whatever_the_library_makes_of_it(redis_server: RedisProgram) -> None:
    """redis-py swallows a cancellation that comes while a connection is being refused."""
    for ticks in range(130):
        state = RedisState(options_of(redis_server, password="wrong"), "main", MASTER)
        looking = asyncio.ensure_future(state.run())
        for _ in range(ticks):
            await asyncio.sleep(0)
        looking.cancel()
        done, _ = await asyncio.wait({looking}, timeout=30)
        assert done, ticks
        await state.close()


async def test_a_server_that_is_no_redis_costs_nothing(redis_server: RedisProgram) -> None:
    port = free_ports()

    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * 50)
        writer.close()

    async with (
        await asyncio.start_server(chatter, "127.0.0.1", port),
        running(options_of(redis_server, port=port)) as state,
    ):
        await until(lambda: not state.server.reachable, "it is no Redis")
        await serves_without(state)


async def test_a_server_that_takes_connections_and_never_speaks_costs_nothing(redis_server: RedisProgram) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with running(options_of(redis_server, port=silent.getsockname()[1], patience_s=QUICK_S)) as state:
            await kept(state, NUMBER)
            await serves_without(state)


async def test_a_full_memory_is_no_reason_to_give_up(state: RedisState, redis_server: RedisProgram) -> None:
    await put(state, NUMBER, NAME.encode())
    with redis_server.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")
        await put(state, "more", b"1")
        assert await kept(state, "more") is None
        assert await state.limiter.take(Turn(BUCKET, "x")) == 0.0
        figures = state.figures()
        assert figures.gauges["redis_reachable"] == 1.0 and figures.counters["redis_failures"] > 0
        client.config_set("maxmemory", "0")
    await back(state)


async def test_one_that_nobody_uses_is_noticed_to_be_gone(state: RedisState, redis_server: RedisProgram) -> None:
    assert await works(state)
    redis_server.kill()
    await until(lambda: not state.server.reachable, "the probe finds out")
