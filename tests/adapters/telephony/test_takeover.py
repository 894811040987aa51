"""The engine dies in the middle of calls, and a successor clears up: nobody is left on a dead line."""

from __future__ import annotations

from pathlib import Path

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import facts
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, TRUNK_HOST, Hotline, heard
from tests.adapters.telephony.phones import until

CALLER = Manner(sound=tone_samples(CALLER_HZ))
NUMBER = "+861012345678"


async def test_calls_of_a_dead_engine_are_hung_up_and_phones_ring_again(tmp_path: Path) -> None:
    first = await Hotline(tmp_path).start()
    callers, desk = await PhoneBank(TRUNK_HOST).start(), await PhoneBank().start()
    await first.desk(desk, "anna-phone", Manner(answer_after_ms=50, sound=tone_samples(AGENT_HZ)))
    await first.desk(desk, "bo-phone", Manner(answer_after_ms=None))
    await first.sign_in()
    talking = callers.dial("200", first.address, NUMBER, CALLER)
    await first.happened(facts.TalkStarted)
    ringing = callers.dial("200", first.address, "+861012345679", CALLER)
    await until(lambda: len(desk.calls) == 2, "the second phone rings")
    waiting = callers.dial("200", first.address, "+861012345670", CALLER)
    await until(waiting.answered.is_set, "the third caller waits")
    phones = list(desk.calls.values())
    await first.crash()

    second = await Hotline(tmp_path).start(port=first.telephony.port)
    for call in (talking, ringing, waiting, *phones):
        await until(call.ended.is_set, "a line of the dead engine is cleared")
    assert second.telephony.legs_held() == ()

    # The phones have not registered anew, and yet the next call rings.
    await second.sign_in()
    again = callers.dial("200", second.address, NUMBER, CALLER)
    await second.happened(facts.TalkStarted)
    await heard(again.rtp.heard_hz, AGENT_HZ)
    await callers.stop()
    await desk.stop()
    await second.stop()


async def test_a_dead_media_worker_ends_its_calls_and_the_next_call_is_fine(tmp_path: Path) -> None:
    hotline = await Hotline(tmp_path).start()
    callers = await PhoneBank(TRUNK_HOST).start()
    call = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(call.answered.is_set, "the answer")
    pool = hotline.telephony._media.pool
    (place,) = pool._places
    assert place.link is not None
    place.link.kill()
    await until(call.ended.is_set, "the call is ended")
    await hotline.happened(facts.ContactEnded)
    await until(lambda: pool.restarts == 1 and pool.figures() != [None], "a new worker")
    again = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(again.answered.is_set, "the next call is answered")
    again.hang_up()
    await callers.stop()
    await hotline.stop()
