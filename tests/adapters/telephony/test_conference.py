"""Customer, agent and colleague talk together over real SIP and RTP: each hears the two others, the tape all."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.adapters.testphone.phone_bank import PhoneBank, PhoneCall
from contactcenter.media.tone import loud_frequencies_hz
from contactcenter.model import events, facts
from contactcenter.model.ids import ContactId
from contactcenter.model.transfers import ToNumber
from contactcenter.model.words import RecordingState
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, MUSIC_HZ, Hotline, heard
from tests.adapters.telephony.parties import BO_HZ, OUTSIDE, OUTSIDE_HZ, SECOND, talks_with_anna
from tests.adapters.telephony.phones import channel, near, until
from tests.adapters.telephony.test_outgoing import NUMBER, calling_out, customers
from tests.stories.centre import ANNA, BO


async def hears(phone: PhoneCall, *tones_hz: int) -> None:
    """Wait until a phone hears these tones and no others."""
    await until(lambda: alike(phone.rtp.heard_mixed_hz(), tones_hz), f"{tones_hz} (last {phone.rtp.heard_mixed_hz()})")


def alike(heard_hz: list[int], tones_hz: tuple[int, ...]) -> bool:
    """Return whether these tones and no others are in a sound."""
    return len(heard_hz) == len(tones_hz) and all(near(*pair) for pair in zip(heard_hz, tones_hz, strict=True))


async def together(
    line: Hotline, callers: PhoneBank, desk: PhoneBank
) -> tuple[ContactId, PhoneCall, PhoneCall, PhoneCall]:
    """A customer talks with Anna, who asks Bo and joins all; return the contact and the three ends."""
    await line.desk(desk, "bo-phone", SECOND)
    contact, call, anna = await talks_with_anna(line, callers, desk)
    await line.sign_in("bo")
    line.engine.post(events.ConsultAsked(ANNA, contact, BO))
    await line.happened(facts.ConsultAnswered)
    bo = list(desk.calls.values())[-1]
    await heard(anna.rtp.heard_hz, BO_HZ)
    line.engine.post(events.ConferenceAsked(ANNA, contact))
    await line.happened(facts.ConferenceStarted)
    return contact, call, anna, bo


async def test_all_three_hear_each_other_and_the_tape_has_all(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank
) -> None:
    contact, call, anna, bo = await together(hotline, callers, desk)
    await hears(call, AGENT_HZ, BO_HZ)
    await hears(anna, CALLER_HZ, BO_HZ)
    await hears(bo, CALLER_HZ, AGENT_HZ)
    hotline.engine.post(events.ConsultTurned(ANNA, contact, to_customer=True))
    await hears(bo, MUSIC_HZ)
    await hears(call, AGENT_HZ)
    hotline.engine.post(events.ConferenceAsked(ANNA, contact))
    await hears(bo, CALLER_HZ, AGENT_HZ)
    hotline.engine.post(events.ConsultCompleted(ANNA, contact))
    await until(anna.ended.is_set, "Anna's phone is freed")
    await hears(call, BO_HZ)
    await hears(bo, CALLER_HZ)
    call.hang_up()
    await until(bo.ended.is_set, "Bo's phone is freed")
    await until(
        lambda: len(hotline.found(facts.RecordingChanged, state=RecordingState.STORED)) == 6,
        "each group has a recording",
    )
    tape = hotline.folder / "tapes" / hotline.found(facts.RecordingChanged, state=RecordingState.STORED)[2].name
    assert alike(loud_frequencies_hz(channel(tape, 0)[800:4_000]), (CALLER_HZ,))
    assert alike(loud_frequencies_hz(channel(tape, 1)[800:4_000]), (AGENT_HZ, BO_HZ))
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


@pytest.mark.parametrize("who", ["agent", "colleague", "customer"])
async def test_everybody_may_hang_up_and_the_others_talk_on(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank, who: str
) -> None:
    _, call, anna, bo = await together(hotline, callers, desk)
    await hears(call, AGENT_HZ, BO_HZ)
    ends = {"customer": call, "agent": anna, "colleague": bo}
    ends.pop(who).hang_up()
    if who == "customer":
        await until(anna.ended.is_set, "Anna's phone is freed")
        await until(bo.ended.is_set, "Bo's phone is freed")
    else:
        await hears(call, BO_HZ if who == "agent" else AGENT_HZ)
        await hears(ends.popitem()[1], CALLER_HZ)
        call.hang_up()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


async def test_somebody_outside_is_asked_and_joined(tmp_path: Path, callers: PhoneBank, desk: PhoneBank) -> None:
    async with customers(OUTSIDE) as outside, calling_out(tmp_path, outside.port) as line:
        contact, call, anna = await talks_with_anna(line, callers, desk)
        address = line.vault.address(NUMBER)
        number = ToNumber(address.sealed, address.key, address.person)
        line.engine.post(events.ConsultNumberAsked(ANNA, contact, number))
        await hears(call, MUSIC_HZ)
        await line.happened(facts.ConsultAnswered)
        (far,) = outside.calls.values()
        await hears(anna, OUTSIDE_HZ)
        await hears(far, AGENT_HZ)
        line.engine.post(events.ConferenceAsked(ANNA, contact))
        await hears(call, AGENT_HZ, OUTSIDE_HZ)
        await hears(anna, CALLER_HZ, OUTSIDE_HZ)
        await hears(far, CALLER_HZ, AGENT_HZ)
        line.engine.post(events.ConsultCompleted(ANNA, contact))
        await until(anna.ended.is_set, "Anna's phone is freed")
        await hears(call, OUTSIDE_HZ)
        await hears(far, CALLER_HZ)
        call.hang_up()
        await until(far.ended.is_set, "the line outside is freed")
        await until(lambda: line.telephony.legs_held() == (), "no leg is left")


async def test_who_is_on_hold_is_out_until_she_comes_back(
    hotline: Hotline, callers: PhoneBank, desk: PhoneBank
) -> None:
    _, call, anna, bo = await together(hotline, callers, desk)
    await hears(call, AGENT_HZ, BO_HZ)
    anna.hold(True)
    await hears(call, BO_HZ)
    await hears(bo, CALLER_HZ)
    anna.hold(False)
    await hears(call, AGENT_HZ, BO_HZ)
    await hears(anna, CALLER_HZ, BO_HZ)
    call.hang_up()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
