"""Processes die: without its supervisor a worker falls silent and completes its recordings; without its worker the
pool says which sessions were lost, keeps what was recorded, and starts another.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from contactcenter.adapters.telephony.worker_client import MediaLost, MediaPool, MediaRefused
from contactcenter.adapters.telephony.worker_repair import describe_recording, unfinished_recordings
from contactcenter.adapters.telephony.worker_wire import Recorded, RecordFailed, RtpTimeout
from contactcenter.media.tone import dominant_frequency_hz
from tests.adapters.telephony.conftest import Exchange, settings_for
from tests.adapters.telephony.phones import Phone, channel, near, until

SUPERVISOR = """
import asyncio, sys
from pathlib import Path
from contactcenter.adapters.telephony.worker_client import MediaPool, PoolSettings

async def main(folder, port):
    pool = MediaPool(PoolSettings(folder / "prompts", (folder / "tapes",)), print, print)
    await pool.start()
    local = await pool.open("caller")
    await pool.remote("caller", "127.0.0.1", port, codec=0)
    await pool.play("caller", "m", ["music/hold"], loop=True)
    await pool.record("r1", folder / "tapes" / "call.wav", "caller")
    print("port", local.port, pool._places[0].link.process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


def is_alive(process: int) -> bool:
    """Whether a process still runs."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, 0)
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return False


async def test_kill_9_of_the_supervisor_silences_the_worker_and_completes_its_recordings(tmp_path: Path) -> None:
    settings_for(tmp_path)
    phone = await Phone().plug_in()
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISOR, str(tmp_path), str(phone.port), stdout=asyncio.subprocess.PIPE
    )
    assert supervisor.stdout is not None
    words = (await supervisor.stdout.readline()).split()
    phone.target, worker = ("127.0.0.1", int(words[1])), int(words[2])
    await phone.say(440, 1_000)
    await until(lambda: len(phone.heard) > 20, "music")
    supervisor.send_signal(signal.SIGKILL)
    await supervisor.wait()
    path = tmp_path / "tapes/call.wav"
    await until(lambda: path.exists() and not is_alive(worker), "the end of the worker")
    heard = len(phone.heard)
    await asyncio.sleep(0.2)
    assert len(phone.heard) == heard
    assert near(dominant_frequency_hz(channel(path, 0)), 440)
    phone.unplug()


async def test_kill_9_of_a_worker_loses_its_sessions_by_name_and_nothing_written(pair: Exchange) -> None:
    pool = pair.pool
    first = await pair.call("a")
    second = await pair.call("b")
    await pair.call("a2", near="a")
    path = pair.folder / "tapes/cut.wav"
    await pool.record("r1", path, "a", "a2")
    await first.say(440, 1_600)
    link = pool._of_session["a"].link
    assert link is not None
    link.kill()
    await until(lambda: pair.lost == ["a", "a2"], "the news of the loss")
    await until(lambda: bool(pair.told(RecordFailed)), "the repaired recording")
    failed = pair.told(RecordFailed)[0]
    assert failed.reason == "worker lost" and failed.kept is not None and failed.kept.ms >= 500
    assert failed.kept == describe_recording("r1", path)
    assert near(dominant_frequency_hz(channel(path, 0)), 440)
    assert unfinished_recordings(pair.folder) == []
    await pool.play("b", "p", ["en/welcome"])
    await until(lambda: len(second.heard) > 3, "sound on the other worker")
    with pytest.raises(MediaRefused, match="unknown session"):
        await pool.play("a", "p", ["en/welcome"])
    await until(lambda: pool.restarts == 1 and len([f for f in pool.figures() if f]) == 2, "a new worker")
    again = await pair.call("a")
    await pool.play("a", "p", ["en/welcome"])
    await until(lambda: len(again.heard) > 3, "sound on the new worker")


async def test_requests_that_wait_when_a_worker_dies_are_answered(exchange: Exchange) -> None:
    await exchange.call("caller")
    link = exchange.pool._places[0].link
    assert link is not None
    link.kill()
    with pytest.raises((MediaLost, MediaRefused)):
        await exchange.pool.play("caller", "p", ["en/welcome"])
    with pytest.raises((MediaLost, MediaRefused)):
        await exchange.pool.open("another")


async def test_new_calls_go_to_the_least_loaded_worker_and_legs_stay_together(pair: Exchange) -> None:
    pool = pair.pool
    for name, near_to in (("a", None), ("b", None), ("a2", "a"), ("c", None)):
        await pool.open(name, near=near_to)
    place = pool._of_session
    assert place["a"] is place["a2"] and place["b"] is place["c"] and place["a"] is not place["b"]
    with pytest.raises(MediaRefused, match="different workers"):
        await pool.bridge("a", "b")
    assert pool.sessions() == ["a", "b", "a2", "c"]
    assert [figures.sessions for figures in await pool.ask_figures()] == [2, 2]


async def test_a_line_that_falls_silent_is_told_once(pair: Exchange) -> None:
    phone = await pair.call("a")
    await pair.call("held")
    await pair.pool.remote("held", "127.0.0.1", 9, codec=0, direction="sendonly")
    await phone.say(440, 100)
    await until(lambda: bool(pair.told(RtpTimeout)), "the time-out")
    await asyncio.sleep(1.2)
    assert [notice.session for notice in pair.told(RtpTimeout)] == ["a"]
    assert pair.told(RtpTimeout)[0].silent_ms >= 1_000
    await phone.say(440, 100)
    await until(lambda: len(pair.told(RtpTimeout)) == 2, "the second time-out")


async def test_an_orderly_stop_completes_what_was_being_recorded(tmp_path: Path) -> None:
    pool = MediaPool(settings_for(tmp_path), lambda _: None, lambda _: None)
    await pool.start()
    phone = await Phone().plug_in()
    local = await pool.open("caller")
    phone.target = (local.ip, local.port)
    await pool.remote("caller", "127.0.0.1", phone.port, codec=0)
    path = tmp_path / "tapes/stop.wav"
    await pool.record("r1", path, "caller")
    await phone.say(440, 400)
    await pool.stop()
    phone.unplug()
    described = describe_recording("r1", path)
    assert isinstance(described, Recorded) and described.ms >= 300


async def test_a_hung_worker_is_ended_and_replaced(tmp_path: Path) -> None:
    lost: list[str] = []
    settings = dataclasses.replace(settings_for(tmp_path), answer_seconds=1.0)
    pool = MediaPool(settings, lambda _: None, lost.extend)
    await pool.start()
    await pool.open("caller")
    link = pool._places[0].link
    assert link is not None and link.process is not None
    link.process.send_signal(signal.SIGSTOP)
    with pytest.raises(MediaLost, match="does not answer"):
        await pool.play("caller", "p", ["en/welcome"])
    await until(lambda: lost == ["caller"] and pool.restarts == 1, "the replacement")
    await until(lambda: pool.figures() != [None], "the first beat of the new worker")
    await pool.open("caller")
    await pool.stop()


async def test_a_worker_that_cannot_start_is_said_at_once(tmp_path: Path) -> None:
    settings = dataclasses.replace(settings_for(tmp_path), workers=2, bind="--no-such-option")
    pool = MediaPool(settings, lambda _: None, lambda _: None)
    with pytest.raises(MediaLost, match="did not start"):
        await pool.start()


async def test_an_address_that_is_not_ours_gives_no_port(tmp_path: Path) -> None:
    settings = dataclasses.replace(settings_for(tmp_path), bind="192.0.2.1")
    pool = MediaPool(settings, lambda _: None, lambda _: None)
    await pool.start()
    with pytest.raises(MediaRefused, match="no free port"):
        await pool.open("caller")
    await pool.stop()


async def test_a_worker_whose_supervisor_died_before_it_began_says_so_and_ends(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(tmp_path / "socket"))
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "contactcenter.adapters.telephony.worker"),
        *("--socket", str(tmp_path / "socket"), "--prompts", str(tmp_path)),
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await worker.communicate()
    assert (worker.returncode, told.decode()) == (1, "the supervisor went before this worker had begun\n")
