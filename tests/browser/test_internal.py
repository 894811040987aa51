"""Calling a colleague from the console: who can be chosen, by mouse and by keys, and what both see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, expect

from contactcenter.model import events
from contactcenter.model.ids import AgentId, LegId, StationId
from contactcenter.model.words import Role
from tests.adapters.desk.house import House, open_house
from tests.browser.people import Agent, Browsers
from tests.stories.centre import ANNA, BO, sealed
from tests.stories.test_internal import internal_config


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A centre whose agents may call each other; its lines are ours to answer."""
    async with open_house(internal_config()) as opened:
        yield opened


async def seated(browsers: Browsers, name: AgentId, ready: bool = True) -> Agent:
    """An agent at a registered phone."""
    station = f"{name}-phone"
    await browsers.house.engine.engine.submit(events.PhoneBound(StationId(station), sealed(f"sip:{name}")))
    page = await browsers.signed_in("/console", str(name), Role.AGENT, name)
    await page.get_by_label(station).check()
    await page.get_by_role("button", name="Continue").click()
    agent = Agent(page)
    if ready:
        await agent.goes_ready()
        await agent.sees_state("Ready")
    return agent


def choice(page: Page) -> Locator:
    """The list of colleagues who are free."""
    return page.get_by_label("Call a colleague")


def button(page: Page) -> Locator:
    """What calls the one who is chosen."""
    return page.get_by_role("button", name="Call the chosen colleague")


def line(house: House, name: AgentId) -> LegId:
    """The line of an agent's phone."""
    legs = house.engine.engine._center.calls.lines.legs
    return next(leg for leg, held in legs.items() if held.station == f"{name}-phone")


async def test_she_chooses_him_both_talk_and_either_may_end_it(browsers: Browsers, house: House) -> None:
    anna, bo = await seated(browsers, ANNA), await seated(browsers, BO)
    await expect(choice(anna.page).locator("option")).to_have_text(["Call a colleague", "Bo"])
    await expect(button(anna.page)).to_be_disabled()
    await choice(anna.page).select_option("Bo")
    await anna.sees_state("Ready")
    await button(anna.page).click()
    await anna.sees_state("Calling")
    await expect(anna.page.locator(".panel-head")).to_contain_text("Bo")
    await expect(anna.page.locator(".panel-head")).to_contain_text("Internal")
    await expect(choice(anna.page)).to_be_disabled()
    await house.engine.engine.submit(events.LegAnswered(line(house, ANNA)))
    await expect(bo.offer).to_contain_text("Anna")
    await house.engine.engine.submit(events.LegAnswered(line(house, BO)))
    await anna.sees_state("In contact")
    await bo.sees_state("In contact")
    await bo.page.get_by_role("button", name="Hang up").click()
    await bo.page.get_by_role("button", name="Really end?").click()
    await anna.sees_state("Ready")
    await bo.sees_state("Ready")


async def test_the_keys_go_through_the_list_and_call_nobody_before_they_confirm(
    browsers: Browsers, house: House
) -> None:
    anna, _ = await seated(browsers, ANNA), await seated(browsers, BO)
    await expect(choice(anna.page)).to_be_enabled()
    await choice(anna.page).focus()
    await anna.page.keyboard.press("ArrowDown")
    await expect(button(anna.page)).to_be_enabled()
    await anna.sees_state("Ready")
    await anna.page.keyboard.press("Tab")
    await expect(button(anna.page)).to_be_focused()
    await anna.page.keyboard.press("Enter")
    await anna.sees_state("Calling")


async def test_she_is_told_that_he_rejected_and_is_free_again(browsers: Browsers, house: House) -> None:
    anna, bo = await seated(browsers, ANNA), await seated(browsers, BO)
    await choice(anna.page).select_option("Bo")
    await button(anna.page).click()
    await anna.sees_state("Calling")
    await house.engine.engine.submit(events.LegAnswered(line(house, ANNA)))
    await bo.offer.get_by_role("button", name="Reject").click()
    await expect(anna.page.get_by_text("Nobody was reached: the call was refused.")).to_be_visible()
    await anna.sees_state("Ready")


async def test_who_is_not_ready_cannot_be_chosen_and_all_is_said_in_chinese_too(
    browsers: Browsers, house: House
) -> None:
    anna, bo = await seated(browsers, ANNA), await seated(browsers, BO, ready=False)
    await expect(choice(anna.page)).to_be_disabled()
    await expect(choice(anna.page)).to_have_text("No colleague is free")
    await anna.page.get_by_role("button", name="中文").click()
    await expect(anna.page.get_by_label("呼叫同事")).to_have_text("没有空闲的同事")
    await bo.goes_ready()
    chinese = anna.page.get_by_label("呼叫同事")
    await expect(chinese.locator("option")).to_have_text(["呼叫同事", "Bo"])
    await chinese.select_option("Bo")
    await anna.page.get_by_role("button", name="呼叫所选同事").click()
    await expect(anna.page.locator(".panel-head")).to_contain_text("内部通话")
