"""Anyone on a website may ask to be called, where that is set: checked, limited, and told the place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.adapters.desk.house import House, open_house
from tests.stories.callbacks import callback_config

NUMBER = "+8613912345678"
ALWAYS = ((0, 2**52),)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house whose website may ask, for Chinese numbers."""
    async with open_house(callback_config(hours=ALWAYS, web=True), dial_prefixes=("+86",), region="CN") as opened:
        yield opened


async def ask(browser: aiohttp.ClientSession, **asked: Any) -> tuple[int, Any]:
    """Ask to be called; return the status and what is said."""
    async with browser.post("/channels/callback", json={"queue": "faults", **asked}) as answer:
        return answer.status, await answer.json()


async def test_a_visitor_asks_and_is_told_the_place(house: House) -> None:
    browser = house.browser(Origin=house.url)
    async with browser.get("/channels/callback") as answer:
        assert await answer.json() == {"queues": [{"id": "faults", "name": "Faults"}]}
    assert await ask(browser, number="139 1234 5678", language="en") == (200, {"place": 1})
    await house.live()
    (row,) = house.desk._callbacks._promised.rows()
    assert row.number is not None
    assert await ask(browser, number="13912345679", language="xx") == (200, {"place": 2})
    status, told = await ask(browser, number=NUMBER)
    assert (status, told["error"]) == (409, "This number is called already: please wait for our call.")


@pytest.mark.parametrize(("number", "status"), [("+4420 7946 0958", 422), ("12", 422), ("", 400), ("9" * 41, 400)])
async def test_numbers_that_may_not_be_called_are_refused(house: House, number: str, status: int) -> None:
    assert (await ask(house.browser(), number=number))[0] == status


async def test_a_queue_that_takes_no_requests_is_not_there(house: House) -> None:
    assert (await ask(house.browser(), queue="sales", number=NUMBER))[0] == 404


async def test_a_foreign_website_is_refused(house: House) -> None:
    assert (await ask(house.browser(Origin="https://elsewhere.example"), number=NUMBER))[0] == 403


async def test_a_number_and_a_source_have_their_limits(house: House) -> None:
    browser = house.browser()
    statuses = [(await ask(browser, number=NUMBER))[0] for _ in range(5)]
    assert statuses == [200, 409, 409, 429, 429]
    statuses = [(await ask(browser, number=f"+861391234{last:04}"))[0] for last in range(6)]
    assert statuses == [200] * 5 + [429]
