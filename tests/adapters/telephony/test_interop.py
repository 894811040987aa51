"""Programs by other people on the line: sipp calls and is called, baresip is an agent's phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.media.tone import dominant_frequency_hz
from contactcenter.media.wav import read
from contactcenter.model import facts
from contactcenter.model.config import StationConfig
from contactcenter.model.words import LegState, RecordingState
from tests.adapters.telephony.hotline import CALLER_HZ, MUSIC_HZ, SECRETS, TRUNK_HOST, Hotline, heard
from tests.adapters.telephony.phones import channel, near, until
from tests.adapters.telephony.programs import agents_by_sipp, baresip_phone, caller_by_sipp, digit_exec, tell_baresip
from tests.real.children import Children
from tests.stories.centre import small_config

BARESIP_HZ = 900
CALLER = Manner(sound=tone_samples(CALLER_HZ))


async def test_baresip_registers_answers_and_talks(
    hotline: Hotline, callers: PhoneBank, children: Children, baresip: str, free_port: Callable[..., int]
) -> None:
    control = free_port()
    phone = baresip_phone(
        children, baresip, hotline.address, "bo-phone", SECRETS["bo-phone"], BARESIP_HZ, control=control
    )
    await hotline.happened(facts.StationChanged)
    await hotline.sign_in("bo")
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await hotline.happened(facts.TalkStarted)
    await heard(call.rtp.heard_hz, BARESIP_HZ)
    await tell_baresip(control, "hold")
    await hotline.happened(facts.LegChanged, state=LegState.HELD)
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    await tell_baresip(control, "resume")
    await heard(call.rtp.heard_hz, BARESIP_HZ)
    call.hang_up()
    stored = await hotline.happened(facts.RecordingChanged, state=RecordingState.STORED)
    tape = hotline.folder / "tapes" / stored.name
    assert near(dominant_frequency_hz(channel(tape, 0)[4_000:]), CALLER_HZ)
    assert near(dominant_frequency_hz(channel(tape, 1)[4_000:]), BARESIP_HZ)
    await until(lambda: "terminated" in phone.text() or "closed" in phone.text(), "baresip's call is over")
    (ears,) = phone.log.parent.glob("baresip-bo-phone/dump-*-dec.wav")
    sound = read(ears.read_bytes())
    assert sound is not None
    assert near(dominant_frequency_hz(sound.samples[-8_000:-2_000, 0]), CALLER_HZ)


def with_static_phones(port: int) -> Callable[[StationConfig], StationConfig]:
    return lambda station: msgspec.structs.replace(station, contact=f"sip:{station.id}@127.0.0.1:{port}")


async def test_sipp_agents_answer_and_say_what_they_hear(
    tmp_path: Path, callers: PhoneBank, children: Children, sipp: str, free_port: Callable[..., int]
) -> None:
    port = free_port()
    agents_by_sipp(children, sipp, port, media=free_port(4))
    config = small_config()
    stations = tuple(map(with_static_phones(port), config.stations))
    hotline = await Hotline(tmp_path, msgspec.structs.replace(config, stations=stations)).start()
    await hotline.sign_in()
    first = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await until(lambda: len(hotline.found(facts.TalkStarted)) == 1, "the first talk")
    await heard(first.rtp.heard_hz, CALLER_HZ)
    second = callers.dial("200", hotline.address, "+861012345679", CALLER)
    await until(lambda: len(hotline.found(facts.TalkStarted)) == 2, "the second talk")
    first.hang_up()
    second.hang_up()
    await until(lambda: len(hotline.found(facts.TalkEnded)) == 2, "both talks are over")
    await hotline.stop()


@pytest.mark.parametrize("scenario", ["presses.xml" if digit_exec() else "presses_by_info.xml", "presses_by_info.xml"])
async def test_a_sipp_caller_presses_a_key(
    hotline: Hotline, children: Children, sipp: str, free_port: Callable[..., int], scenario: str
) -> None:
    caller = caller_by_sipp(children, sipp, hotline.address, TRUNK_HOST, "95598", scenario, media=free_port(4))
    await hotline.happened(facts.ChoiceMade, key="1")
    await until(lambda: not caller.is_alive(), "the caller is done")
    assert caller.wait() == 0, caller.text()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


async def test_twenty_sipp_callers_wait_in_the_queue_and_leave(
    hotline: Hotline, children: Children, sipp: str, free_port: Callable[..., int]
) -> None:
    caller = caller_by_sipp(
        children, sipp, hotline.address, TRUNK_HOST, "200", "hangs_up.xml", media=free_port(4), calls=20
    )
    await until(lambda: not caller.is_alive(), "the callers are done")
    assert caller.wait() == 0, caller.text()
    await until(lambda: len(hotline.found(facts.VisitEnded)) == 20, "twenty visits are over")
    assert {fact.outcome for fact in hotline.found(facts.VisitEnded)} <= {"abandoned", "short_abandoned"}
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


async def test_the_centre_hangs_up_on_a_sipp_caller(
    hotline: Hotline, children: Children, sipp: str, free_port: Callable[..., int]
) -> None:
    desk = await PhoneBank().start()
    await hotline.desk(desk, "anna-phone", Manner(answer_after_ms=50, hang_up_after_ms=500))
    await hotline.sign_in("anna")
    caller = caller_by_sipp(children, sipp, hotline.address, TRUNK_HOST, "200", "waits.xml", media=free_port(4))
    await until(lambda: not caller.is_alive(), "the caller is done")
    assert caller.wait() == 0, caller.text()
    await desk.stop()
