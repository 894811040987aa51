"""The live state as one desk tells it and others show it: whole, then by changes, old when nobody keeps it up."""

from __future__ import annotations

import asyncio
import dataclasses
import logging

import msgspec
import pytest

from contactcenter.adapters.shared_state.mirror import OLD_S, Mirror
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.model.facts import ModeChanged
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.model.words import ModeSource
from tests.adapters.shared_state.days import NAMES, Day, heard_from, shows, told_to
from tests.adapters.shared_state.desks import options_of, until
from tests.real.redis import RedisProgram
from tests.stories.centre import ANNA, FAULTS

log = logging.getLogger(__name__)
BACK_S = 30.0  # generous: five seconds are promised, and what it took is logged


@pytest.fixture
def options(redis_server: RedisProgram) -> RedisOptions:
    """How desks reach the server, as impatient as they are."""
    return options_of(redis_server, patience_s=0.25)


async def test_a_display_that_comes_late_shows_the_whole_and_then_what_changes(options: RedisOptions) -> None:
    day = Day()
    day.centre.signs_in(ANNA)
    day.look()
    async with told_to(options, day), heard_from(options) as first:
        await until(lambda: shows(first, day), "the whole")
        edition, version = first.edition, first.version
        day.calls()
        await until(lambda: shows(first, day), "the change")
        assert first.edition == edition and first.version > version, "by a change, not anew"
        assert {queue.id for queue in first.queues(version)} == {FAULTS}
        async with heard_from(options) as second:
            await until(lambda: shows(second, day), "a second display")
            day.calls()
            await until(lambda: shows(first, day) and shows(second, day), "both go on")
    assert {agent.id: agent.name for agent in first.agents()} == NAMES


async def test_the_mode_is_told_without_who_switched_it(options: RedisOptions) -> None:
    day = Day()
    async with told_to(options, day), heard_from(options) as mirror:
        await until(lambda: shows(mirror, day), "the whole")
        assert mirror.modes() == [] and mirror.modes(mirror.version) is None
        day.live.apply(ModeChanged(None, "storm", 9, "normal", None, "sue", ModeSource.API, "thunder"), 5)
        await until(lambda: bool(mirror.modes()), "the change")
        async with heard_from(options) as late:
            await until(lambda: bool(late.modes()), "the whole of it")
            for shown in (*(mirror.modes() or ()), *(late.modes() or ())):
                assert (shown.mode, shown.until_at, shown.by, shown.reason) == ("storm", 9, "", "thunder")


async def test_no_name_stands_in_redis(options: RedisOptions, redis_server: RedisProgram) -> None:
    day = Day()
    async with told_to(options, day), heard_from(options) as mirror:
        await until(lambda: shows(mirror, day), "the whole")
        everything = redis_server.everything()
    assert b"faults" in everything and b'"anna"' in everything
    assert b"Anna" not in everything and b'"Bo"' not in everything


async def test_a_desk_that_still_reads_the_journal_tells_nothing(
    options: RedisOptions, redis_server: RedisProgram
) -> None:
    day = Day()
    async with (
        told_to(options, day, live=False) as live,
        heard_from(options) as mirror,
    ):
        await asyncio.to_thread(redis_server.all_keys)
        assert mirror.is_old and not redis_server.all_keys()
        live.set()
        await until(lambda: shows(mirror, day), "now it is live")


async def test_it_grows_old_when_the_desk_falls_silent_and_lives_again_with_another(options: RedisOptions) -> None:
    day = Day()
    async with heard_from(options) as mirror:
        assert mirror.is_old and mirror.queues() == []
        async with told_to(options, day):
            await until(lambda: shows(mirror, day), "heard")
            edition, heard_at = mirror.edition, mirror.heard_at
        await until(lambda: mirror.is_old, "silence is noticed")
        assert mirror.heard_at >= heard_at and mirror.queues() == day.queues(), "what was heard last stays to be shown"
        assert mirror.gauges()["live_heard"] == 0.0 and mirror.gauges()["live_age_seconds"] > OLD_S
        day.calls()
        async with told_to(options, day):
            await until(lambda: shows(mirror, day), "another desk tells")
        assert mirror.edition > edition


@pytest.mark.parametrize("trouble", ["killed", "emptied", "stopped", "rubbish", "removed"])
async def test_after_any_trouble_the_display_is_live_again(
    options: RedisOptions, redis_server: RedisProgram, trouble: str
) -> None:
    day = Day()
    async with (
        told_to(options, day),
        heard_from(options) as mirror,
        heard_from(options) as other,
    ):
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


async def test_a_gap_is_noticed_and_closed(options: RedisOptions, redis_server: RedisProgram) -> None:
    day = Day()
    async with told_to(options, day), heard_from(options) as mirror:
        await until(lambda: shows(mirror, day), "the whole")
        edition = mirror.edition
        with redis_server.client() as client:
            head = msgspec.json.decode(client.hget("cc:main:live", "head") or b"")
            skipped = {"head": head | {"version": head["version"] + 5}}
            client.publish("cc:main:live", msgspec.json.encode(skipped))
        await until(lambda: mirror.edition > edition, "the whole was read again")
        day.calls()
        await until(lambda: shows(mirror, day), "and it goes on")


async def test_two_desks_that_tell_by_mistake_end_with_the_same_state(options: RedisOptions) -> None:
    day = Day()
    async with (
        told_to(options, day),
        told_to(options, day),
        heard_from(options) as mirror,
    ):
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
    assert (mirror.now(), mirror.heard_at) == (5_000, 5_000), "before the first news it is this machine's"
    mirror.replace([], [])
    mirror.hear(1_000)
    passed[0] += 2.5
    assert (mirror.is_old, mirror.now(), mirror.heard_at) == (False, 3_500, 1_000)
    passed[0] += 1.0
    assert (mirror.is_old, mirror.now(), mirror.heard_at) == (True, 4_500, 1_000)
