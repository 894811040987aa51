"""Real calls over real SIP and RTP: test phones call, are rung, talk and hang up, and the sound arrives."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import events, facts
from contactcenter.model.words import LegRole, LegState, OfferOutcome, RecordingState, Withdrawal
from contactcenter.sip.sdp import PCMA, PCMU
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, MENU_HZ, MUSIC_HZ, Hotline, heard
from tests.adapters.telephony.phones import until
from tests.stories.centre import small_config

CALLER = Manner(sound=tone_samples(CALLER_HZ))
AGENT = Manner(answer_after_ms=100, sound=tone_samples(AGENT_HZ))
PATIENT = Manner(answer_after_ms=None, sound=tone_samples(AGENT_HZ))


async def test_a_caller_hears_the_menu_presses_a_key_and_talks_to_an_agent(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank
) -> None:
    await hotline.desk(desk, "anna-phone", AGENT)
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await hotline.happened(facts.TalkStarted)
    (agent,) = desk.calls.values()
    assert agent.caller == "+861012345678"
    await heard(call.rtp.heard_hz, AGENT_HZ)
    await heard(agent.rtp.heard_hz, CALLER_HZ)
    call.hang_up()
    await until(agent.ended.is_set, "the agent's phone is freed")
    await hotline.happened(facts.RecordingChanged, state=RecordingState.STORED)
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


async def test_the_menu_is_heard_and_music_follows_the_key(hotline: Hotline, callers: PhoneBank) -> None:
    call = callers.dial("95598", hotline.address, "+861012345678", CALLER)
    await heard(call.rtp.heard_hz, MENU_HZ)
    call.press("1")
    await hotline.happened(facts.ChoiceMade, key="1")
    call.press("12345678")
    await hotline.happened(facts.VisitOpened)
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    call.hang_up()
    ended = await hotline.happened(facts.VisitEnded)
    assert ended.outcome in ("abandoned", "short_abandoned")


async def test_an_agent_hangs_up(hotline: Hotline, callers: PhoneBank, desk: PhoneBank) -> None:
    await hotline.desk(desk, "bo-phone", Manner(answer_after_ms=50, hang_up_after_ms=300, codecs=(PCMA, PCMU)))
    await hotline.sign_in("bo")
    call = callers.dial("200", hotline.address, "+861012345678", Manner(codecs=(PCMA,), sound=tone_samples(CALLER_HZ)))
    await until(call.ended.is_set, "the caller is freed")
    await hotline.happened(facts.TalkEnded)


async def test_a_number_nobody_has_is_refused_without_a_journal_entry(hotline: Hotline, callers: PhoneBank) -> None:
    before = len(hotline.facts)
    call = callers.dial("31337", hotline.address, "+861012345678")
    await until(call.ended.is_set, "the refusal")
    assert call.status == 404 and len(hotline.facts) == before


async def test_a_stranger_is_challenged(hotline: Hotline, desk: PhoneBank) -> None:
    call = desk.dial("200", hotline.address, "+861012345678")
    await until(call.ended.is_set, "the refusal")
    assert call.status == 401


async def test_a_phone_may_call_the_hotline_with_its_secret(hotline: Hotline, desk: PhoneBank) -> None:
    call = desk.dial("200", hotline.address, "anna-phone", CALLER, secret="first-secret")
    await until(call.answered.is_set, "the answer")
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    call.hang_up()


async def test_the_caller_hangs_up_while_the_agents_phone_rings(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank
) -> None:
    await hotline.desk(desk, "anna-phone", PATIENT)
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await until(lambda: bool(desk.calls), "the phone rings")
    (ringing,) = desk.calls.values()
    await hotline.happened(facts.LegChanged, role=LegRole.AGENT, state=LegState.ALERTING)
    call.hang_up()
    await until(ringing.ended.is_set, "the phone stops ringing")
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


async def test_a_phone_that_is_busy_is_passed_over(hotline: Hotline, callers: PhoneBank, desk: PhoneBank) -> None:
    await hotline.desk(desk, "anna-phone", Manner(refuse_status=486))
    await hotline.desk(desk, "bo-phone", AGENT)
    await hotline.sign_in()
    callers.dial("200", hotline.address, "+861012345678", CALLER)
    await hotline.happened(facts.TalkStarted)
    assert hotline.found(facts.OfferEnded, outcome="busy")


async def test_an_agent_puts_the_caller_on_hold(hotline: Hotline, callers: PhoneBank, desk: PhoneBank) -> None:
    await hotline.desk(desk, "anna-phone", AGENT)
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await hotline.happened(facts.TalkStarted)
    await heard(call.rtp.heard_hz, AGENT_HZ)
    (agent,) = desk.calls.values()
    agent.hold()
    await hotline.happened(facts.LegChanged, state=LegState.HELD)
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    agent.hold(held=False)
    await heard(call.rtp.heard_hz, AGENT_HZ)
    agent.rtp.forget()
    await heard(agent.rtp.heard_hz, CALLER_HZ)


async def test_a_phone_that_does_not_answer_is_passed_over_and_the_caller_keeps_the_place(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank
) -> None:
    hotline = await Hotline(tmp_path, small_config(ring_ms=700)).start()
    await hotline.desk(desk, "anna-phone", PATIENT)
    await hotline.sign_in("anna")
    first = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await until(lambda: bool(desk.calls), "the phone rings")
    callers.dial("200", hotline.address, "+861012345679", CALLER)
    await hotline.happened(facts.OfferEnded, outcome=OfferOutcome.NO_ANSWER)
    changed = await hotline.happened(facts.PresenceChanged, reason="no_answer")
    assert changed.agent == "anna"
    await hotline.desk(desk, "bo-phone", AGENT)
    await hotline.sign_in("bo")
    talk = await hotline.happened(facts.TalkStarted)
    assert talk.contact == hotline.found(facts.ContactArrived)[0].contact
    await heard(first.rtp.heard_hz, AGENT_HZ)
    await hotline.stop()


async def test_a_phone_that_can_answers_when_the_agent_presses_accept(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank
) -> None:
    config = small_config()
    stations = tuple(msgspec.structs.replace(station, auto_answer=True) for station in config.stations)
    hotline = await Hotline(tmp_path, msgspec.structs.replace(config, stations=stations)).start()
    await hotline.desk(desk, "anna-phone", PATIENT)
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    offer = await hotline.happened(facts.OfferMade)
    assert desk.calls == {}
    hotline.engine.post(events.OfferAccepted(offer.agent, offer.offer))
    await hotline.happened(facts.TalkStarted)
    await heard(call.rtp.heard_hz, AGENT_HZ)
    await hotline.stop()


async def test_a_call_rings_at_two_phones_and_the_slower_one_falls_silent(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank
) -> None:
    hotline = await Hotline(tmp_path, small_config(strategy="ring_all")).start()
    await hotline.desk(desk, "anna-phone", PATIENT)
    await hotline.desk(desk, "bo-phone", Manner(answer_after_ms=400, sound=tone_samples(AGENT_HZ)))
    await hotline.sign_in()
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await until(lambda: len(desk.calls) == 2, "both phones ring")
    slower, faster = desk.calls.values()
    talk = await hotline.happened(facts.TalkStarted)
    assert talk.agent == "bo"
    await until(slower.ended.is_set, "the slower phone falls silent")
    assert not slower.answered.is_set()
    await heard(call.rtp.heard_hz, AGENT_HZ)
    await heard(faster.rtp.heard_hz, CALLER_HZ)
    lost = hotline.found(facts.OfferEnded, outcome=OfferOutcome.WITHDRAWN)
    assert [(offer.agent, offer.cause) for offer in lost] == [("anna", Withdrawal.RACE_LOST)]
    call.hang_up()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
    await hotline.stop()


async def test_of_two_phones_that_answer_at_the_same_time_one_is_hung_up(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank
) -> None:
    hotline = await Hotline(tmp_path, small_config(strategy="ring_all")).start()
    for station in ("anna-phone", "bo-phone"):
        await hotline.desk(desk, station, Manner(answer_after_ms=300, sound=tone_samples(AGENT_HZ)))
    await hotline.sign_in()
    call = callers.dial("200", hotline.address, "+861012345678", CALLER)
    await until(lambda: len(desk.calls) == 2, "both phones ring")
    phones = list(desk.calls.values())
    await hotline.happened(facts.TalkStarted)
    await until(lambda: [phone.ended.is_set() for phone in phones].count(True) == 1, "one of the two is let go")
    assert len(hotline.found(facts.TalkStarted)) == 1
    await heard(call.rtp.heard_hz, AGENT_HZ)
    call.hang_up()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
    await hotline.stop()


STEPS = ["at_once", "in_the_menu", "in_the_queue", "while_it_rings", "in_the_talk"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_caller_may_hang_up_at_every_step(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank, step: str
) -> None:
    if step in ("while_it_rings", "in_the_talk"):
        await hotline.desk(desk, "anna-phone", AGENT if step == "in_the_talk" else PATIENT)
        await hotline.sign_in("anna")
    call = callers.dial("95598" if step == "in_the_menu" else "200", hotline.address, "+861012345678", CALLER)
    if step == "in_the_menu":
        await hotline.happened(facts.PlayIssued)
    elif step == "in_the_queue":
        await hotline.happened(facts.VisitOpened)
    elif step == "while_it_rings":
        await hotline.happened(facts.LegChanged, role=LegRole.AGENT, state=LegState.ALERTING)
    elif step == "in_the_talk":
        await hotline.happened(facts.TalkStarted)
    call.hang_up()
    await until(lambda: len(hotline.found(facts.CustomerLeft)) == 1, "the centre knows that the caller left")
    await until(lambda: hotline.telephony.legs_held() == () and not desk.calls, "every line is free")
    await until(lambda: hotline.telephony._media.pool.sessions() == [], "no sound is left")
