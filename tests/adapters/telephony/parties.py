"""Who talks at the hotline when calls are handed on, each with a tone of his own, and how a customer comes to talk."""

from __future__ import annotations

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, PhoneCall
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import facts
from contactcenter.model.ids import ContactId
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, Hotline

__all__ = ["BO_HZ", "CALLER", "FIRST", "OUTSIDE", "OUTSIDE_HZ", "SECOND", "talks_with_anna"]

BO_HZ, OUTSIDE_HZ = 1_700, 2_300
CALLER = Manner(sound=tone_samples(CALLER_HZ))
FIRST = Manner(answer_after_ms=100, sound=tone_samples(AGENT_HZ))
SECOND = Manner(answer_after_ms=400, sound=tone_samples(BO_HZ))
OUTSIDE = Manner(answer_after_ms=400, sound=tone_samples(OUTSIDE_HZ))


async def talks_with_anna(line: Hotline, callers: PhoneBank, desk: PhoneBank) -> tuple[ContactId, PhoneCall, PhoneCall]:
    """A customer calls, and Anna answers; return the contact and both ends."""
    await line.desk(desk, "anna-phone", FIRST)
    await line.sign_in("anna")
    call = callers.dial("200", line.address, "+861012345678", CALLER)
    contact = (await line.happened(facts.TalkStarted)).contact
    (anna,) = desk.calls.values()
    return contact, call, anna
