"""What the desk promises whether it speaks through a broker or through none: the same stories on both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.model import facts
from contactcenter.model.entry import Entry
from tests.adapters.bus.broker import Broker
from tests.adapters.bus.test_bus import talk
from tests.adapters.desk.house import House, open_house
from tests.real.children import Children
from tests.stories.centre import ANNA


@pytest.fixture(params=["none", "mqtt", "a broker that is gone"])
async def house(
    request: pytest.FixtureRequest, private_dir: Path, children: Children, mosquitto: str
) -> AsyncIterator[House]:
    """A centre without lines, and with each kind of bus."""
    options = None
    if request.param != "none":
        broker = Broker(private_dir, children, mosquitto)
        options = broker.options()
        if request.param == "mqtt":
            broker.start()
    async with open_house(bus=options) as opened:
        yield opened


def entries(house: House) -> list[Entry]:
    """What was committed."""
    return list(house.engine.journal.load())


async def test_a_chat_is_queued_accepted_and_written(house: House) -> None:
    anna, visitor = await talk(house)
    await visitor.say(kind="end")
    ended = await anna.contact(state="wrap_up")
    await anna.must("wrap_up", contact=ended["id"], disposition=ended["dispositions"][0], note="done")
    outcomes = [
        fact.outcome for entry in entries(house) for fact in entry.facts if isinstance(fact, facts.ContactEnded)
    ]
    assert outcomes == ["handled"]


async def test_a_desk_that_starts_again_shows_the_same(house: House) -> None:
    anna = await house.agent(ANNA)
    await anna.must("not_ready", reason="break")
    before = house.desk.board.agent_pages()
    await house.restart_desk()
    again = [{**page, "since_at": 0} for page in house.desk.board.agent_pages()]
    assert again == [{**page, "since_at": 0} for page in before]
    assert house.desk.follower.sequence == len(entries(house))
