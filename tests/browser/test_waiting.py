"""A queue in need, on the screens: visitors read what the recipe says, the wallboard shows a reserve that is called."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from contactcenter.model.recipes import Announce, Close, RecipeStep
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.words import Role
from tests.adapters.desk.house import House, open_house
from tests.browser.people import Browsers, Visitor
from tests.stories.centre import small_config

WITH_RECIPE = small_config(
    recipe=(RecipeStep(1_000, Announce(("menu_wrong_key",))), RecipeStep(3_000, Close(("all_full",))))
)
WITH_RESERVE = small_config(reserve=ReserveConfig("fault > 9", waiting=2, until_waiting=1))


@pytest.fixture
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A centre with the configuration that the test names."""
    async with open_house(request.param) as opened:
        yield opened


@pytest.mark.parametrize("house", [WITH_RECIPE], indirect=True, ids=["recipe"])
async def test_a_visitor_reads_what_the_recipe_says_and_that_nobody_will_answer(browsers: Browsers) -> None:
    visitor = await browsers.visitor()
    await visitor.queues()
    await visitor.reads("Please choose one of these.")
    await visitor.reads("We are sorry.")
    await visitor.is_told("The chat has ended")


async def leaves(visitor: Visitor) -> None:
    """The visitor ends the chat."""
    await visitor.page.get_by_role("button", name="End chat").click()
    await visitor.page.get_by_role("button", name="Really end?").click()


@pytest.mark.parametrize("house", [WITH_RESERVE], indirect=True, ids=["reserve"])
async def test_the_wallboard_shows_that_the_reserve_is_called_until_the_queue_is_at_ease(browsers: Browsers) -> None:
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    called = board.locator('[data-figure="reserve"]')
    first = await browsers.visitor("Mei")
    await first.queues()
    await expect(board.locator('[data-figure="waiting"]')).to_have_text("1")
    await expect(called).to_have_count(0)
    second = await browsers.visitor("Li")
    await second.queues()
    await expect(called).to_have_text("Reserve called")
    await leaves(first)
    await expect(board.locator('[data-figure="waiting"]')).to_have_text("1")
    await expect(called).to_have_count(1)
    await leaves(second)
    await expect(called).to_have_count(0)
