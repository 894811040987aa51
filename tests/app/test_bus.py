"""A whole installation at a broker: what subscribers see when the desk is killed, and when the broker is."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from contactcenter.adapters.bus.catalogue import SHAPES, fact_message
from contactcenter.adapters.bus.published import KINDS, tell
from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.app.accounts import add_person
from contactcenter.app.places import Places
from contactcenter.model.words import Role
from tests.adapters.bus.broker import Broker, Listener
from tests.app.installation import Installation, eventually
from tests.real.children import Children

EVERYTHING, CENTRE = "cc/main/#", "cc/main/centre"
NUMBER, NAME, WORDS = "+8613912345678", "Li Wei", "The light is out"


@pytest.fixture
def broker(private_dir: Path, children: Children, mosquitto: str) -> Broker:
    """A broker that listens."""
    broker = Broker(private_dir, children, mosquitto)
    broker.start()
    return broker


@pytest.fixture
async def centre(
    private_dir: Path, children: Children, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    """An installation whose settings name the broker, as processes of its own."""
    monkeypatch.setenv("CONTACTCENTER__BUS__URL", f"mqtt://127.0.0.1:{broker.port}")
    monkeypatch.setenv("CONTACTCENTER__BUS__USERNAME", "centre")
    monkeypatch.setenv("CONTACTCENTER__BUS__PASSWORD", "env:BUS_PASSWORD")
    monkeypatch.setenv("BUS_PASSWORD", "centre-word")
    folder = private_dir / "var"
    folder.mkdir(mode=0o700)
    centre = Installation(folder, children)
    await centre.start()
    await add_person(centre.settings, "crm", Role.INTEGRATION, "")
    async with AsyncExitStack() as life:
        life.push_async_callback(centre.close)
        yield centre


def journal(centre: Installation) -> dict[tuple[int, int], object]:
    """What the journal holds, as the bus tells it."""
    reader = JournalReader(Places(centre.folder).journal)
    try:
        told = [msgspec.json.decode(payload) for entry in reader.load() for _, payload in tell(entry)]
    finally:
        reader.close()
    return {(fact["sequence"], fact["number"]): fact for fact in told}


async def everything(crm: Listener) -> dict[tuple[int, int], object]:
    """Read all facts from the beginning, as a subscriber does that has lost everything."""
    found: dict[tuple[int, int], object] = {}
    after, head = 0, 1
    while after < head:
        answer = await crm.ask("read_facts", after=after, limit=5)
        found |= {(fact["sequence"], fact["number"]): fact for fact in answer["facts"]}
        after, head = answer["upto"], answer["head"]
    return found


def conforms(crm: Listener) -> None:
    """Check every payload that was heard against its schema's own shape."""
    facts = {kind.__name__: fact_message(kind) for kind in KINDS}
    shapes = {"centre": "centre", "live": "queue-live", "state": "agent-state", "pop": "agent-pop"}
    for topic, content in crm.heard:
        last = topic.split("/")[-1]
        if "/facts/" in topic:
            msgspec.convert(content, facts[last], strict=True)
        elif last in shapes and "/request/" not in topic:
            msgspec.convert(content, SHAPES[shapes[last]], strict=True)


async def test_a_killed_desk_is_told_by_its_last_will_and_goes_on_where_it_was(
    centre: Installation, broker: Broker
) -> None:
    async with broker.client("crm", EVERYTHING) as crm:
        await crm.until(lambda: crm.on(CENTRE) and crm.on(CENTRE)[-1]["state"] == "online", "online")
        assert await centre.text(NUMBER, WORDS, "m1") == 200
        await crm.until(lambda: crm.on("cc/main/facts/VisitOpened"), "the first text waits")
        assert centre.desk is not None
        centre.desk.kill()
        await crm.until(lambda: crm.on(CENTRE)[-1]["state"] == "offline", "the last will")
        await centre.start_desk()
        await crm.until(lambda: crm.on(CENTRE)[-1]["state"] == "online", "online again")
        page = await centre.agent("zhang_min")
        await page.must("station", station=None)
        await page.must("ready")
        await crm.until(lambda: crm.on("cc/main/facts/PresenceChanged"), "she is ready")
        assert await everything(crm) == journal(centre)
        first = min(crm.facts())
        assert crm.facts().items() >= {at: fact for at, fact in journal(centre).items() if at >= first}.items()
        conforms(crm)
        for secret in (NUMBER[1:], WORDS, 'm1"'):
            assert not [raw for raw in crm.raw if secret.encode() in raw]


async def test_a_killed_broker_forgets_and_subscribers_read_again(centre: Installation, broker: Broker) -> None:
    async with broker.client("crm", EVERYTHING) as crm:
        await crm.until(lambda: crm.on(CENTRE) and crm.on(CENTRE)[-1]["state"] == "online", "online")
    broker.kill()
    for store in (broker.folder / "store").iterdir():
        os.unlink(store)
    assert await centre.text(NUMBER, WORDS, "m1") == 200
    visitor = await centre.visitor(NAME)
    await visitor.kind("welcome")
    broker.start()
    async with broker.client("crm", EVERYTHING) as crm:
        head = max(journal(centre))
        await crm.until(lambda: max(crm.facts(), default=(0, 0)) >= head, "what was missed")
        await crm.until(lambda: crm.on("cc/main/agent/zhang_min/state"), "states stand again")
        assert await everything(crm) == journal(centre)
        assert not [raw for raw in crm.raw if NAME.encode() in raw or NUMBER[1:].encode() in raw]


async def test_without_a_broker_the_desk_serves_and_says_so_once(centre: Installation, broker: Broker) -> None:
    desk = centre.desk
    assert desk is not None
    broker.kill()
    await eventually(lambda: "no broker" in desk.text(), "the loss is logged")
    assert await centre.text(NUMBER, WORDS, "m1") == 200
    assert desk.text().count("no broker") == 1 and "centre-word" not in desk.text()
