"""A whole installation that calls a customer when a program asks: processes, broker, telephones and sound, all real."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.app.accounts import add_person
from contactcenter.model import facts
from contactcenter.model.words import ContactOutcome, RecordingState, Role
from tests.adapters.bus.broker import Broker
from tests.app.installation import Installation, eventually
from tests.app.phones import AGENT_HZ, AT_ONCE
from tests.real.children import Children
from tests.source import ROOT

NUMBER, WRITTEN, CUSTOMER_HZ = "+8613912345678", "139 1234 5678", 600
OUTGOING = """[outgoing]
trunk = "local"
caller_id = "+861095598000"
prefixes = ["+86"]
dispositions = ["reached"]

[media]
"""


@pytest.fixture
async def phones() -> AsyncIterator[PhoneBank]:
    """Telephones: the agents', and everybody's behind the trunk."""
    bank = await PhoneBank(stranger=Manner(answer_after_ms=300, sound=tone_samples(CUSTOMER_HZ))).start()
    yield bank
    await bank.stop()


@pytest.fixture
def broker(private_dir: Path, children: Children, mosquitto: str) -> Broker:
    """A broker that listens."""
    broker = Broker(private_dir, children, mosquitto)
    broker.start()
    return broker


@pytest.fixture
async def centre(
    private_dir: Path, children: Children, broker: Broker, phones: PhoneBank, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    """An installation that may call out, at a broker."""
    monkeypatch.setenv("CONTACTCENTER__BUS__URL", f"mqtt://127.0.0.1:{broker.port}")
    monkeypatch.setenv("CONTACTCENTER__BUS__USERNAME", "centre")
    monkeypatch.setenv("CONTACTCENTER__BUS__PASSWORD", "env:BUS_PASSWORD")
    monkeypatch.setenv("BUS_PASSWORD", "centre-word")
    config, folder = private_dir / "config", private_dir / "var"
    shutil.copytree(ROOT / "config", config)
    text = (config / "center.toml").read_text().replace("[media]\n", OUTGOING)
    dial = f'name = "local"\ndial = "sip:127.0.0.1:{phones.port}"'
    (config / "center.toml").write_text(text.replace('name = "local"', dial))
    folder.mkdir(mode=0o700)
    centre = Installation(folder, children, config)
    async with AsyncExitStack() as life:
        life.push_async_callback(centre.close)
        await centre.start("1001")
        await add_person(centre.settings, "crm", Role.INTEGRATION, "")
        yield centre


async def test_a_program_asks_her_phone_rings_and_the_customer_answers(
    centre: Installation, broker: Broker, phones: PhoneBank
) -> None:
    await centre.phone(phones, "1001", AT_ONCE)
    page = await centre.agent("zhang_min")
    await page.must("station", station="1001")
    async with broker.client("crm", "cc/main/#") as crm:
        assert await crm.ask("dial", agent="zhang_min", number=WRITTEN) == {"ok": True}
        talking = await page.contact(state="talking", direction="outbound")
        assert talking["address"] == NUMBER
        agent, customer = sorted(phones.calls.values(), key=lambda call: call.line is None)
        assert customer.caller == "+861095598000"
        await eventually(lambda: near(agent.rtp.heard_hz(), CUSTOMER_HZ), "she hears the customer")
        await eventually(lambda: near(customer.rtp.heard_hz(), AGENT_HZ), "the customer hears her")
        customer.hang_up()
        await page.contact(state="wrap_up")
        await page.must("wrap_up", contact=talking["id"], disposition="reached")
        await eventually(lambda: centre.facts(facts.ContactEnded), "the contact is over")
        stored = [fact.state for fact in centre.facts(facts.RecordingChanged)]
        [ended] = centre.facts(facts.ContactEnded)
        assert ended.outcome is ContactOutcome.HANDLED and RecordingState.STARTED in stored
        assert not [raw for raw in crm.raw if NUMBER[3:].encode() in raw]
    assert centre.engine is not None and centre.desk is not None
    kept = [path.read_bytes() for path in centre.folder.rglob("journal.db*") if path.is_file()]
    kept += [centre.engine.text().encode(), centre.desk.text().encode()]
    assert kept and not [found for found in kept if NUMBER[3:].encode() in found]


def near(heard_hz: int, said_hz: int) -> bool:
    """Whether a tone is the one that was said."""
    return abs(heard_hz - said_hz) <= said_hz // 50 + 5
