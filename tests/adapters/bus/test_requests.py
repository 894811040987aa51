"""What a program outside is told when the centre cannot look into its records."""

from __future__ import annotations

from typing import NoReturn

import msgspec

from contactcenter.adapters.bus.live import Live
from contactcenter.adapters.bus.requests import Requests
from contactcenter.adapters.bus.topics import Topics
from contactcenter.adapters.console.rights import BUS_REQUESTS
from contactcenter.adapters.dialling import Dialler, DialRules
from contactcenter.runtime.ports import StoreAway
from tests.adapters.desk.house import open_house


async def nobody_knows(name: str) -> NoReturn:
    """Whose role it is stands in records that cannot be read."""
    raise StoreAway("the database is away")


async def test_without_records_a_request_is_answered_and_not_carried_out() -> None:
    async with open_house() as house:
        desk = house.desk
        dialler = Dialler(house.link, DialRules("CN"))
        live = Live(desk.board, Topics("cc", "main"))
        requests = Requests(house.link, desk.follower.entries, live, BUS_REQUESTS, nobody_knows, dialler)
        told = msgspec.json.decode(await requests.answer("crm", "agent_ready", b'{"agent": "anna"}'))
        assert (told["ok"], told["code"]) == (False, "unavailable")
