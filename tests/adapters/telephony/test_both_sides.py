"""Caller and agent on real lines: two codecs in one call, a phone without a console, an answer that comes too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.media.tone import dominant_frequency_hz
from contactcenter.model import facts
from contactcenter.model.config import StationConfig
from contactcenter.model.ids import StationId
from contactcenter.model.words import LegRole, LegState, OfferOutcome, RecordingState, Work
from contactcenter.sip.sdp import PCMA, PCMU, Codec
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, Hotline, heard
from tests.adapters.telephony.phones import channel, near, until
from tests.adapters.telephony.programs import agents_by_sipp
from tests.real.children import Children
from tests.stories.centre import ANNA, agent, small_config

CALLER = Manner(sound=tone_samples(CALLER_HZ))
AGENT = Manner(answer_after_ms=100, sound=tone_samples(AGENT_HZ))
PATIENT = Manner(answer_after_ms=None, sound=tone_samples(AGENT_HZ))


async def nobody_stays(hotline: Hotline) -> None:
    """Every leg and all sound is gone, and the agent is free."""
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
    await until(lambda: hotline.telephony._media.pool.sessions() == [], "no sound is left")
    assert not hotline.engine._center.routing.floor.agents[ANNA].work


@pytest.mark.parametrize(("caller_codec", "agent_codec"), [(PCMA, PCMU), (PCMU, PCMA)], ids=["a_to_u", "u_to_a"])
async def test_two_codecs_in_one_call_are_heard_and_recorded_on_both_sides(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank, caller_codec: Codec, agent_codec: Codec
) -> None:
    await hotline.desk(desk, "anna-phone", replace(AGENT, codecs=(agent_codec,)))
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, "+861012345678", replace(CALLER, codecs=(caller_codec,)))
    await hotline.happened(facts.TalkStarted)
    (rung,) = desk.calls.values()
    await heard(call.rtp.heard_hz, AGENT_HZ)
    await heard(rung.rtp.heard_hz, CALLER_HZ)
    assert call.audio is not None and call.audio.codec == caller_codec
    assert rung.audio is not None and rung.audio.codec == agent_codec
    call.hang_up()
    stored = await hotline.happened(facts.RecordingChanged, state=RecordingState.STORED)
    tape = hotline.folder / "tapes" / stored.name
    assert near(dominant_frequency_hz(channel(tape, 0)[-6_000:-1_000]), CALLER_HZ)
    assert near(dominant_frequency_hz(channel(tape, 1)[-6_000:-1_000]), AGENT_HZ)


async def test_a_phone_only_agent_is_rung_again_without_any_wrap_up(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank
) -> None:
    config = msgspec.structs.replace(small_config(), agents=(agent("anna", phone_only=True),))
    hotline = await Hotline(tmp_path, config).start()
    await hotline.desk(desk, "anna-phone", AGENT)
    first = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await until(lambda: len(hotline.found(facts.TalkStarted)) == 1, "the first talk")
    await heard(first.rtp.heard_hz, AGENT_HZ)
    second = callers.dial("200", hotline.address, "+861012345679", CALLER)
    await until(lambda: len(hotline.found(facts.VisitOpened)) == 2, "the second caller waits")
    (phone,) = desk.calls.values()
    phone.hang_up()
    await until(first.ended.is_set, "the first caller is freed")
    await until(lambda: len(hotline.found(facts.TalkStarted)) == 2, "the second talk")
    await heard(second.rtp.heard_hz, AGENT_HZ)
    second.hang_up()
    await until(lambda: len(hotline.found(facts.ContactEnded)) == 2, "both contacts are over")
    await nobody_stays(hotline)
    assert not hotline.found(facts.WorkChanged, work=Work.WRAP_UP)
    await hotline.stop()


@pytest.mark.parametrize("first", ["caller", "agent"])
async def test_the_caller_hangs_up_in_the_instant_of_the_answer(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank, first: str
) -> None:
    hotline = await Hotline(tmp_path, small_config(wrap_up_ms=0)).start()
    await hotline.desk(desk, "anna-phone", PATIENT)
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await hotline.happened(facts.LegChanged, role=LegRole.AGENT, state=LegState.ALERTING)
    (rung,) = desk.calls.values()
    deeds = [call.hang_up, rung.answer]
    for deed in deeds if first == "caller" else reversed(deeds):
        deed()
    await until(rung.ended.is_set, "the phone is freed")
    await hotline.happened(facts.ContactEnded)
    await nobody_stays(hotline)
    assert len(hotline.found(facts.CustomerLeft)) == len(hotline.found(facts.VisitEnded)) == 1
    (offer,) = hotline.found(facts.OfferEnded)
    talked = len(hotline.found(facts.TalkEnded))
    assert offer.outcome is (OfferOutcome.ACCEPTED if talked else OfferOutcome.CALLER_GONE)

    # The next caller reaches the same agent at once.
    callers.dial("200", hotline.address, "+861012345679", CALLER)
    await until(lambda: bool(desk.calls), "the phone rings again")
    (again,) = desk.calls.values()
    again.answer()
    await heard(again.rtp.heard_hz, CALLER_HZ)
    await hotline.stop()


async def test_a_sipp_phone_answers_while_our_cancel_is_on_its_way(
    tmp_path: Path, callers: PhoneBank, children: Children, sipp: str, free_port: Callable[..., int]
) -> None:
    port = free_port()
    phone = agents_by_sipp(children, sipp, port, media=free_port(4), scenario="crosses.xml", calls=1)
    station = StationConfig(StationId("anna-phone"), contact=f"sip:anna-phone@127.0.0.1:{port}")
    config = msgspec.structs.replace(small_config(), stations=(station,), agents=(agent("anna"),))
    hotline = await Hotline(tmp_path, config).start()
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await hotline.happened(facts.LegChanged, role=LegRole.AGENT, state=LegState.ALERTING)
    call.hang_up()
    await until(lambda: not phone.is_alive(), "the phone got ACK and BYE")
    assert phone.wait() == 0, phone.text()
    await hotline.happened(facts.ContactEnded)
    await nobody_stays(hotline)
    assert [offer.outcome for offer in hotline.found(facts.OfferEnded)] == [OfferOutcome.CALLER_GONE]
    assert [visit.outcome for visit in hotline.found(facts.VisitEnded)] == ["short_abandoned"]
    assert not hotline.found(facts.TalkStarted)
    await hotline.stop()
