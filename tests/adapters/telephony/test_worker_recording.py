"""Recordings hold what each side said, when it was said: compared by frequency in each channel of the file."""

from __future__ import annotations

import asyncio
import hashlib
import resource

import pytest

from contactcenter.adapters.telephony.worker_client import MediaRefused
from contactcenter.adapters.telephony.worker_wire import FileForm, Recorded, RecordFailed
from contactcenter.media.g711 import Law
from contactcenter.media.tone import dominant_frequency_hz, level_dbfs
from tests.adapters.telephony.conftest import Exchange
from tests.adapters.telephony.phones import Phone, channel, near, until


async def connect(exchange: Exchange) -> tuple[Phone, Phone]:
    """A caller and an agent who hear each other, in different codecs."""
    caller, agent = await exchange.call("caller"), await exchange.call("agent", Law.ALAW, near="caller")
    await exchange.pool.bridge("caller", "agent")
    return caller, agent


def worker_pid(exchange: Exchange) -> int:
    """The process number of the only worker."""
    link = exchange.pool._places[0].link
    assert link is not None and link.process is not None
    return link.process.pid


@pytest.mark.parametrize("form", ["pcm16", "ulaw", "alaw"])
async def test_the_caller_is_left_and_the_agent_right(exchange: Exchange, form: FileForm) -> None:
    caller, agent = await connect(exchange)
    path = exchange.folder / "tapes/2026/call.wav"
    await exchange.pool.record("r1", path, "caller", "agent", form=form)
    await asyncio.gather(caller.say(440, 1_600), agent.say(1_000, 1_600))
    recorded = await exchange.pool.record_stop("r1")
    assert isinstance(recorded, Recorded)
    assert near(dominant_frequency_hz(channel(path, 0)), 440)
    assert near(dominant_frequency_hz(channel(path, 1)), 1_000)
    assert recorded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert recorded.bytes == path.stat().st_size
    assert recorded.frames == len(channel(path, 0)) and recorded.ms == recorded.frames // 8
    assert recorded.ms >= 1_500
    assert not list(path.parent.glob("*.part"))


async def test_what_was_said_later_lies_later(exchange: Exchange) -> None:
    caller, agent = await connect(exchange)
    path = exchange.folder / "tapes/turns.wav"
    await exchange.pool.record("r1", path, "caller", "agent")
    await caller.say(440, 600)
    await agent.say(1_000, 600)
    recorded = await exchange.pool.record_stop("r1")
    assert isinstance(recorded, Recorded)
    left, right = channel(path, 0), channel(path, 1)
    assert near(dominant_frequency_hz(left[800:4_000]), 440) and level_dbfs(right[:4_000]) < -60
    assert near(dominant_frequency_hz(right[-4_000:-800]), 1_000) and level_dbfs(left[-3_200:]) < -60
    assert recorded.lost_ms[0] >= 500 and recorded.lost_ms[1] >= 500
    assert any(name == "right" and start == 0 and reason == "lost" for name, start, _, reason in recorded.gaps)


async def test_a_pause_leaves_silence_in_place_and_no_trace_of_keys(exchange: Exchange) -> None:
    caller, agent = await connect(exchange)
    path = exchange.folder / "tapes/card.wav"
    await exchange.pool.record("r1", path, "caller", "agent")
    await asyncio.gather(caller.say(440, 600), agent.say(1_000, 600))
    await exchange.pool.pause("r1")
    paused = exchange.notices.copy()
    await asyncio.gather(caller.say(1_800, 400), agent.say(2_200, 400))
    await caller.press("4")
    await exchange.pool.resume("r1")
    await asyncio.gather(caller.say(440, 600), agent.say(1_000, 600))
    recorded = await exchange.pool.record_stop("r1")
    assert isinstance(recorded, Recorded) and recorded.paused_ms >= 400
    assert paused != exchange.notices  # the key itself is told; what to do with it is the centre's business
    for number, said_hz in ((0, 440), (1, 1_000)):
        sound = channel(path, number)
        heard = {dominant_frequency_hz(sound[start : start + 400]) for start in range(0, sound.size - 400, 400)}
        assert any(near(frequency, said_hz) for frequency in heard)
        assert all(frequency < 1_600 for frequency in heard)
        assert level_dbfs(sound[600 * 8 + 800 : 1_000 * 8]) < -60


async def test_a_recording_may_begin_paused(exchange: Exchange) -> None:
    caller, _ = await connect(exchange)
    path = exchange.folder / "tapes/late.wav"
    await exchange.pool.record("r1", path, "caller", "agent", paused=True)
    await caller.say(440, 300)
    recorded = await exchange.pool.record_stop("r1")
    assert isinstance(recorded, Recorded)
    assert level_dbfs(channel(path, 0)) < -60


async def test_a_recording_follows_the_call_to_another_agent(exchange: Exchange) -> None:
    caller, _ = await connect(exchange)
    path = exchange.folder / "tapes/transfer.wav"
    await exchange.pool.record("r1", path, "caller", "agent")
    await caller.say(440, 300)
    await exchange.pool.close("agent")
    expert = await exchange.call("expert", near="caller")
    await exchange.pool.bridge("caller", "expert")
    await exchange.pool.attach("r1", "right", "expert")
    await asyncio.gather(caller.say(440, 600), expert.say(1_500, 600))
    await exchange.pool.record_stop("r1")
    assert near(dominant_frequency_hz(channel(path, 1)), 1_500)
    assert near(dominant_frequency_hz(channel(path, 0)), 440)


async def test_a_recording_ends_with_its_last_session_and_is_told(exchange: Exchange) -> None:
    caller, _ = await connect(exchange)
    path = exchange.folder / "tapes/over.wav"
    await exchange.pool.record("r1", path, "caller", "agent")
    await caller.say(440, 300)
    await exchange.pool.close("caller")
    await asyncio.sleep(0.2)
    assert not exchange.told(Recorded)
    await exchange.pool.close("agent")
    await until(lambda: bool(exchange.told(Recorded)), "the end of the recording")
    assert exchange.told(Recorded)[0].path == str(path) and path.exists()
    with pytest.raises(MediaRefused, match="unknown recording"):
        await exchange.pool.record_stop("r1")


async def test_a_full_disk_ends_the_recording_and_never_the_call(exchange: Exchange) -> None:
    caller, agent = await connect(exchange)
    path = exchange.folder / "tapes/full.wav"
    resource.prlimit(worker_pid(exchange), resource.RLIMIT_FSIZE, (30_000, 30_000))
    await exchange.pool.record("r1", path, "caller", "agent")
    talking = asyncio.gather(caller.say(440, 2_500), agent.say(1_000, 2_500))
    await until(lambda: bool(exchange.told(RecordFailed)), "the failure")
    failed = exchange.told(RecordFailed)[0]
    assert failed.recording == "r1" and failed.reason == "File too large"
    assert failed.kept is not None and 0 < failed.kept.frames <= 30_000 // 4
    assert near(dominant_frequency_hz(channel(path, 0)), 440)
    await talking
    assert near(agent.frequency(), 440) and near(caller.frequency(), 1_000)


async def test_a_recording_never_overwrites_another(exchange: Exchange) -> None:
    caller, _ = await connect(exchange)
    path = exchange.folder / "tapes/twice.wav"
    path.write_bytes(b"evidence")
    await exchange.pool.record("r1", path, "caller", "agent")
    await caller.say(440, 100)
    result = await exchange.pool.record_stop("r1")
    assert result == RecordFailed("r1", "a recording of that name exists")
    assert path.read_bytes() == b"evidence"


@pytest.mark.parametrize("name", ["../prompts/x.wav", "x.txt", "../tapes2/x.wav"])
async def test_recordings_are_written_below_their_root_alone(exchange: Exchange, name: str) -> None:
    await exchange.call("caller")
    with pytest.raises(MediaRefused, match="path not allowed"):
        await exchange.pool.record("r1", exchange.folder / "tapes" / name, "caller")


async def test_requests_about_what_is_not_there_are_refused(exchange: Exchange) -> None:
    tapes = exchange.folder / "tapes"
    with pytest.raises(MediaRefused, match="unknown session"):
        await exchange.pool.record("r1", tapes / "x.wav", "nobody")
    await exchange.call("caller")
    with pytest.raises(MediaRefused, match="unknown session"):
        await exchange.pool.record("r1", tapes / "x.wav", "caller", "nobody")
    for request in (exchange.pool.pause, exchange.pool.resume, exchange.pool.record_stop):
        with pytest.raises(MediaRefused, match="unknown recording"):
            await request("r9")
    await exchange.pool.record("r1", tapes / "x.wav", "caller")
    with pytest.raises(MediaRefused, match="unknown session"):
        await exchange.pool.attach("r1", "right", "nobody")
    with pytest.raises(MediaRefused, match="recording exists"):
        await exchange.pool.record("r1", tapes / "y.wav", "caller")
