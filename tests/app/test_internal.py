"""A whole installation in which an agent calls a colleague from the console: processes, telephones, sound, all real."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, PhoneCall
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import facts
from contactcenter.model.words import ContactOutcome, Direction, RecordingState
from tests.app.installation import Installation, eventually
from tests.app.phones import AGENT_HZ, AT_ONCE, takes_calls
from tests.app.test_outgoing import near
from tests.real.children import Children
from tests.source import ROOT

COLLEAGUE_HZ = 1_700
COLLEAGUE = Manner(answer_after_ms=300, sound=tone_samples(COLLEAGUE_HZ))
RECORDED = "[internal]\nrecord = true\n\n[media]\n"


@pytest.fixture
async def centre(private_dir: Path, children: Children) -> AsyncIterator[Installation]:
    """An installation that records calls among colleagues."""
    config, folder = private_dir / "config", private_dir / "var"
    shutil.copytree(ROOT / "config", config)
    text = (config / "center.toml").read_text()
    (config / "center.toml").write_text(text.replace("[media]\n", RECORDED))
    folder.mkdir(mode=0o700)
    centre = Installation(folder, children, config)
    async with AsyncExitStack() as life:
        life.push_async_callback(centre.close)
        await centre.start("1001", "1002")
        yield centre


def phone_of(phones: PhoneBank, station: str) -> PhoneCall:
    """Return the call that a station's phone has."""
    return next(call for call in phones.calls.values() if call.line is not None and call.line.name == station)


async def test_she_calls_him_from_the_console_they_talk_and_both_are_free(
    centre: Installation, phones: PhoneBank
) -> None:
    caller = await takes_calls(centre, phones, "zhang_min", "1001", AT_ONCE)
    called = await takes_calls(centre, phones, "wang_wei", "1002", COLLEAGUE)
    await caller.must("call_colleague", agent="wang_wei")
    his = await called.contact(state="talking", direction="internal")
    hers = await caller.contact(state="talking", direction="internal")
    assert hers["id"] == his["id"] and not hers["queue_name"]
    first, second = phone_of(phones, "1001"), phone_of(phones, "1002")
    await eventually(lambda: near(first.rtp.heard_hz(), COLLEAGUE_HZ), "she hears him")
    await eventually(lambda: near(second.rtp.heard_hz(), AGENT_HZ), "he hears her")
    second.hang_up()
    await caller.kind("contact_gone", contact=hers["id"])
    await called.kind("contact_gone", contact=his["id"])
    await eventually(lambda: not phones.calls, "her phone is freed")
    [arrived], [ended] = centre.facts(facts.ContactArrived), centre.facts(facts.ContactEnded)
    assert (arrived.direction, ended.outcome) == (Direction.INTERNAL, ContactOutcome.HANDLED)
    await eventually(
        lambda: RecordingState.STORED in [fact.state for fact in centre.facts(facts.RecordingChanged)],
        "what they said is stored",
    )
    await caller.must("call_colleague", agent="wang_wei")
    await called.contact(state="talking", direction="internal")
