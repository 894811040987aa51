"""Callers hear prompts and music, and one another: compared by frequency at each side, over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from contactcenter.adapters.telephony.worker_client import MediaRefused
from contactcenter.adapters.telephony.worker_wire import FirstRtp, KeyPressed, Played
from contactcenter.media.g711 import Law
from contactcenter.media.rtp import sequence_distance, timestamp_distance
from contactcenter.media.tone import dominant_frequency_hz
from tests.adapters.telephony.conftest import MENU_HZ, MUSIC_HZ, WELCOME_HZ, Exchange
from tests.adapters.telephony.phones import near, until


async def test_a_caller_hears_the_prompts_one_after_another(exchange: Exchange) -> None:
    caller = await exchange.call("caller")
    await exchange.pool.play("caller", "p1", ["en/welcome", "en/menu.wav"], gap_ms=100)
    await until(lambda: bool(exchange.told(Played)), "the end of the prompts")
    assert exchange.told(Played) == [Played("caller", "p1", "completed")]
    sound = caller.sound()
    assert sound.size == 2 * 4_800
    assert near(dominant_frequency_hz(sound[:4_800]), WELCOME_HZ)
    assert near(dominant_frequency_hz(sound[4_800:]), MENU_HZ)
    assert caller.heard[0].marker and caller.heard[30].marker
    gap = timestamp_distance(caller.heard[29].timestamp, caller.heard[30].timestamp)
    assert gap >= 5 * 160


@pytest.mark.parametrize("law", list(Law))
async def test_music_goes_on_until_it_is_stopped(exchange: Exchange, law: Law) -> None:
    caller = await exchange.call("caller", law)
    await exchange.pool.play("caller", "music", ["en/welcome", "music/hold"], loop=True)
    await until(lambda: len(caller.heard) > 150, "music")
    assert near(caller.frequency(), MUSIC_HZ)
    await exchange.pool.stop_play("caller", "another")
    assert not exchange.told(Played)
    await exchange.pool.stop_play("caller")
    assert exchange.told(Played) == [Played("caller", "music", "stopped")]
    await asyncio.sleep(0.05)
    heard = len(caller.heard)
    await asyncio.sleep(0.2)
    assert len(caller.heard) == heard


async def test_all_who_wait_hear_the_same_place_of_the_music(exchange: Exchange) -> None:
    first, second = await exchange.call("a"), await exchange.call("b")
    await exchange.pool.play("a", "m", ["music/hold"], loop=True)
    await until(lambda: len(first.heard) > 20)
    await exchange.pool.play("b", "m", ["music/hold"], loop=True)
    await until(lambda: len(second.heard) > 20)
    frames = [packet.payload for packet in first.heard]
    assert len(set(frames)) > 10
    assert [packet.payload for packet in second.heard[:10]] == frames[frames.index(second.heard[0].payload) :][:10]


async def test_a_new_prompt_takes_the_place_of_the_one_that_plays(exchange: Exchange) -> None:
    caller = await exchange.call("caller")
    await exchange.pool.play("caller", "p1", ["en/welcome"], loop=True)
    await until(lambda: len(caller.heard) > 5)
    await exchange.pool.play("caller", "p2", ["en/menu"])
    await until(lambda: len(exchange.told(Played)) == 2)
    assert exchange.told(Played) == [Played("caller", "p1", "stopped"), Played("caller", "p2", "completed")]


@pytest.mark.parametrize("agent_law", list(Law))
async def test_both_hear_each_other_also_across_codecs(exchange: Exchange, agent_law: Law) -> None:
    caller = await exchange.call("caller", Law.ULAW)
    agent = await exchange.call("agent", agent_law, near="caller")
    await exchange.pool.play("caller", "music", ["music/hold"], loop=True)
    await until(lambda: len(caller.heard) > 10)
    await exchange.pool.bridge("caller", "agent")
    assert exchange.told(Played) == [Played("caller", "music", "stopped")]
    await asyncio.gather(caller.say(440, 1_000), agent.say(1_000, 1_000))
    await until(lambda: len(agent.heard) >= 50 and len(caller.heard) >= 60)
    assert near(agent.frequency(), 440)
    assert near(caller.frequency(), 1_000)
    assert exchange.told(FirstRtp) == [FirstRtp("caller"), FirstRtp("agent")]
    assert len({packet.ssrc for packet in caller.heard}) == 1
    steps = zip(caller.heard, caller.heard[1:], strict=False)
    assert all(sequence_distance(one.sequence, two.sequence) == 1 for one, two in steps)
    await exchange.pool.unbridge("caller", "agent")
    heard = len(agent.heard)
    await caller.say(440, 100)
    assert len(agent.heard) == heard


async def test_a_key_is_told_once_and_reaches_the_peer_by_its_own_number(exchange: Exchange) -> None:
    caller = await exchange.call("caller", key_type=101)
    agent = await exchange.call("agent", key_type=96, near="caller")
    await exchange.pool.bridge("caller", "agent")
    await caller.say(440, 60)
    await caller.press("7")
    await caller.press("#")
    await until(lambda: len(exchange.told(KeyPressed)) == 2)
    assert [key.digit for key in exchange.told(KeyPressed)] == ["7", "#"]
    assert exchange.told(KeyPressed)[0].duration_ms == 80
    events = [packet for packet in agent.heard if packet.payload_type == 96]
    assert [packet.payload[0] for packet in events] == [7] * 6 + [11] * 6
    assert len({packet.timestamp for packet in events}) == 2


async def test_a_peer_without_keys_sees_no_loss_where_one_was_pressed(exchange: Exchange) -> None:
    caller, agent = await exchange.call("caller"), await exchange.call("agent", near="caller")
    await exchange.pool.remote("agent", "127.0.0.1", agent.port, codec=0, key_type=None)
    await exchange.pool.bridge("caller", "agent")
    await caller.say(440, 60)
    await caller.press("1")
    await caller.say(440, 60)
    await until(lambda: len(agent.heard) >= 6)
    numbers = [packet.sequence for packet in agent.heard]
    assert [sequence_distance(numbers[0], number) for number in numbers] == [0, 1, 2, 3, 4, 5]


async def test_a_press_whose_end_is_lost_is_told_all_the_same(exchange: Exchange) -> None:
    caller = await exchange.call("caller")
    pressing = asyncio.create_task(caller.press("5", 400))
    await asyncio.sleep(0.1)
    pressing.cancel()
    await until(lambda: bool(exchange.told(KeyPressed)))
    assert [key.digit for key in exchange.told(KeyPressed)] == ["5"]


async def test_an_announcement_to_one_of_two_is_heard_in_place_of_the_peer(exchange: Exchange) -> None:
    caller, agent = await exchange.call("caller"), await exchange.call("agent", near="caller")
    await exchange.pool.bridge("caller", "agent")
    await agent.say(1_000, 200)
    await exchange.pool.play("caller", "p", ["en/welcome"] * 3)
    await asyncio.gather(agent.say(1_000, 500), caller.say(440, 500))
    assert near(dominant_frequency_hz(caller.sound()[-2_400:]), WELCOME_HZ)
    assert near(agent.frequency(), 440)
    await until(lambda: bool(exchange.told(Played)))
    await agent.say(1_000, 600)
    assert near(caller.frequency(), 1_000)


async def test_a_party_on_hold_is_neither_heard_nor_spoken_to(exchange: Exchange) -> None:
    caller, agent = await exchange.call("caller"), await exchange.call("agent", near="caller")
    await exchange.pool.bridge("caller", "agent")
    await exchange.pool.remote("agent", "127.0.0.1", agent.port, codec=0, direction="inactive")
    await asyncio.gather(agent.say(1_000, 200), caller.say(440, 200))
    assert not agent.heard and not caller.heard
    await exchange.pool.remote("agent", "127.0.0.1", agent.port, codec=0)
    await agent.say(1_000, 200)
    await until(lambda: len(caller.heard) == 10)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([], "no files"),
        (["en/menu"] * 65, "too many files"),
        (["en/nothing"], "en/nothing: cannot be read"),
        (["en/broken"], "en/broken: not 8 kHz mono WAV"),
        (["../tapes/x"], "../tapes/x: outside the allowed folders"),
        (["/etc/passwd"], "/etc/passwd: outside the allowed folders"),
        (["en/\0"], "en/\0: outside the allowed folders"),
    ],
)
async def test_what_cannot_be_played_is_refused_with_its_reason(
    exchange: Exchange, files: list[str], reason: str
) -> None:
    await exchange.call("caller")
    with pytest.raises(MediaRefused) as refusal:
        await exchange.pool.play("caller", "p", files)
    assert str(refusal.value) == reason
