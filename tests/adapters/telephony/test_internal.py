"""Calls among colleagues over real SIP and RTP: her phone, then his; who hears whom, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, PhoneCall
from contactcenter.media.tone import dominant_frequency_hz
from contactcenter.model import events, facts
from contactcenter.model.words import ContactOutcome, LegState, OfferOutcome, Presence, RecordingState
from tests.adapters.telephony.hotline import AGENT_HZ, MUSIC_HZ, RINGING_HZ, Hotline, heard
from tests.adapters.telephony.parties import BO_HZ, FIRST, SECOND
from tests.adapters.telephony.phones import channel, near, until
from tests.adapters.telephony.test_outgoing import ended
from tests.stories.centre import ANNA, BO
from tests.stories.test_internal import internal_config

NEVER = Manner(answer_after_ms=None)


@asynccontextmanager
async def colleagues(
    folder: Path, desk: PhoneBank, his: Manner, hers: Manner = FIRST, **rules: object
) -> AsyncIterator[Hotline]:
    """A hotline at which Anna and Bo are ready; Anna has asked for Bo."""
    line = await Hotline(folder, internal_config(**rules)).start()  # type: ignore[arg-type]
    try:
        await line.desk(desk, "anna-phone", hers)
        await line.desk(desk, "bo-phone", his)
        await line.sign_in()
        line.engine.post(events.InternalCallAsked(ANNA, BO))
        yield line
    finally:
        await line.stop()


def phone_of(desk: PhoneBank, station: str) -> PhoneCall:
    """Return the call that a station's phone has."""
    return next(call for call in desk.calls.values() if call.line is not None and call.line.name == station)


async def both_free(line: Hotline) -> None:
    """Wait until a customer's call could be offered to either: no line, and no work."""
    await until(lambda: line.telephony.legs_held() == (), "no leg is left")
    floor = line.engine._center.routing.floor
    assert not any(floor.agents[name].work for name in (ANNA, BO))
    assert floor.agents[ANNA].presence is Presence.READY


@pytest.mark.parametrize("who", ["anna-phone", "bo-phone"])
async def test_both_hear_each_other_are_recorded_and_either_ends_it(tmp_path: Path, desk: PhoneBank, who: str) -> None:
    async with colleagues(tmp_path, desk, SECOND, record=True) as line:
        await line.happened(facts.TalkStarted, agent=ANNA)
        anna, bo = phone_of(desk, "anna-phone"), phone_of(desk, "bo-phone")
        await heard(anna.rtp.heard_hz, BO_HZ)
        await heard(bo.rtp.heard_hz, AGENT_HZ)
        phone_of(desk, who).hang_up()
        await until(anna.ended.is_set, "Anna's phone is freed")
        await until(bo.ended.is_set, "Bo's phone is freed")
        await ended(line, ContactOutcome.HANDLED)
        stored = await line.happened(facts.RecordingChanged, state=RecordingState.STORED)
        tape = line.folder / "tapes" / stored.name
        assert near(dominant_frequency_hz(channel(tape, 0)[800:4_000]), AGENT_HZ)
        assert near(dominant_frequency_hz(channel(tape, 1)[800:4_000]), BO_HZ)
        await both_free(line)


async def test_nothing_is_recorded_where_the_rule_says_so_and_the_console_ends_it(
    tmp_path: Path, desk: PhoneBank
) -> None:
    async with colleagues(tmp_path, desk, SECOND) as line:
        talk = await line.happened(facts.TalkStarted, agent=ANNA)
        await heard(phone_of(desk, "anna-phone").rtp.heard_hz, BO_HZ)
        line.engine.post(events.ContactClosed(BO, talk.contact))
        await ended(line, ContactOutcome.HANDLED)
        assert not line.found(facts.RecordingChanged) and not list((line.folder / "tapes").rglob("*.wav"))
        await until(lambda: not desk.calls, "both phones are freed")
        await both_free(line)


async def test_who_is_on_hold_hears_music_whoever_holds(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, SECOND) as line:
        await line.happened(facts.TalkStarted, agent=ANNA)
        anna, bo = phone_of(desk, "anna-phone"), phone_of(desk, "bo-phone")
        await heard(anna.rtp.heard_hz, BO_HZ)
        for holder, other, holder_hz in ((anna, bo, AGENT_HZ), (bo, anna, BO_HZ)):
            holder.hold()
            await heard(other.rtp.heard_hz, MUSIC_HZ)
            holder.hold(held=False)
            await heard(other.rtp.heard_hz, holder_hz)
        bo.hang_up()
        await ended(line, ContactOutcome.HANDLED)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (486, ContactOutcome.BUSY),
        (600, ContactOutcome.BUSY),
        (603, ContactOutcome.REFUSED),
        (480, ContactOutcome.BUSY),
        (404, ContactOutcome.UNREACHABLE),
    ],
)
async def test_his_phone_does_not_take_it(
    tmp_path: Path, desk: PhoneBank, status: int, outcome: ContactOutcome
) -> None:
    async with colleagues(tmp_path, desk, Manner(refuse_status=status)) as line:
        assert (await line.happened(facts.DialEnded)).status == status
        await ended(line, outcome)
        await until(lambda: not desk.calls, "Anna's phone is freed")
        await both_free(line)


async def test_she_hears_it_ring_and_he_rejects_at_the_console(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, NEVER) as line:
        offer = await line.happened(facts.OfferMade, agent=BO)
        await line.happened(facts.LegChanged, state=LegState.ALERTING, leg=line.found(facts.LegOpened)[-1].leg)
        await heard(phone_of(desk, "anna-phone").rtp.heard_hz, RINGING_HZ)
        bo = phone_of(desk, "bo-phone")
        line.engine.post(events.OfferRejected(BO, offer.offer))
        await until(bo.ended.is_set, "Bo's phone stops ringing")
        await ended(line, ContactOutcome.REFUSED)
        await until(lambda: not desk.calls, "Anna's phone is freed")
        await both_free(line)


async def test_he_does_not_answer_in_time(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, NEVER, ring_ms=1_000) as line:
        await line.happened(facts.OfferMade, agent=BO)
        await until(lambda: len(desk.calls) == 2, "Bo's phone rings")
        bo = phone_of(desk, "bo-phone")
        await ended(line, ContactOutcome.NO_ANSWER)
        await until(bo.ended.is_set, "Bo's phone stops ringing")
        await until(lambda: not desk.calls, "Anna's phone is freed")
        assert line.found(facts.PresenceChanged)[-1].reason == "no_answer"
        await both_free(line)


async def test_she_hangs_up_while_it_rings_at_his(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, NEVER) as line:
        await line.happened(facts.OfferMade, agent=BO)
        await until(lambda: len(desk.calls) == 2, "Bo's phone rings")
        bo = phone_of(desk, "bo-phone")
        phone_of(desk, "anna-phone").hang_up()
        await until(bo.ended.is_set, "Bo's phone stops ringing")
        await ended(line, ContactOutcome.CANCELLED)
        await both_free(line)


async def test_his_phone_is_silent_and_given_up(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, Manner(answer_after_ms=None, rings=False)) as line:
        assert (await line.happened(facts.OfferEnded, agent=BO)).outcome is OfferOutcome.DEVICE_LOST
        await ended(line, ContactOutcome.UNREACHABLE)
        await until(lambda: not desk.calls, "both phones are freed")
        await both_free(line)


async def test_her_own_phone_refuses_and_his_never_rings(tmp_path: Path, desk: PhoneBank) -> None:
    async with colleagues(tmp_path, desk, SECOND, hers=Manner(refuse_status=486)) as line:
        await ended(line, ContactOutcome.NO_AGENT)
        assert not line.found(facts.OfferMade)
        await both_free(line)
