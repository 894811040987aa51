"""Passing calls on over real SIP and RTP: to a colleague and to a number behind the trunk; who hears whom."""

from __future__ import annotations

from pathlib import Path

from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.media.tone import dominant_frequency_hz
from contactcenter.model import events, facts
from contactcenter.model.ids import ContactId
from contactcenter.model.transfers import Target, ToAgent, ToNumber
from contactcenter.model.words import ContactOutcome, RecordingState
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, MUSIC_HZ, RINGING_HZ, Hotline, heard
from tests.adapters.telephony.parties import BO_HZ, OUTSIDE, OUTSIDE_HZ, SECOND, talks_with_anna
from tests.adapters.telephony.phones import channel, near, until
from tests.adapters.telephony.test_outgoing import NUMBER, calling_out, customers
from tests.stories.centre import ANNA, BO


def passes_on(line: Hotline, contact: ContactId, target: Target) -> None:
    """Anna passes the call on."""
    line.engine.post(events.TransferAsked(ANNA, contact, target))


async def test_a_call_goes_to_a_colleague_and_each_talk_is_recorded_on_both_sides(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank
) -> None:
    await hotline.desk(desk, "bo-phone", SECOND)
    contact, call, anna = await talks_with_anna(hotline, callers, desk)
    await heard(call.rtp.heard_hz, AGENT_HZ)
    await hotline.sign_in("bo")
    passes_on(hotline, contact, ToAgent(BO))
    await until(anna.ended.is_set, "Anna's phone is freed")
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    await hotline.happened(facts.TalkStarted, agent=BO)
    bo = list(desk.calls.values())[-1]
    await heard(call.rtp.heard_hz, BO_HZ)
    await heard(bo.rtp.heard_hz, CALLER_HZ)
    call.hang_up()
    await until(bo.ended.is_set, "Bo's phone is freed")
    await until(lambda: len(hotline.found(facts.RecordingChanged, state=RecordingState.STORED)) == 2, "both are stored")
    for stored, agent_hz in zip(
        hotline.found(facts.RecordingChanged, state=RecordingState.STORED), (AGENT_HZ, BO_HZ), strict=True
    ):
        tape = hotline.folder / "tapes" / stored.name
        assert near(dominant_frequency_hz(channel(tape, 0)[800:4_000]), CALLER_HZ)
        assert near(dominant_frequency_hz(channel(tape, 1)[800:4_000]), agent_hz)
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


async def test_a_call_goes_to_a_number_outside(tmp_path: Path, callers: PhoneBank, desk: PhoneBank) -> None:
    async with customers(OUTSIDE) as outside, calling_out(tmp_path, outside.port) as line:
        contact, call, _ = await talks_with_anna(line, callers, desk)
        address = line.vault.address(NUMBER)
        passes_on(line, contact, ToNumber(address.sealed, address.key, address.person))
        await line.happened(facts.ExternalAnswered)
        (far,) = outside.calls.values()
        await heard(call.rtp.heard_hz, OUTSIDE_HZ)
        await heard(far.rtp.heard_hz, CALLER_HZ)
        far.hang_up()
        await until(call.ended.is_set, "the caller is let go")
        line.engine.post(events.WrapUpFinished(ANNA, contact, "solved"))
        assert (await line.happened(facts.ContactEnded)).outcome is ContactOutcome.HANDLED
        await until(lambda: line.telephony.legs_held() == (), "no leg is left")


async def test_a_number_that_the_edge_forbids_brings_the_caller_back(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank
) -> None:
    async with customers(OUTSIDE) as outside, calling_out(tmp_path, outside.port) as line:
        contact, call, _ = await talks_with_anna(line, callers, desk)
        address = line.vault.address("+1900555")
        passes_on(line, contact, ToNumber(address.sealed, address.key, address.person))
        await until(lambda: len(line.found(facts.TalkStarted, agent=ANNA)) == 2, "Anna has the caller back")
        await heard(call.rtp.heard_hz, AGENT_HZ)
        assert not outside.calls
        call.hang_up()
        await until(lambda: line.telephony.legs_held() == (), "no leg is left")


async def test_a_colleague_is_asked_first_and_nobody_hears_what_is_not_meant_for_him(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank
) -> None:
    await hotline.desk(desk, "bo-phone", SECOND)
    contact, call, anna = await talks_with_anna(hotline, callers, desk)
    await heard(call.rtp.heard_hz, AGENT_HZ)
    await hotline.sign_in("bo")
    hotline.engine.post(events.ConsultAsked(ANNA, contact, BO))
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    await heard(anna.rtp.heard_hz, RINGING_HZ)
    await hotline.happened(facts.ConsultAnswered)
    bo = list(desk.calls.values())[-1]
    await heard(anna.rtp.heard_hz, BO_HZ)
    await heard(bo.rtp.heard_hz, AGENT_HZ)
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    hotline.engine.post(events.ConsultTurned(ANNA, contact, to_customer=True))
    await heard(bo.rtp.heard_hz, MUSIC_HZ)
    await heard(call.rtp.heard_hz, AGENT_HZ)
    await heard(anna.rtp.heard_hz, CALLER_HZ)
    hotline.engine.post(events.ConsultTurned(ANNA, contact, to_customer=False))
    await heard(anna.rtp.heard_hz, BO_HZ)
    hotline.engine.post(events.ConsultCompleted(ANNA, contact))
    await until(anna.ended.is_set, "Anna's phone is freed")
    await heard(call.rtp.heard_hz, BO_HZ)
    await heard(bo.rtp.heard_hz, CALLER_HZ)
    call.hang_up()
    await until(bo.ended.is_set, "Bo's phone is freed")
    await until(
        lambda: len(hotline.found(facts.RecordingChanged, state=RecordingState.STORED)) == 5,
        "the recording of each pair is complete",
    )
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


async def test_the_agent_hangs_up_and_the_caller_stays_with_the_colleague(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank
) -> None:
    await hotline.desk(desk, "bo-phone", SECOND)
    contact, call, anna = await talks_with_anna(hotline, callers, desk)
    await hotline.sign_in("bo")
    hotline.engine.post(events.ConsultAsked(ANNA, contact, BO))
    await hotline.happened(facts.ConsultAnswered)
    await heard(anna.rtp.heard_hz, BO_HZ)
    anna.hang_up()
    await heard(call.rtp.heard_hz, BO_HZ)
    call.hang_up()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
