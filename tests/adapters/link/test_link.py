"""Desk and engine over a real socket: what is submitted is committed, what is committed is followed, in order."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from contactcenter.adapters.link.client import LinkClient
from contactcenter.model.entry import Position
from contactcenter.model.ids import MessageId, PersonId
from contactcenter.runtime.ports import LinkLost, Receipt
from tests.adapters.link.engine import Engine, key

WITHIN_S = 30.0


@pytest_asyncio.fixture
async def engine(private_dir: Path) -> AsyncIterator[Engine]:
    engine = Engine(private_dir / "var")
    await engine.start()
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def desk(engine: Engine) -> AsyncIterator[LinkClient]:
    async with engine.desk() as desk:
        yield desk


async def followed(desk: LinkClient, after: int, until: int) -> list[int]:
    """The sequences a subscriber sees from one position to another."""
    seen: list[int] = []
    async with asyncio.timeout(WITHIN_S), aclosing(desk.subscribe(after)) as feed:
        async for entry in feed:
            seen.append(entry.position.sequence)
            if seen[-1] >= until:
                break
    return seen


async def until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(WITHIN_S):
        for pause in itertools.repeat(0.005):
            if condition():
                return
            await asyncio.sleep(pause)


# --- submit and ask


async def test_an_event_is_answered_with_its_place_after_its_commit(engine: Engine, desk: LinkClient) -> None:
    assert await desk.submit(key("1")) == Receipt(Position(1, 1))
    assert [entry.event for entry in engine.journal.load()] == [key("1")]


async def test_a_refusal_comes_back_as_one(desk: LinkClient) -> None:
    assert await desk.submit(key("x")) == Receipt(None, "this letter is not taken")


async def test_events_are_handed_over_in_the_order_they_were_submitted(engine: Engine, desk: LinkClient) -> None:
    letters = [str(number) for number in range(300)]
    await asyncio.gather(*(desk.submit(key(letter)) for letter in letters))
    assert engine.heard == letters


async def test_many_more_submits_than_may_be_in_flight_are_all_answered(engine: Engine, desk: LinkClient) -> None:
    receipts = await asyncio.gather(*(desk.submit(key("1")) for _ in range(3000)))
    assert sorted(receipt.position.sequence for receipt in receipts if receipt.position) == list(range(1, 3001))


async def test_the_engine_answers_every_question(engine: Engine, desk: LinkClient) -> None:
    known = await desk.address("+4930123456")
    box = await desk.seal(PersonId("visitor"), "Zoë")
    assert await desk.open([known.sealed, box]) == ["+4930123456", "Zoë"]
    assert await desk.outbox() == [MessageId("m1"), MessageId("m2")]
    assert (await desk.figures()).histograms["journal_commit_seconds"][-1][0] == float("inf")
    await engine.commit(7)
    assert await desk.head() == 7


async def test_what_a_desk_got_sealed_can_be_opened_after_a_crash(engine: Engine, desk: LinkClient) -> None:
    known = await desk.address("+4930123456")
    box = await desk.seal(PersonId("visitor"), "Zoë")
    await engine.stop()
    await engine.start()
    assert await desk.open([known.sealed, box]) == ["+4930123456", "Zoë"]


async def test_an_erased_persons_boxes_stay_closed(engine: Engine, desk: LinkClient) -> None:
    box = await desk.seal(PersonId("visitor"), "Zoë")
    engine.vault.destroy(PersonId("visitor"))
    assert await desk.open([box]) == [None]


async def test_a_full_disk_is_a_lost_link_with_its_reason(desk: LinkClient) -> None:
    with pytest.raises(LinkLost, match="the disk is full"):
        await desk.submit(key("full"))
    assert await desk.head() == 0, "the connection lives on"


async def test_a_mistake_of_the_engine_is_answered_and_seen(desk: LinkClient) -> None:
    seen: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context["exception"]))
    with pytest.raises(LinkLost, match="ZeroDivisionError"):
        await desk.submit(key("bug"))
    assert isinstance(seen[0], ZeroDivisionError)


async def test_a_request_too_large_is_refused_before_it_is_sent(desk: LinkClient) -> None:
    with pytest.raises(LinkLost, match="at most 1048576"):
        await desk.address("9" * (1 << 20))
    assert await desk.head() == 0


# --- subscribe


async def test_a_subscriber_gets_what_was_and_then_what_comes(engine: Engine, desk: LinkClient) -> None:
    await engine.commit(5)
    following = asyncio.ensure_future(followed(desk, 2, 12))
    await until(lambda: engine.server.figures().gauges["link_feeds"])
    for _ in range(7):
        await engine.commit(1)
    assert await following == list(range(3, 13))


async def test_each_entry_comes_once_however_journal_and_live_overlap(engine: Engine, desk: LinkClient) -> None:
    followers = []
    for batch in range(1, 60):
        followers.append(asyncio.ensure_future(followed(desk, batch // 2, 600)) if batch % 20 == 0 else None)
        await engine.commit(batch % 7 + 1)
    await engine.commit(600 - engine.sequence)
    for number, follower in enumerate(followers, 1):
        if follower:
            assert await follower == list(range(number // 2 + 1, 601))


async def test_a_subscriber_who_stops_reading_costs_nothing_and_misses_nothing(
    engine: Engine, desk: LinkClient
) -> None:
    async with asyncio.timeout(WITHIN_S), aclosing(desk.subscribe(0)) as feed:
        await engine.commit(1)
        assert (await anext(feed)).position.sequence == 1
        for _ in range(60):
            await engine.commit(1000)  # ~5 MB: far more than socket and feed hold
        assert await desk.head() == 60_001, "the engine and other requests go on"
        seen = [(await anext(feed)).position.sequence for _ in range(60_000)]
    assert seen == list(range(2, 60_002))
    await until(lambda: not engine.server.figures().gauges["link_feeds"])
    assert engine.server.figures().counters["link_pages_total"] > 10, "it caught up from the journal"


async def test_only_what_is_committed_is_seen(engine: Engine, desk: LinkClient) -> None:
    engine.stalled = asyncio.Event()
    waiting = asyncio.ensure_future(desk.submit(key("1")))
    await until(lambda: engine.heard)
    assert await desk.head() == 0 and not waiting.done()
    engine.stalled.set()
    assert (await waiting).position == Position(1, 1)
    assert await followed(desk, 0, 1) == [1]


async def test_a_desk_that_knows_more_than_the_journal_is_turned_away(engine: Engine, desk: LinkClient) -> None:
    await engine.commit(3)
    with pytest.raises(LinkLost, match="after 9 were asked for, but the journal ends at 3"):
        await followed(desk, 9, 10)


# --- loss and return


async def test_what_was_in_flight_at_a_loss_is_said_to_be_lost(engine: Engine, desk: LinkClient) -> None:
    engine.stalled = asyncio.Event()
    waiting = asyncio.ensure_future(desk.submit(key("1")))
    await until(lambda: engine.heard)
    await engine.stop()
    with pytest.raises(LinkLost, match="went away"):
        await waiting
    await engine.start()


async def test_the_link_comes_back_with_the_engine_and_the_feed_goes_on(engine: Engine, desk: LinkClient) -> None:
    await desk.submit(key("1"))
    feed = desk.subscribe(0)
    assert (await anext(feed)).position == Position(1, 1)
    await engine.stop()
    with pytest.raises(LinkLost):
        await anext(feed)
    assert not desk.connected
    later = asyncio.ensure_future(desk.submit(key("2")))  # waits out the restart
    await engine.start()
    assert (await later).position == Position(2, 2)
    assert await followed(desk, 1, 2) == [2]


async def test_without_an_engine_a_call_says_so_after_its_patience(private_dir: Path) -> None:
    async with LinkClient(private_dir / "engine.sock", "1.0", patience_s=0.05) as desk:
        with pytest.raises(LinkLost, match="no engine listens here"):
            await desk.head()
        with pytest.raises(LinkLost, match="no engine listens here"):
            await anext(desk.subscribe(0))


async def test_a_desk_of_another_release_is_told_to_restart(engine: Engine) -> None:
    async with LinkClient(engine.path, "0.9", patience_s=0.2) as desk:
        with pytest.raises(LinkLost, match=r"release 1\.0, this desk of 0\.9"):
            await desk.head()


async def test_a_desk_that_leaves_leaves_nothing_behind(engine: Engine, desk: LinkClient) -> None:
    for _ in range(20):
        async with engine.desk() as visitor:
            await visitor.submit(key("1"))
            with contextlib.suppress(LinkLost):
                await followed(visitor, 0, 1)
    await until(lambda: engine.server.figures().gauges["link_desks"] <= 1)
    assert engine.server.figures().gauges["link_feeds"] == 0


async def test_the_socket_is_for_this_user_alone(engine: Engine) -> None:
    assert stat.S_IMODE(engine.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(engine.path.parent.stat().st_mode) == 0o700
