"""After-contact work on the console, by kind: more time for a timed one, a result for a mandatory one, or neither."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from contactcenter.model.words import WrapUpKind
from tests.adapters.desk.house import House, open_house
from tests.browser.people import Agent, Browsers, Visitor
from tests.stories.centre import ANNA, small_config


@pytest.fixture
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A centre whose queue asks for the kind of wrap-up that the test names."""
    async with open_house(small_config(wrap_up=request.param)) as opened:
        yield opened


async def talked(browsers: Browsers) -> tuple[Agent, Visitor]:
    """Anna has served a visitor and ended the chat."""
    anna = await browsers.agent(ANNA)
    visitor = await browsers.visitor()
    await visitor.queues()
    await anna.accepts()
    await anna.ends()
    return anna, visitor


@pytest.mark.parametrize("house", [WrapUpKind.TIMED], indirect=True)
async def test_more_time_is_taken_by_button_and_by_key_as_often_as_the_queue_allows(browsers: Browsers) -> None:
    anna, _ = await talked(browsers)
    await anna.page.get_by_role("button", name="More time (2 left)").click()
    await expect(anna.page.get_by_role("button", name="More time (1 left)")).to_be_visible()
    await anna.page.keyboard.press("Alt+e")
    await expect(anna.page.get_by_role("button", name="No more time can be taken")).to_be_disabled()
    await anna.wraps_up("Solved", "")
    await anna.sees_state("Ready")


@pytest.mark.parametrize("house", [WrapUpKind.MANDATORY], indirect=True)
async def test_a_mandatory_result_has_no_limit_and_must_be_chosen(browsers: Browsers) -> None:
    anna, _ = await talked(browsers)
    await expect(anna.page.get_by_role("heading", name="A result is needed")).to_be_visible()
    await expect(anna.page.locator(".countdown")).to_have_count(0)
    await expect(anna.page.get_by_role("button", name="Finish")).to_be_disabled()
    await anna.page.keyboard.press("1")
    await anna.page.keyboard.press("Alt+w")
    await anna.sees_state("Ready")


@pytest.mark.parametrize("house", [WrapUpKind.OPTIONAL], indirect=True)
async def test_an_optional_result_leaves_the_agent_free_and_may_still_be_written(browsers: Browsers) -> None:
    anna, _ = await talked(browsers)
    await anna.sees_state("Ready")
    await expect(anna.page.get_by_role("heading", name="You are free")).to_be_visible()
    await anna.wraps_up("Solved", "called the fitter")
    await expect(anna.page.get_by_role("heading", name="You are free")).to_have_count(0)
