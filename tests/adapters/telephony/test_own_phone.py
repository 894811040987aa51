"""What agents dial on their own phones, over real SIP and RTP: who hears whom, and which status refuses the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, PhoneCall
from contactcenter.model import events, facts
from contactcenter.model.words import ContactOutcome, Direction
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, RINGING_HZ, SECRETS, Hotline, heard
from tests.adapters.telephony.parties import BO_HZ, FIRST, SECOND
from tests.adapters.telephony.phones import until
from tests.adapters.telephony.test_internal import NEVER, both_free, phone_of
from tests.adapters.telephony.test_outgoing import CUSTOMER, NUMBER, SHOWN, calling_out, customers, ended
from tests.stories.centre import ANNA, BO
from tests.stories.test_internal import internal_config

HERS, HIS = "anna-phone", "bo-phone"


@asynccontextmanager
async def colleagues(folder: Path, desk: PhoneBank, his: Manner, *ready: str) -> AsyncIterator[Hotline]:
    """A hotline with both phones registered, and some of the agents ready."""
    line = await Hotline(folder, internal_config()).start()
    try:
        await line.desk(desk, HERS, FIRST)
        await line.desk(desk, HIS, his)
        await line.sign_in(*ready)
        yield line
    finally:
        await line.stop()


def dials(line: Hotline, desk: PhoneBank, number: str, secret: str = SECRETS[HERS]) -> PhoneCall:
    """Somebody dials on Anna's phone."""
    return desk.dial(number, line.address, HERS, FIRST, secret)


async def refused(call: PhoneCall) -> int:
    """Return the status by which a call is refused."""
    await until(call.ended.is_set, "the call is refused")
    assert not call.answered.is_set()
    return call.status


@pytest.mark.parametrize("who", [HERS, HIS])
async def test_she_dials_his_extension_both_hear_each_other_and_either_ends_it(
    tmp_path: Path, desk: PhoneBank, who: str
) -> None:
    async with colleagues(tmp_path, desk, SECOND, ANNA, BO) as line:
        anna = dials(line, desk, HIS)
        await line.happened(facts.ContactArrived, direction=Direction.INTERNAL)
        await line.happened(facts.TalkStarted, agent=ANNA)
        bo = phone_of(desk, HIS)
        await heard(anna.rtp.heard_hz, BO_HZ)
        await heard(bo.rtp.heard_hz, AGENT_HZ)
        (anna if who == HERS else bo).hang_up()
        await until(anna.ended.is_set, "Anna's line is over")
        await until(bo.ended.is_set, "Bo's line is over")
        await ended(line, ContactOutcome.HANDLED)
        await both_free(line)


async def test_she_hears_it_ring_and_he_rejects(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, NEVER, ANNA, BO) as line:
        anna = dials(line, desk, HIS)
        offer = await line.happened(facts.OfferMade, agent=BO)
        await heard(anna.rtp.heard_hz, RINGING_HZ)
        line.engine.post(events.OfferRejected(BO, offer.offer))
        await until(anna.ended.is_set, "Anna's line is over")
        await ended(line, ContactOutcome.REFUSED)
        await both_free(line)


async def test_she_gives_up_and_his_phone_falls_silent(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, NEVER, ANNA, BO) as line:
        anna = dials(line, desk, HIS)
        await line.happened(facts.OfferMade, agent=BO)
        await until(lambda: len(desk.calls) == 2, "Bo's phone rings")
        bo = phone_of(desk, HIS)
        anna.hang_up()
        await until(bo.ended.is_set, "Bo's phone falls silent")
        await ended(line, ContactOutcome.CANCELLED)
        await both_free(line)


async def test_what_cannot_be_is_refused_by_its_status(tmp_path: Path, desk: PhoneBank, callers: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, SECOND, BO) as line:
        assert await refused(dials(line, desk, HIS)) == 403, "nobody is signed in at this phone"
        await line.sign_in(ANNA)
        assert await refused(dials(line, desk, "1234")) == 404
        assert await refused(dials(line, desk, HERS)) == 486
        line.engine.post(events.NotReadyChosen(BO, "lunch"))
        assert await refused(dials(line, desk, HIS)) == 480
        line.engine.post(events.NotReadyChosen(ANNA, "lunch"))
        line.engine.post(events.ReadyChosen(BO))
        callers.dial("200", line.address, "+861012345678", Manner())
        await line.happened(facts.TalkStarted, agent=BO)
        assert await refused(dials(line, desk, HIS)) == 486
        assert not line.found(facts.ContactArrived, direction=Direction.INTERNAL)


async def test_nobody_dials_without_the_phones_secret(tmp_path: Path, desk: PhoneBank, callers: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, SECOND, ANNA, BO) as line:
        assert await refused(dials(line, desk, HIS, secret="guessed")) == 401
        assert await refused(dials(line, desk, HIS, secret="")) == 401
        assert await refused(callers.dial(HIS, line.address, HERS, FIRST)) == 404, "a trunk knows no extensions"
        assert not line.found(facts.ContactArrived) and not line.found(facts.OfferMade)


async def test_she_dials_a_customer_where_agents_may_call_out(tmp_path: Path, desk: PhoneBank) -> None:
    async with customers(CUSTOMER) as outside, calling_out(tmp_path, outside.port) as line:
        await line.desk(desk, HERS, FIRST)
        await line.sign_in(ANNA)
        anna = dials(line, desk, NUMBER)
        await line.happened(facts.TalkStarted, agent=ANNA)
        (customer,) = outside.calls.values()
        assert customer.caller == SHOWN
        await heard(anna.rtp.heard_hz, CALLER_HZ)
        await heard(customer.rtp.heard_hz, AGENT_HZ)
        customer.hang_up()
        await until(anna.ended.is_set, "Anna's line is over")
        await until(lambda: line.telephony.legs_held() == (), "no leg is left")
        assert await refused(dials(line, desk, "+882123456789")) == 403, "she writes the first one up"


async def test_a_number_that_the_edge_forbids_is_nobodys(tmp_path: Path, desk: PhoneBank) -> None:
    async with customers(CUSTOMER) as outside, calling_out(tmp_path, outside.port) as line:
        await line.desk(desk, HERS, FIRST)
        await line.sign_in(ANNA)
        assert await refused(dials(line, desk, "+882123456789")) == 404
        assert not outside.calls
