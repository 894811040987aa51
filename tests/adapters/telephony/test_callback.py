"""A callback over real SIP and RTP: asked for by keys, promised, and called once an agent is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from contactcenter.adapters.telephony.admission import AdmissionRules, TrunkRule
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import facts
from contactcenter.model.words import CallbackOutcome, ContactOutcome, VisitOutcome
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, MUSIC_HZ, TRUNK_HOST, Hotline, heard
from tests.adapters.telephony.phones import until
from tests.stories.callbacks import OUTGOING, callback_config

NUMBER = "+8613912345678"
OFFER_HZ, PROMISE_HZ, GREETING_HZ = 850, 950, 750
ALWAYS = ((0, 2**52),)
AGENT = Manner(answer_after_ms=100, sound=tone_samples(AGENT_HZ))
CUSTOMER = Manner(answer_after_ms=300, sound=tone_samples(CALLER_HZ))


def chinese(number: str) -> str | None:
    """Allow numbers of one country."""
    return number if number.startswith("+86") else None


async def hotline(folder: Path, port: int, **asked: Any) -> Hotline:
    """Start a hotline that calls back through a trunk."""
    places = OutgoingRules({"carrier": f"sip:{TRUNK_HOST}:{port}"}, lambda number: bool(chinese(number)), chinese)
    rules = AdmissionRules((TrunkRule("carrier", (f"{TRUNK_HOST}/32",)),))
    line = Hotline(folder, callback_config(hours=ALWAYS, **asked), rules, places)
    line.tones_hz = {"callback_offer": OFFER_HZ, "callback_promised": PROMISE_HZ, "callback_greeting": GREETING_HZ}
    for_digits = {f"number_{digit}": MUSIC_HZ for digit in range(10)}
    line.tones_hz |= for_digits | dict.fromkeys(("callback_number_is", "callback_confirm", "callback_press"), MUSIC_HZ)
    return await line.start()


async def test_a_caller_hangs_up_and_is_called_when_an_agent_is_there(tmp_path: Path, desk: PhoneBank) -> None:
    outside = await PhoneBank(TRUNK_HOST, stranger=CUSTOMER).start()
    line = await hotline(tmp_path, outside.port)
    call = outside.dial("200", line.address, NUMBER)
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    call.press("1")
    await heard(call.rtp.heard_hz, OFFER_HZ)
    call.press("1")
    await heard(call.rtp.heard_hz, PROMISE_HZ)
    await until(call.ended.is_set, "the caller is let go after goodbye")
    assert (await line.happened(facts.VisitEnded)).outcome is VisitOutcome.CALLED_BACK
    await line.desk(desk, "anna-phone", AGENT)
    await line.sign_in("anna")
    await line.happened(facts.TalkStarted)
    (agent,) = desk.calls.values()
    customer = next(each for each in outside.calls.values() if each is not call)
    assert (agent.caller, customer.caller) == (NUMBER, OUTGOING.shown)
    await heard(agent.rtp.heard_hz, CALLER_HZ)
    await heard(customer.rtp.heard_hz, AGENT_HZ)
    customer.hang_up()
    assert (await line.happened(facts.CallbackEnded)).outcome is CallbackOutcome.REACHED
    await until(lambda: line.telephony.legs_held() == (), "no leg is left")
    assert not line.found(facts.ContactEnded, outcome=ContactOutcome.ABANDONED)
    await line.stop()
    await outside.stop()


async def test_the_customer_is_called_first_hears_who_calls_and_then_the_agents_phone_rings(
    tmp_path: Path, desk: PhoneBank
) -> None:
    outside = await PhoneBank(TRUNK_HOST, stranger=CUSTOMER).start()
    line = await hotline(tmp_path, outside.port, customer_first=True)
    call = outside.dial("200", line.address, NUMBER)
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    call.press("1")
    await heard(call.rtp.heard_hz, OFFER_HZ)
    call.press("1")
    await until(call.ended.is_set, "the caller is let go after goodbye")
    await line.desk(desk, "anna-phone", replace(AGENT, answer_after_ms=1_500))
    await line.sign_in("anna")
    await line.happened(facts.CallbackAnswered)
    customer = next(each for each in outside.calls.values() if each is not call)
    assert customer.caller == OUTGOING.shown
    await heard(customer.rtp.heard_hz, GREETING_HZ)
    await line.happened(facts.TalkStarted)
    (agent,) = desk.calls.values()
    assert agent.caller == NUMBER
    await heard(agent.rtp.heard_hz, CALLER_HZ)
    await heard(customer.rtp.heard_hz, AGENT_HZ)
    customer.hang_up()
    assert (await line.happened(facts.CallbackEnded)).outcome is CallbackOutcome.REACHED
    await until(lambda: line.telephony.legs_held() == (), "no leg is left")
    await line.stop()
    await outside.stop()


async def test_another_number_is_keyed_in_and_one_that_we_may_not_call_is_not_taken(tmp_path: Path) -> None:
    outside = await PhoneBank(TRUNK_HOST, stranger=CUSTOMER).start()
    line = await hotline(tmp_path, outside.port)
    call = outside.dial("200", line.address, "+4420123456")
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    call.press("1")
    await line.happened(facts.CallbackMoved)
    for key in "123#":
        call.press(key)
    ended = await line.happened(facts.PromptEnded, outcome="invalid")
    assert (ended.value, ended.key) == (None, "")
    call.hang_up()
    await line.happened(facts.ContactEnded)
    await line.stop()
    await outside.stop()
