"""kill -9 of the engine while somebody leaves a message, after one was left, and while three talk together."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.adapters.testphone.phone_bank import PhoneBank, PhoneCall
from contactcenter.app.history import verify_journal
from contactcenter.model import facts
from contactcenter.model.words import ContactOutcome, VisitOutcome
from tests.app.installation import Installation, eventually
from tests.app.phones import AT_ONCE, COMPLAINT, call_into, takes_calls
from tests.real.children import Children
from tests.source import ROOT

LEAVE_MESSAGE = "5"
SPOKEN_S = 3.0


@pytest.fixture
async def centre(private_dir: Path, children: Children) -> AsyncIterator[Installation]:
    """The shipped example, whose queues take messages."""
    config = private_dir / "config"
    shutil.copytree(ROOT / "config", config)
    queues = (config / "queues.toml").read_text()
    for key in ("voicemail = true", "voicemail_key"):
        assert f"\n# {key}" in queues
        queues = queues.replace(f"\n# {key}", f"\n{key}", 1)
    (config / "queues.toml").write_text(queues)
    installation = Installation(private_dir, children, config)
    await installation.start("1003", "1004")
    yield installation
    await installation.close()


async def speaks(centre: Installation, phones: PhoneBank) -> PhoneCall:
    """A caller waits, asks to leave a message, and speaks after the tone."""
    call = await call_into(centre, phones, "+8613900000001", COMPLAINT)
    call.press(LEAVE_MESSAGE)
    await eventually(lambda: centre.facts(facts.MessageRecording), "the tone")
    await asyncio.sleep(SPOKEN_S)  # a person speaks for so long; nothing else would make a message
    return call


async def dies_and_comes_back(centre: Installation) -> None:
    """Kill the engine, and start another one."""
    assert centre.engine is not None
    centre.engine.kill()
    centre.engine.wait()
    await centre.start_engine()


async def test_who_speaks_when_the_engine_is_killed_has_left_a_message_that_is_not_whole(
    centre: Installation, phones: PhoneBank
) -> None:
    call = await speaks(centre, phones)
    await dies_and_comes_back(centre)
    await eventually(call.ended.is_set, "the caller's line is cleared")
    await eventually(lambda: centre.facts(facts.MessageLeft), "the message")
    [left] = centre.facts(facts.MessageLeft)
    assert not left.whole
    assert [fact.outcome for fact in centre.facts(facts.VisitEnded)] == [VisitOutcome.VOICEMAIL]
    agent = await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    offered = await agent.contact(id=left.contact, state="ringing")
    await agent.must("accept", offer=offered["offer"])
    await agent.contact(id=left.contact, state="talking")
    assert verify_journal(centre.settings).difference is None


async def test_a_message_that_was_left_waits_on_when_the_engine_is_killed_and_can_be_heard(
    centre: Installation, phones: PhoneBank
) -> None:
    call = await speaks(centre, phones)
    call.hang_up()
    await eventually(lambda: centre.facts(facts.MessageLeft), "the message")
    await dies_and_comes_back(centre)
    [left] = centre.facts(facts.MessageLeft)
    assert left.whole and left.duration_ms >= 2_000
    visits = centre.facts(facts.VisitOpened)
    assert visits[0].placed_at == visits[-1].placed_at and visits[-1].message
    agent = await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    await agent.contact(id=left.contact, state="ringing")
    [stored] = [fact for fact in centre.facts(facts.RecordingChanged) if fact.state == "stored"]
    tapes = list(centre.folder.rglob(stored.name))
    assert len(tapes) == 1 and tapes[0].stat().st_size > 16_000
    assert verify_journal(centre.settings).difference is None


async def test_a_conference_that_the_engine_dies_in_fails_by_name_and_frees_all(
    centre: Installation, phones: PhoneBank
) -> None:
    zhang = await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    call = await call_into(centre, phones, "+8613900000001", COMPLAINT)
    contact = (await zhang.contact(state="talking"))["id"]
    chen = await takes_calls(centre, phones, "chen_jie", "1004", AT_ONCE)
    await zhang.must("consult", contact=contact, agent="chen_jie")
    await eventually(lambda: centre.facts(facts.ConsultAnswered), "the colleague")
    await zhang.must("conference", contact=contact)
    await dies_and_comes_back(centre)
    await eventually(call.ended.is_set, "the caller's line is cleared")
    await eventually(lambda: centre.facts(facts.ContactEnded), "the end")
    assert [fact.outcome for fact in centre.facts(facts.ContactEnded)] == [ContactOutcome.FAILED_NODE]
    for agent in (zhang, chen):
        await agent.kind("contact_gone", contact=contact)
    again = await call_into(centre, phones, "+8613900000001", COMPLAINT)
    visits = centre.facts(facts.VisitOpened)
    assert visits[0].placed_at == visits[-1].placed_at, "who was cut off has the old place"
    again.hang_up()
    assert verify_journal(centre.settings).difference is None
