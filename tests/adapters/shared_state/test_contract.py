"""What every cache and every limiter promises: the same tests in this process and in a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from contactcenter.adapters.shared_state.local import LocalCache, LocalState
from contactcenter.adapters.shared_state.ports import Bucket, Cache, Limiter, SharedState, Turn
from tests.adapters.shared_state.desks import options_of, running

TRIES_MAX = 1_000
BY_NAME, BY_SOURCE = Bucket("name", 2, 600.0), Bucket("source", 3, 600.0)


@pytest.fixture(params=["in-process", "redis"])
async def state(request: pytest.FixtureRequest) -> AsyncIterator[SharedState]:
    if request.param == "in-process":
        yield LocalState()
    else:
        async with running(options_of(request.getfixturevalue("redis_server"))) as opened:
            yield opened


@pytest.fixture
def cache(state: SharedState) -> Cache:
    return state.cache


@pytest.fixture
def limiter(state: SharedState) -> Limiter:
    return state.limiter


async def kept(cache: Cache, key: str) -> bytes | None:
    return (await cache.get(key)).value


async def put(cache: Cache, key: str, value: bytes, live_s: float = 60.0) -> None:
    await cache.put(key, value, live_s, (await cache.get(key)).mark)


async def test_what_was_put_is_found_under_its_key_alone(cache: Cache) -> None:
    assert await kept(cache, "a") is None
    await put(cache, "a", b"one")
    await put(cache, "empty", b"")
    await put(cache, "all bytes", bytes(range(256)))
    assert [await kept(cache, key) for key in ("a", "b", "empty")] == [b"one", None, b""]
    assert await kept(cache, "all bytes") == bytes(range(256))
    await put(cache, "a", b"two")
    assert await kept(cache, "a") == b"two"


@pytest.mark.parametrize("key", ["", " ", "+8613912345678", "李伟", "a:b*c[d]\n\x00", "x" * 10_000])
async def test_any_text_is_a_key(cache: Cache, key: str) -> None:
    await put(cache, key, b"1")
    assert await kept(cache, key) == b"1" and await kept(cache, key + " ") is None


async def test_an_entry_ends_with_its_time(cache: Cache) -> None:
    await put(cache, "short", b"1", live_s=0.05)
    await put(cache, "long", b"1")
    for _ in range(TRIES_MAX):
        if await kept(cache, "short") is None:
            break
        await asyncio.sleep(0.02)
    assert [await kept(cache, key) for key in ("short", "long")] == [None, b"1"]


async def test_everything_is_forgotten_at_once(cache: Cache) -> None:
    for number in range(20):
        await put(cache, str(number), b"1")
    await cache.forget_all()
    assert [await kept(cache, str(number)) for number in range(20)] == [None] * 20
    await put(cache, "1", b"new")
    assert await kept(cache, "1") == b"new"


async def test_what_was_read_before_a_forgetting_is_not_kept_after_it(cache: Cache) -> None:
    mark = (await cache.get("a")).mark
    await cache.forget_all()
    await cache.put("a", b"of an erased person", 60.0, mark)
    assert await kept(cache, "a") is None


async def test_many_at_once_get_their_own(cache: Cache) -> None:
    async def one(number: int) -> None:
        await put(cache, f"key {number}", b"%d" % number)
        assert await kept(cache, f"key {number}") == b"%d" % number

    await asyncio.gather(*(one(number) for number in range(100)))


async def test_hits_and_misses_are_counted(state: SharedState) -> None:
    await put(state.cache, "a", b"1")
    await kept(state.cache, "a")
    counters = state.figures().counters
    assert (counters["cache_hits"], counters["cache_misses"]) == (1, 1)


async def test_turns_are_taken_from_all_buckets_or_from_none(limiter: Limiter) -> None:
    anna, bo = (Turn(BY_NAME, "anna"), Turn(BY_SOURCE, "s")), (Turn(BY_NAME, "bo"), Turn(BY_SOURCE, "s"))
    assert [await limiter.take(*anna) for _ in range(2)] == [0.0, 0.0]
    assert 200 < await limiter.take(*anna) <= 300, "half of the ten minutes for one more"
    assert await limiter.take(*bo) == 0.0, "a refused turn took nothing from the source"
    assert 100 < await limiter.take(*bo) <= 200
    assert await limiter.take(Turn(BY_NAME, "bo")) == 0.0, "nor from the name"
    assert await limiter.take(Turn(BY_NAME, "s")) == 0.0, "a bucket's keys are its own"


async def test_a_turn_that_is_given_back_may_be_taken_again(limiter: Limiter) -> None:
    turn = Turn(BY_NAME, "anna")
    for _ in range(10):
        assert await limiter.take(turn) == 0.0
        await limiter.give_back(turn)
    await limiter.give_back(turn, turn, turn)
    assert [bool(await limiter.take(turn)) for _ in range(3)] == [False, False, True], "never more than the burst"


async def test_a_bucket_fills_with_time(limiter: Limiter) -> None:
    turn = Turn(Bucket("quick", 1, 0.2), "a")
    assert await limiter.take(turn) == 0.0
    async with asyncio.timeout(30):
        while wait_s := await limiter.take(turn):
            assert wait_s <= 0.2
            await asyncio.sleep(0.02)


async def test_a_burst_of_parallel_tries_gets_no_more_than_its_turns(limiter: Limiter) -> None:
    waits = await asyncio.gather(*(limiter.take(Turn(BY_SOURCE, "s")) for _ in range(30)))
    assert sum(not wait for wait in waits) == 3


async def test_the_least_used_goes_first_from_a_full_cache() -> None:
    cache = LocalCache(entries_max=2)
    await put(cache, "a", b"1")
    await put(cache, "b", b"1")
    await kept(cache, "a")
    await put(cache, "c", b"1")
    assert [await kept(cache, key) for key in "abc"] == [b"1", None, b"1"]
