"""An agent on a telephone outside over real SIP and RTP: rung through the trunk, and hers once she presses the key."""

from __future__ import annotations

from pathlib import Path

from contactcenter.adapters.telephony.admission import AdmissionRules, TrunkRule
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import facts
from contactcenter.model.words import OfferOutcome
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, MUSIC_HZ, TRUNK_HOST, Hotline, heard
from tests.adapters.telephony.phones import until
from tests.stories.callbacks import OUTGOING
from tests.stories.test_outside_stations import outside_config

ASKED_HZ = 850
MOBILE = Manner(answer_after_ms=300, sound=tone_samples(AGENT_HZ))
ALLOWED = "+8613912345678"


async def hotline(folder: Path, port: int, allowed: str = ALLOWED) -> Hotline:
    """Start a hotline whose trunk leads to a telephone outside."""
    places = OutgoingRules({"carrier": f"sip:{TRUNK_HOST}:{port}"}, lambda number: number == allowed)
    rules = AdmissionRules((TrunkRule("carrier", (f"{TRUNK_HOST}/32",)),))
    line = Hotline(folder, outside_config(), rules, places)
    line.tones_hz = {"take_call": ASKED_HZ}
    return await line.start()


async def test_she_is_called_outside_hears_what_to_press_and_has_the_caller_then(tmp_path: Path) -> None:
    mobile = await PhoneBank(TRUNK_HOST, stranger=MOBILE).start()
    line = await hotline(tmp_path, mobile.port)
    await line.sign_in("anna")
    caller = mobile.dial("200", line.address, "+8613900000009", Manner(sound=tone_samples(CALLER_HZ)))
    await line.happened(facts.OfferMade)
    await until(lambda: len(mobile.calls) == 2, "the mobile is rung")
    hers = next(each for each in mobile.calls.values() if each is not caller)
    assert hers.caller == OUTGOING.shown, "a carrier carries no other numbers than ours"
    await heard(hers.rtp.heard_hz, ASKED_HZ)
    assert not line.found(facts.TalkStarted)
    await heard(caller.rtp.heard_hz, MUSIC_HZ)
    hers.press("1")
    await line.happened(facts.TalkStarted)
    await heard(hers.rtp.heard_hz, CALLER_HZ)
    await heard(caller.rtp.heard_hz, AGENT_HZ)
    caller.hang_up()
    await until(lambda: line.telephony.legs_held() == (), "no leg is left")
    await line.stop()
    await mobile.stop()


async def test_a_number_that_the_edge_may_not_call_is_not_called(tmp_path: Path) -> None:
    mobile = await PhoneBank(TRUNK_HOST, stranger=MOBILE).start()
    line = await hotline(tmp_path, mobile.port, allowed="+8613900000000")
    await line.sign_in("anna")
    caller = mobile.dial("200", line.address, "+8613900000009")
    assert (await line.happened(facts.OfferEnded)).outcome is OfferOutcome.DEVICE_LOST
    assert len(mobile.calls) == 1
    caller.hang_up()
    await line.happened(facts.ContactEnded)
    await line.stop()
    await mobile.stop()
