"""Hostile traffic against a whole installation: nothing is written, no traceback is logged, the next call works."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.app.accounts import add_person
from contactcenter.model.words import Role
from tests.adapters.telephony.hotline import heard
from tests.app.hostile import STRANGER, TRUNK_HOST, Attacker, guarded, head, memory_kb, sound
from tests.app.installation import Installation
from tests.app.phones import AGENT_HZ, AT_ONCE, COMPLAINT, call_into, takes_calls
from tests.real.children import Children
from tests.source import ROOT

GROWTH_KB_MAX = 64 * 1024  # thousands of transactions live for half a minute; a leak would take more


@pytest.fixture
async def centre(private_dir: Path, children: Children) -> AsyncIterator[Installation]:
    """A running installation that takes calls and phones from few addresses."""
    installation = guarded(private_dir, children)
    await installation.start("1003")
    yield installation
    await installation.close()


async def serves(centre: Installation, phones: PhoneBank) -> None:
    """A caller and an agent hear each other, and nobody has complained."""
    agent = await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    call = await call_into(centre, phones, "+8613900000001", COMPLAINT)
    await heard(call.rtp.heard_hz, AGENT_HZ)
    call.hang_up()
    await agent.kind("contact")
    sound(centre)


def mutants(count: int) -> list[bytes]:
    """The torture messages of RFC 4475 and 5118, then the same broken further, then noise."""
    seeds = [path.read_bytes() for path in sorted((ROOT / "tests" / "sip" / "torture").glob("rfc*/*"))]
    chance = random.Random(7)
    spices = [b"", b"\r\n", b"\xff\xfe", b"\x00", b"99999999999", b";", b"<", b'"', b"\xed\xa0\x80", b"Contact: *\r\n"]
    broken = []
    for _ in range(count):
        octets = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 6)):
            start = chance.randrange(len(octets))
            octets[start : start + chance.randrange(30)] = chance.choice(spices)
        broken.append(bytes(octets))
    return seeds + broken + [chance.randbytes(chance.randrange(1_400)) for _ in range(count // 3)]


async def test_sip_that_is_broken_or_unwanted_leaves_no_trace(centre: Installation, phones: PhoneBank) -> None:
    assert centre.engine is not None
    stranger, carrier = Attacker(STRANGER, centre.sip), Attacker(TRUNK_HOST, centre.sip)
    before, memory = head(centre), memory_kb(centre.engine.pid)
    for number, datagram in enumerate(mutants(1_500)):
        for attacker in (stranger, carrier):
            attacker.send(datagram)
        if number % 20 == 0:
            await asyncio.sleep(0.01)
    for number in range(9):
        stranger.request("INVITE", "sip:95598@127.0.0.1", body=stranger.sdp(), call_id=f"stranger-{number}")
        carrier.request("INVITE", f"sip:{number}@127.0.0.1", body=carrier.sdp(), call_id=f"wrong-{number}")
    for number in range(9):
        assert await stranger.status(f"stranger-{number}") == 403
        assert await carrier.status(f"wrong-{number}") == 404
    for method in ("MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH", "NOTIFY"):
        assert await carrier.status(carrier.request(method, "sip:95598@127.0.0.1", call_id=f"unknown-{method}")) == 405
    assert head(centre) == before, "a refused message was written to the disk"
    await serves(centre, phones)
    assert memory_kb(centre.engine.pid) - memory < GROWTH_KB_MAX
    for attacker in (stranger, carrier):
        attacker.close()


async def test_floods_from_many_sources_delay_nobody(centre: Installation, phones: PhoneBank) -> None:
    assert centre.engine is not None
    carrier = Attacker(TRUNK_HOST, centre.sip)
    crowd = [Attacker(f"127.0.1.{number}", centre.sip) for number in range(1, 11)]
    guess = 'Digest username="1003", realm="contactcenter", nonce="0.1.0", uri="sip:x", response="0", nc=00000001'
    before, memory = head(centre), memory_kb(centre.engine.pid)
    ends = time.monotonic() + 4
    sent = 0
    while time.monotonic() < ends:
        sent += 1
        for attacker in crowd:
            for method in ("REGISTER", "INVITE", "OPTIONS"):
                headers = {"Authorization": guess} if sent % 2 else {}
                attacker.request(method, "sip:95598@127.0.0.1", headers, attacker.sdp(), call_id=f"{method}{sent}")
        await asyncio.sleep(0.02)
    assert await carrier.status(carrier.request("OPTIONS", "sip:95598@127.0.0.1", call_id="alive")) == 200
    assert head(centre) == before
    await serves(centre, phones)
    assert memory_kb(centre.engine.pid) - memory < GROWTH_KB_MAX
    for attacker in (carrier, *crowd):
        attacker.close()


CALLER_NAMES = [
    '"\udcff\udcfe" ',
    '"\x01\x1b[31m" ',
    '"<script>alert(1)</script>" ',
    '"=cmd|calc" ',
    '"' + "A" * 3_000 + '" ',
]


async def test_callers_are_served_whatever_they_call_themselves(centre: Installation, phones: PhoneBank) -> None:
    carrier = Attacker(TRUNK_HOST, centre.sip)
    for number, name in enumerate(CALLER_NAMES):
        headers = {"From": f"{name}<sip:+8613900000{number:03}@127.0.0.1>;tag=x"}
        call = carrier.request("INVITE", "sip:95599@127.0.0.1", headers, carrier.sdp(), call_id=f"named-{number}")
        assert await carrier.status(call) == 200, name
    carrier.close()
    await serves(centre, phones)


HOST = b"Host: localhost\r\n"
SIGN_IN = b"POST /api/sign-in HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
LOOK = b"GET /healthz HTTP/1.1\r\n" + HOST
ME = b"GET /api/me HTTP/1.1\r\n" + HOST
STAMP = str(int(time.time())).encode()
SMS = b"POST /channels/sms/demo/inbound HTTP/1.1\r\n" + HOST + b"X-Timestamp: " + STAMP + b"\r\n"
REQUESTS: dict[str, tuple[list[bytes], int]] = {
    "noise": ([b"\x16\x03\x01\x00\xa5\x01\x00\x00\xff\xfe"], 400),
    "no such method": ([b"FOO\xff / HTTP/1.1\r\n" + HOST + b"\r\n"], 400),
    "a long path": ([b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"], 400),
    "many headers": ([b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 5_000 + b"\r\n"], 400),
    "two lengths": ([SIGN_IN + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"], 400),
    "a broken chunk, late": ([SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n", b"zzz\r\n"], 408),
    "a broken chunk to a page": ([LOOK + b"Transfer-Encoding: chunked\r\n\r\n", b"z\r\n"], 408),
    "compressed": ([SIGN_IN + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"], 400),
    "a cookie of bytes": ([ME + b"Cookie: contactcenter_session=\xff\xed\xa0\x80\r\n\r\n"], 401),
    "a signature of bytes": ([SMS + b"X-Signature: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}"], 403),
    "an origin of bytes": ([SIGN_IN + b"Origin: http://\xff\r\nContent-Length: 2\r\n\r\n{}"], 403),
    "a foreign host": ([b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"], 421),
    "half a body": ([SIGN_IN + b"Content-Length: 500\r\n\r\n{"], 0),
    "half a head": ([b"GET / HT"], 0),
}  # fmt: skip


async def raw(centre: Installation, pieces: list[bytes], answered: bool) -> int:
    """Send bytes over a connection of their own; return the status, 0 when we went before there was one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", centre.settings.http.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)
        line = await asyncio.wait_for(reader.readline(), 20) if answered else b""
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0


async def test_broken_http_gets_a_status_and_no_traceback(centre: Installation) -> None:
    before = head(centre)
    for name, (pieces, status) in REQUESTS.items():
        assert await raw(centre, pieces, status != 0) == status, name
    async with aiohttp.ClientSession(centre.url) as browser, browser.get("/metrics") as answer:
        assert 'route="none",status="400"' in await answer.text()
    sound(centre)
    assert head(centre) == before


async def test_many_guesses_at_once_are_as_few_as_one_by_one(centre: Installation) -> None:
    password = await add_person(centre.settings, "zhang_min", Role.AGENT, "zhang_min")
    async with aiohttp.ClientSession(centre.url) as browser:

        async def tried(name: str, word: str) -> int:
            async with browser.post("/api/sign-in", json={"name": name, "password": word}) as answer:
                return answer.status

        spellings = ["zhang_min", " zhang_min", "zhang_min  ", "ZHANG_MIN", "\uff5ahang_min"]
        guesses = await asyncio.gather(*(tried(spellings[number % 5], "guess") for number in range(30)))
        assert guesses.count(401) == 10
        assert await tried("zhang_min", password) == 429
    sound(centre)
