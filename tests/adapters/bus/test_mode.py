"""The mode on the bus: it stands for those who come later, and who switched it and why is told to nobody."""

from __future__ import annotations

from contactcenter.model.events import ModeAsked
from contactcenter.model.words import ModeSource
from tests.adapters.bus.broker import Broker
from tests.adapters.desk.house import open_house
from tests.stories.centre import FAULTS
from tests.stories.test_modes import config_with_modes

MODE = "cc/main/mode"


async def test_the_mode_stands_for_those_who_come_later(broker: Broker) -> None:
    async with open_house(config_with_modes(), bus=broker.options()) as house:
        async with broker.client("crm", "cc/main/#") as crm:
            await crm.until(lambda: bool(crm.on(MODE)), "a mode is told from the start")
            assert crm.on(MODE)[0] == {"mode": "normal", "since_at": None, "until_at": None, "queues": {}}
            for queue, mode in ((None, "storm"), (FAULTS, "evacuated")):
                asked = ModeAsked(queue, mode, "sue-who-rules", ModeSource.API, "thunder")
                assert not (await house.engine.engine.submit(asked)).rejected
            await crm.until(lambda: crm.on(MODE)[-1]["queues"] == {"faults": "evacuated"}, "both modes")
            await crm.until(lambda: len(crm.on("cc/main/facts/ModeChanged")) == 2, "both facts")
            everything = b"\n".join(crm.raw)
        async with broker.client("wallboard", "cc/main/#") as wallboard:
            await wallboard.until(lambda: MODE in wallboard.retained, "the state")
            state = wallboard.on(MODE)[0]
    assert state["mode"] == "storm" and state["until_at"] - state["since_at"] == 4 * 3_600_000
    assert b"sue-who-rules" not in everything and b"thunder" not in everything
