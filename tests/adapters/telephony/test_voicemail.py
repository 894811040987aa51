"""A message over real SIP and RTP: asked for, spoken after the tone, and kept as what the caller said."""

from __future__ import annotations

from pathlib import Path

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, PhoneCall
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.media.tone import dominant_frequency_hz
from contactcenter.model import events, facts
from contactcenter.model.config import CenterConfig
from contactcenter.model.words import ContactOutcome, RecordingState, VisitOutcome
from tests.adapters.telephony.hotline import CALLER_HZ, MUSIC_HZ, TRUNK_HOST, WELCOME_HZ, Hotline, heard
from tests.adapters.telephony.phones import channel, near, until, write_tone
from tests.stories.centre import ANNA
from tests.stories.voicemail import asked_by_flow, voicemail_config

NUMBER = "+8613912345678"
ASK_HZ, BEEP_HZ, SAVED_HZ, NOT_WHOLE_HZ = 850, 1_000, 950, 1_100
CUSTOMER = Manner(sound=tone_samples(CALLER_HZ))
LONG_ENOUGH = 2_500 * 8 * 4  # bytes of 2.5 s, stereo, 16 bits


async def hotline(folder: Path, config: CenterConfig) -> Hotline:
    """Start a hotline that takes messages."""
    line = Hotline(folder, config)
    line.tones_hz = {"voicemail_leave_message": ASK_HZ, "voicemail_saved": SAVED_HZ, "closed": WELCOME_HZ}
    line.tones_hz |= {"voicemail_not_whole": NOT_WHOLE_HZ, "voicemail_press": MUSIC_HZ, "number_5": MUSIC_HZ}
    write_tone(folder / "prompts/music/beep.wav", BEEP_HZ, 400)
    return await line.start()


async def speaks(line: Hotline, call: PhoneCall) -> Path:
    """Press the key, and leave a message; return where it is written meanwhile."""
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    call.press("5")
    return await is_asked(line, call)


async def is_asked(line: Hotline, call: PhoneCall) -> Path:
    """Wait for the tone, and speak for long enough; return where it is written meanwhile."""
    await heard(call.rtp.heard_hz, ASK_HZ)
    started = await line.happened(facts.RecordingChanged, state=RecordingState.STARTED)
    part = line.folder / "tapes" / f"{started.name}.part"
    await until(lambda: part.exists() and part.stat().st_size > LONG_ENOUGH, "the caller has spoken")
    return part.with_suffix("")


async def test_what_a_caller_says_after_the_tone_is_kept_and_an_agent_works_on_it(
    tmp_path: Path, desk: PhoneBank
) -> None:
    outside = await PhoneBank(TRUNK_HOST).start()
    line = await hotline(tmp_path, voicemail_config())
    call = outside.dial("200", line.address, NUMBER, CUSTOMER)
    path = await speaks(line, call)
    call.press("#")
    left = await line.happened(facts.MessageLeft)
    await heard(call.rtp.heard_hz, SAVED_HZ)
    await until(call.ended.is_set, "the caller is let go after thanks")
    assert (left.whole, left.duration_ms >= 2_000) == (True, True)
    assert (await line.happened(facts.VisitEnded)).outcome is VisitOutcome.VOICEMAIL
    assert near(dominant_frequency_hz(channel(path, 0)[4_000:12_000]), CALLER_HZ)
    assert not channel(path, 1).any()

    await line.desk(desk, "anna-phone", Manner())
    await line.sign_in("anna")
    offer = await line.happened(facts.OfferMade)
    assert (offer.station, desk.calls) == (None, {})
    line.engine.post(events.OfferAccepted(ANNA, offer.offer))
    await line.happened(facts.TalkStarted)
    line.engine.post(events.ContactClosed(ANNA, offer.contact))
    line.engine.post(events.WrapUpFinished(ANNA, offer.contact, "solved"))
    assert (await line.happened(facts.ContactEnded)).outcome is ContactOutcome.HANDLED
    await line.stop()
    await outside.stop()


async def test_a_caller_who_hangs_up_has_left_the_message(tmp_path: Path) -> None:
    outside = await PhoneBank(TRUNK_HOST).start()
    line = await hotline(tmp_path, voicemail_config())
    call = outside.dial("200", line.address, NUMBER, CUSTOMER)
    path = await speaks(line, call)
    call.hang_up()
    assert (await line.happened(facts.MessageLeft)).whole
    assert path.exists()
    await line.stop()
    await outside.stop()


async def test_a_flow_asks_for_a_message_whom_it_lets_into_no_queue(tmp_path: Path) -> None:
    outside = await PhoneBank(TRUNK_HOST).start()
    line = await hotline(tmp_path, asked_by_flow(voicemail_config()))
    call = outside.dial("200", line.address, NUMBER, CUSTOMER)
    await heard(call.rtp.heard_hz, WELCOME_HZ)
    path = await is_asked(line, call)
    call.press("#")
    left = await line.happened(facts.MessageLeft)
    await heard(call.rtp.heard_hz, SAVED_HZ)
    await until(call.ended.is_set, "the caller is let go after thanks")
    assert (left.whole, left.duration_ms >= 2_000) == (True, True)
    assert (await line.happened(facts.VisitOpened)).message
    assert near(dominant_frequency_hz(channel(path, 0)[4_000:12_000]), CALLER_HZ)
    await line.stop()
    await outside.stop()
