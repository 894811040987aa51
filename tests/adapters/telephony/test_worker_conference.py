"""Three who talk together through a media worker: each hears the sum of the others, nobody himself."""

from __future__ import annotations

import asyncio

import pytest

from contactcenter.adapters.telephony.worker_client import MediaRefused
from contactcenter.adapters.telephony.worker_wire import Played, Recorded
from contactcenter.media.g711 import Law
from contactcenter.media.rtp import sequence_distance
from contactcenter.media.tone import level_dbfs, loud_frequencies_hz
from tests.adapters.telephony.conftest import Exchange
from tests.adapters.telephony.phones import Phone, channel, near

CALLER_HZ, AGENT_HZ, COLLEAGUE_HZ = 440, 1_000, 1_700


async def three(exchange: Exchange) -> tuple[Phone, Phone, Phone]:
    """A caller who talks with an agent, and a colleague beside them who knows only A-law."""
    caller = await exchange.call("caller")
    agent = await exchange.call("agent", near="caller")
    colleague = await exchange.call("colleague", Law.ALAW, near="caller")
    await exchange.pool.bridge("caller", "agent")
    return caller, agent, colleague


async def all_speak(caller: Phone, agent: Phone, colleague: Phone, ms: int = 1_000) -> None:
    """Each says a tone of his own."""
    await asyncio.gather(caller.say(CALLER_HZ, ms), agent.say(AGENT_HZ, ms), colleague.say(COLLEAGUE_HZ, ms))


def hears(phone: Phone, *wanted_hz: int) -> bool:
    """Return whether a phone hears these tones and no others, in the last stretch before all fell silent."""
    heard = loud_frequencies_hz(phone.sound()[-6_400:-2_400])
    return len(heard) == len(wanted_hz) and all(near(one, other) for one, other in zip(heard, wanted_hz, strict=True))


async def test_each_hears_the_two_others_and_not_himself(exchange: Exchange) -> None:
    caller, agent, colleague = await three(exchange)
    await exchange.pool.play("colleague", "ring", ["music/hold"], loop=True)
    await exchange.pool.confer(("caller", "agent", "colleague"))
    assert exchange.told(Played) == [Played("colleague", "ring", "stopped")]
    await all_speak(caller, agent, colleague)
    assert hears(caller, AGENT_HZ, COLLEAGUE_HZ)
    assert hears(agent, CALLER_HZ, COLLEAGUE_HZ)
    assert hears(colleague, CALLER_HZ, AGENT_HZ)
    assert len({packet.ssrc for packet in agent.heard}) == 1
    steps = zip(agent.heard, agent.heard[1:], strict=False)
    assert all(sequence_distance(one.sequence, two.sequence) == 1 for one, two in steps)
    [figures] = await exchange.pool.ask_figures()
    assert (figures.bridges, figures.faults) == (1, 0)


@pytest.mark.parametrize("how", ["closed", "parted"])
async def test_the_two_who_are_left_hear_each_other_on(exchange: Exchange, how: str) -> None:
    caller, agent, colleague = await three(exchange)
    await exchange.pool.confer(("caller", "agent", "colleague"))
    await all_speak(caller, agent, colleague, 300)
    if how == "closed":
        await exchange.pool.close("agent")
    else:
        await exchange.pool.unbridge("agent", "caller")
    before = len(agent.heard)
    await exchange.pool.bridge("caller", "colleague")
    await all_speak(caller, agent, colleague)
    assert hears(caller, COLLEAGUE_HZ) and hears(colleague, CALLER_HZ)
    assert len(agent.heard) == before
    assert (await exchange.pool.ask_figures())[0].bridges == 1


async def test_who_comes_back_is_heard_again(exchange: Exchange) -> None:
    caller, agent, colleague = await three(exchange)
    await exchange.pool.confer(("caller", "agent", "colleague"))
    await exchange.pool.unbridge("agent", "caller")
    await exchange.pool.unbridge("colleague", "caller")
    assert (await exchange.pool.ask_figures())[0].bridges == 0
    await exchange.pool.confer(("caller", "colleague"))
    await exchange.pool.confer(("caller", "agent", "colleague"))
    await all_speak(caller, agent, colleague)
    assert hears(colleague, CALLER_HZ, AGENT_HZ)
    for name in ("caller", "agent", "colleague"):
        await exchange.pool.close(name)
    assert (await exchange.pool.ask_figures())[0].bridges == 0


async def test_the_customer_is_recorded_left_and_both_agents_right(exchange: Exchange) -> None:
    caller, agent, colleague = await three(exchange)
    await exchange.pool.confer(("caller", "agent", "colleague"))
    path = exchange.folder / "tapes/three.wav"
    await exchange.pool.record("r1", path, "caller", "agent", third="colleague")
    await all_speak(caller, agent, colleague, 1_600)
    recorded = await exchange.pool.record_stop("r1")
    assert isinstance(recorded, Recorded)
    left, right = (loud_frequencies_hz(channel(path, number)[800:8_800]) for number in (0, 1))
    assert [near(*pair) for pair in zip(left, (CALLER_HZ,), strict=True)] == [True]
    assert [near(*pair) for pair in zip(right, (AGENT_HZ, COLLEAGUE_HZ), strict=True)] == [True, True]


async def test_a_channel_with_one_of_two_silent_has_the_other(exchange: Exchange) -> None:
    caller, agent, _ = await three(exchange)
    await exchange.pool.confer(("caller", "agent", "colleague"))
    path = exchange.folder / "tapes/silent.wav"
    await exchange.pool.record("r1", path, "caller", "agent", third="colleague")
    await caller.say(CALLER_HZ, 600)
    await agent.say(AGENT_HZ, 600)
    await exchange.pool.record_stop("r1")
    right = channel(path, 1)
    assert level_dbfs(right[:4_000]) < -60 and loud_frequencies_hz(right[-4_000:-800]) != []


async def test_who_is_not_there_cannot_be_joined(exchange: Exchange) -> None:
    await three(exchange)
    for names, reason in (
        (("caller", "agent", "nobody"), "different workers"),
        (("caller", "agent", "agent"), "unknown session"),
        (("nobody",), "unknown session"),
    ):
        with pytest.raises(MediaRefused, match=reason):
            await exchange.pool.confer(names)
    await exchange.pool.confer(("caller", "agent", "colleague"))
    with pytest.raises(MediaRefused, match="already bridged"):
        await exchange.pool.bridge("caller", "agent")
