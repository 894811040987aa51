"""The live state as one desk tells it and others show it: whole, then by changes, old when nobody keeps it up."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from contactcenter.adapters.shared_state.live import LivePublisher
from contactcenter.adapters.shared_state.mirror import OLD_S, LiveReader, Mirror
from contactcenter.adapters.shared_state.server import RedisServer
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.reports.live import AgentFigures, LiveFigures, QueueFigures
from tests.adapters.shared_state.desks import options_of, until
from tests.real.redis import RedisProgram
from tests.stories.centre import ANNA, BO, FAULTS, Centre

log = logging.getLogger(__name__)
NAMES = {ANNA: "Anna", BO: "Bo"}
BACK_S = 30.0  # generous: five seconds are promised, and what it took is logged


class Day:
    """A centre's day as a desk counts it."""

    def __init__(self) -> None:
        """Begin with the small centre, nobody here."""
        self.centre, self.live = Centre(), LiveFigures(0)
        self.taken = self.callers = 0
        self.look()

    def look(self) -> None:
        """Take what was stated since."""
        for entry in self.centre.journal[self.taken :]:
            for fact in entry.facts:
                self.live.apply(fact, entry.at)
        self.taken = len(self.centre.journal)

    def calls(self) -> None:
        """Somebody calls and waits."""
        self.callers += 1
        self.centre.calls(f"+86139000000{self.callers:02}")
        self.look()

    @property
    def version(self) -> int:
        """What rises with every change."""
        return self.live.version

    def queues(self, after: int = -1) -> list[QueueFigures]:
        """Return the queues that changed after a version."""
        return self.live.queues(self.centre.now, after)

    def agents(self, after: int = -1) -> list[AgentFigures]:
        """Return the agents that changed after a version."""
        return self.live.agents(after)


@asynccontextmanager
async def told(program: RedisProgram, day: Day, live: bool = True) -> AsyncIterator[asyncio.Event]:
    """A desk that tells a day; give what says whether it is live."""
    server, event = RedisServer(options_of(program), "main"), asyncio.Event()
    if live:
        event.set()
    async with both(server, LivePublisher(server, day, event)):
        yield event


@asynccontextmanager
async def heard(program: RedisProgram) -> AsyncIterator[Mirror]:
    """A display's mirror that is kept up."""
    server, mirror = RedisServer(options_of(program), "main"), Mirror([FAULTS], NAMES)
    async with both(server, LiveReader(server, mirror)):
        yield mirror


@asynccontextmanager
async def both(server: RedisServer, other: LivePublisher | LiveReader) -> AsyncIterator[None]:
    """Let a server's probe and another work."""
    working = [asyncio.ensure_future(server.run()), asyncio.ensure_future(other.run())]
    try:
        yield
        assert not [task for task in working if task.done()]
    finally:
        for task in working:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*working)
        await server.close()


def shows(mirror: Mirror, day: Day) -> bool:
    """Whether a mirror shows the day as it is, names included."""
    return not mirror.is_old and (mirror.queues(), mirror.agents()) == (day.queues(), day.agents())


async def test_a_display_that_comes_late_shows_the_whole_and_then_what_changes(redis_server: RedisProgram) -> None:
    day = Day()
    day.centre.signs_in(ANNA)
    day.look()
    async with told(redis_server, day), heard(redis_server) as first:
        await until(lambda: shows(first, day), "the whole")
        edition, version = first.edition, first.version
        day.calls()
        await until(lambda: shows(first, day), "the change")
        assert first.edition == edition and first.version > version, "by a change, not anew"
        assert {queue.id for queue in first.queues(version)} == {FAULTS}
        async with heard(redis_server) as second:
            await until(lambda: shows(second, day), "a second display")
            day.calls()
            await until(lambda: shows(first, day) and shows(second, day), "both go on")
    assert {agent.id: agent.name for agent in first.agents()} == NAMES


async def test_no_name_stands_in_redis(redis_server: RedisProgram) -> None:
    day = Day()
    async with told(redis_server, day), heard(redis_server) as mirror:
        await until(lambda: shows(mirror, day), "the whole")
        everything = redis_server.everything()
    assert b"faults" in everything and b'"anna"' in everything
    assert b"Anna" not in everything and b'"Bo"' not in everything


async def test_a_desk_that_still_reads_the_journal_tells_nothing(redis_server: RedisProgram) -> None:
    day = Day()
    async with told(redis_server, day, live=False) as live, heard(redis_server) as mirror:
        await asyncio.to_thread(redis_server.all_keys)
        assert mirror.is_old and not redis_server.all_keys()
        live.set()
        await until(lambda: shows(mirror, day), "now it is live")


async def test_it_grows_old_when_the_desk_falls_silent_and_lives_again_with_another(redis_server: RedisProgram) -> None:
    day = Day()
    async with heard(redis_server) as mirror:
        assert mirror.is_old and mirror.queues() == []
        async with told(redis_server, day):
            await until(lambda: shows(mirror, day), "heard")
            edition, heard_at = mirror.edition, mirror.heard_at
        await until(lambda: mirror.is_old, "silence is noticed")
        assert mirror.heard_at >= heard_at and mirror.queues() == day.queues(), "what was heard last stays to be shown"
        assert mirror.gauges()["live_heard"] == 0.0 and mirror.gauges()["live_age_seconds"] > OLD_S
        day.calls()
        async with told(redis_server, day):
            await until(lambda: shows(mirror, day), "another desk tells")
        assert mirror.edition > edition


@pytest.mark.parametrize("trouble", ["killed", "emptied", "stopped", "rubbish", "removed"])
async def test_after_any_trouble_the_display_is_live_again(redis_server: RedisProgram, trouble: str) -> None:
    day = Day()
    async with told(redis_server, day), heard(redis_server) as mirror, heard(redis_server) as other:
        await until(lambda: shows(mirror, day) and shows(other, day), "the whole")
        match trouble:
            case "killed":
                redis_server.kill()
                await until(lambda: mirror.is_old and other.is_old, "silence is noticed")
                await asyncio.to_thread(redis_server.start)
            case "stopped":
                redis_server.stop()
                await until(lambda: mirror.is_old, "silence is noticed")
                redis_server.go_on()
            case "emptied":
                await asyncio.to_thread(redis_server.empty)
            case "rubbish":
                with redis_server.client() as client:
                    client.delete("cc:main:live")
                    client.rpush("cc:main:live", b"x")
                    client.publish("cc:main:live", b"\xff\x00")
                    client.publish("cc:main:live", b'{"head": {"epoch": "x", "version": 7, "at": "soon"}}')
            case _:
                with redis_server.client() as client:
                    client.hdel("cc:main:live", "queue faults", "agent anna")
                    client.hset("cc:main:live", "head", b"{}")
        day.calls()
        took_s = await until(lambda: shows(mirror, day) and shows(other, day), "both are live again")
        log.info("%s: both displays live again after %.2f s", trouble, took_s)
        assert took_s < BACK_S


async def test_a_gap_is_noticed_and_closed(redis_server: RedisProgram) -> None:
    day = Day()
    async with told(redis_server, day), heard(redis_server) as mirror:
        await until(lambda: shows(mirror, day), "the whole")
        edition = mirror.edition
        with redis_server.client() as client:
            head = msgspec.json.decode(client.hget("cc:main:live", "head") or b"")
            skipped = {"head": head | {"version": head["version"] + 5}}
            client.publish("cc:main:live", msgspec.json.encode(skipped))
        await until(lambda: mirror.edition > edition, "the whole was read again")
        day.calls()
        await until(lambda: shows(mirror, day), "and it goes on")


async def test_two_desks_that_tell_by_mistake_end_with_the_same_state(redis_server: RedisProgram) -> None:
    day = Day()
    async with told(redis_server, day), told(redis_server, day), heard(redis_server) as mirror:
        for _ in range(3):
            day.calls()
            await until(lambda: shows(mirror, day), "what both tell")


def test_a_mirror_keeps_the_order_of_the_settings_and_puts_strangers_last() -> None:
    day, mirror = Day(), Mirror([FAULTS], NAMES)
    known, [queue] = day.agents(), day.queues()
    stranger = dataclasses.replace(known[0], id=AgentId("zoe"), name="")
    unknown = dataclasses.replace(queue, id=QueueId("a new one"))
    mirror.replace([unknown, queue], [stranger, known[1], known[0]])
    assert [agent.name for agent in mirror.agents()] == ["Anna", "Bo", "zoe"]
    assert mirror.queues() == [queue, unknown]
    version = mirror.version
    mirror.take([], [stranger])
    assert [agent.id for agent in mirror.agents(version)] == ["zoe"] and mirror.queues(version) == []
    mirror.replace([queue], [])
    assert (mirror.queues(), mirror.agents()) == ([queue], [])


def test_a_mirrors_clock_is_the_centres() -> None:
    passed = [100.0]
    mirror = Mirror([], {}, clock=lambda: 5_000, monotonic=lambda: passed[0])
    assert (mirror.is_old, mirror.now(), mirror.heard_at) == (False, 5_000, 5_000) or mirror.is_old
    mirror.replace([], [])
    mirror.hear(1_000)
    passed[0] += 2.5
    assert (mirror.is_old, mirror.now(), mirror.heard_at) == (False, 3_500, 1_000)
    passed[0] += 1.0
    assert (mirror.is_old, mirror.now(), mirror.heard_at) == (True, 4_500, 1_000)
