"""An open port is met by anything: garbage, floods and other people's packets are dropped, counted and never heard."""

from __future__ import annotations

import asyncio
import random

import pytest

from contactcenter.adapters.telephony.worker_client import MediaRefused
from contactcenter.adapters.telephony.worker_control import is_sendable
from contactcenter.adapters.telephony.worker_wire import FirstRtp, KeyPressed
from contactcenter.media.g711 import Law, encode
from contactcenter.media.rtp import build
from contactcenter.media.telephone_event import press
from contactcenter.media.tone import dominant_frequency_hz, tone
from tests.adapters.telephony.conftest import Exchange
from tests.adapters.telephony.phones import Phone, near, stranger_socket, until


async def packets(exchange: Exchange) -> dict[str, int]:
    """The worker's counters of packets."""
    return (await exchange.pool.ask_figures())[0].packets


async def test_a_strangers_sound_and_keys_are_dropped_and_counted(exchange: Exchange) -> None:
    caller, agent = await exchange.call("caller"), await exchange.call("agent", near="caller")
    await exchange.pool.bridge("caller", "agent")
    await caller.say(440, 200)
    stranger = stranger_socket()
    loud = encode(tone(2_000, 20, 0), Law.ULAW)
    speaking = asyncio.create_task(caller.say(440, 1_000))
    for number in range(200):
        stranger.sendto(build(False, 0, number, number * 160, 666, loud), caller.target)
        stranger.sendto(build(True, 101, number, 0, 666, press("9", 40)[-1].payload), caller.target)
        await asyncio.sleep(0.004)
    await speaking
    stranger.close()
    counts = await packets(exchange)
    assert counts["dropped_source"] == 400
    assert not exchange.told(KeyPressed)
    await until(lambda: len(agent.heard) == 60, "all that the caller said")
    assert near(agent.frequency(), 440)


async def test_before_the_phone_speaks_another_host_s_port_is_learnt_only_as_allowed(exchange: Exchange) -> None:
    caller = await exchange.call("caller")
    await exchange.pool.remote("caller", "127.0.0.1", 9, codec=0, learn="off")
    await caller.say(440, 300)
    assert not exchange.told(FirstRtp)
    await exchange.pool.remote("caller", "127.0.0.1", 11, codec=0, learn="same_host")
    await caller.say(440, 300)
    await until(lambda: bool(exchange.told(FirstRtp)))
    await exchange.pool.play("caller", "p", ["en/welcome"])
    await until(lambda: len(caller.heard) > 5, "sound at the learnt port")


async def test_garbage_never_hurts(exchange: Exchange) -> None:
    caller, agent = await exchange.call("caller"), await exchange.call("agent", near="caller")
    await exchange.pool.bridge("caller", "agent")
    await caller.say(440, 100)
    chance = random.Random(11)
    for _ in range(300):
        caller.send(chance.randbytes(chance.choice([0, 1, 11, 12, 13, 60, 172, 1_400])))
        await asyncio.sleep(0.005)
    caller.send(b"\x80\xc8\x00\x06" + bytes(24))
    caller.send(build(False, 13, 1, 1, 100, b"\x40"))
    await caller.say(440, 1_000)
    figures = (await exchange.pool.ask_figures())[0]
    assert figures.faults == 0
    assert figures.packets["dropped_malformed"] > 100 and figures.packets["rtcp"] >= 1
    assert figures.packets["dropped_type"] >= 1
    assert near(agent.frequency(), 440)


async def test_a_flood_from_the_phone_itself_is_not_passed_on(exchange: Exchange) -> None:
    caller, agent = await exchange.call("caller"), await exchange.call("agent", near="caller")
    await exchange.pool.bridge("caller", "agent")
    for _ in range(40):
        for _ in range(50):
            caller.say_frame(440)
        await asyncio.sleep(0.005)
    await until(lambda: len(agent.heard) > 250)
    counts = await packets(exchange)
    assert counts["dropped_flood"] > 0
    assert len(agent.heard) < 2_000


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "169.254.169.254",
        "evil.example",
        "::1",
        "",
        "127.0.0.1\0",
        "2130706433",
    ],
)
async def test_sound_is_sent_to_no_address_that_is_no_telephone(exchange: Exchange, ip: str) -> None:
    await exchange.call("caller")
    with pytest.raises(MediaRefused, match="address not allowed"):
        await exchange.pool.remote("caller", ip, 4_000, codec=0)


@pytest.mark.parametrize(
    ("bind", "ip", "allowed"),
    [
        ("0.0.0.0", "127.0.0.1", True),
        ("192.0.2.1", "127.0.0.1", False),
        ("192.0.2.1", "198.51.100.7", True),
        ("::", "::1", True),
        ("::", "::ffff:169.254.169.254", False),
        ("::", "2001:db8::5", True),
        ("2001:db8::1", "::ffff:127.0.0.1", False),
        ("not an address", "192.0.2.1", False),
    ],
)
def test_this_machine_is_a_telephone_only_where_it_is_served(bind: str, ip: str, allowed: bool) -> None:
    assert is_sendable(ip, bind) is allowed


async def test_a_full_worker_says_so_and_has_a_seat_beside_whoever_waits(exchange: Exchange) -> None:
    for number in range(3):
        await exchange.call(f"caller{number}")
    with pytest.raises(MediaRefused, match="full"):
        await exchange.pool.open("one too many")
    for number in range(3):
        await exchange.call(f"agent{number}", near=f"caller{number}")
        await exchange.pool.bridge(f"caller{number}", f"agent{number}")
    with pytest.raises(MediaRefused, match="full"):
        await exchange.pool.open("one too many", near="caller0")
    await exchange.pool.close("caller0")
    await exchange.pool.open("one too many")


async def test_sessions_and_bridges_that_cannot_be_are_refused(exchange: Exchange) -> None:
    pool = exchange.pool
    for name in ("a", "b", "c"):
        await pool.open(name)
    await pool.bridge("a", "b")
    await pool.bridge("b", "a")
    for first, second, reason in (
        ("a", "c", "already bridged"),
        ("c", "c", "unknown session"),
        ("c", "nobody", "different workers"),
        ("nobody", "nobody", "unknown session"),
    ):
        with pytest.raises(MediaRefused, match=reason):
            await pool.bridge(first, second)
    await pool.unbridge("a", "c")
    await pool.close("a")
    await pool.bridge("b", "c")
    with pytest.raises(MediaRefused, match="session exists"):
        await pool.open("b")
    with pytest.raises(MediaRefused, match="unknown session"):
        await pool.play("a", "p", ["en/menu"])
    with pytest.raises(MediaRefused, match="unknown session"):
        await pool.open("d", near="a")
    await pool.close("a")


async def test_ports_are_even_and_given_back(exchange: Exchange) -> None:
    ports = [(await exchange.pool.open(f"s{number}", near="s0" if number > 2 else None)).port for number in range(6)]
    assert len(set(ports)) == 6 and all(port % 2 == 0 for port in ports)
    for number in range(6):
        await exchange.pool.close(f"s{number}")
    assert (await exchange.pool.ask_figures())[0].sessions == 0


async def test_a_closed_session_s_peer_hears_nothing_more(exchange: Exchange) -> None:
    caller, agent = await exchange.call("caller"), await exchange.call("agent", near="caller")
    await exchange.pool.bridge("caller", "agent")
    await caller.say(440, 100)
    await exchange.pool.close("agent")
    heard = len(agent.heard)
    await caller.say(440, 100)
    await asyncio.sleep(0.05)
    assert len(agent.heard) == heard
    assert (await exchange.pool.ask_figures())[0].bridges == 0


async def test_two_phones_of_one_tone_each_are_not_mixed(exchange: Exchange) -> None:
    """Two bridges on one worker do not hear one another."""
    phones: list[Phone] = []
    for number in range(2):
        phones += [await exchange.call(f"a{number}"), await exchange.call(f"b{number}", near=f"a{number}")]
        await exchange.pool.bridge(f"a{number}", f"b{number}")
    tones = (400, 700, 1_100, 1_600)
    await asyncio.gather(*(phone.say(hz, 700) for phone, hz in zip(phones, tones, strict=True)))
    await asyncio.sleep(0.05)
    heard = [dominant_frequency_hz(phone.sound()) for phone in phones]
    assert all(near(hz, said) for hz, said in zip(heard, (700, 400, 1_600, 1_100), strict=True))
