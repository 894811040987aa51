"""Modes on the wallboard: what will change is read first, everybody sees what holds, one click goes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from contactcenter.model.words import Role
from tests.adapters.desk.house import House, open_house
from tests.browser.people import Browsers
from tests.stories.centre import ANNA
from tests.stories.test_modes import config_with_modes


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house whose centre has modes."""
    async with open_house(config_with_modes()) as opened:
        yield opened


async def test_a_supervisor_switches_by_keyboard_and_goes_back(browsers: Browsers) -> None:
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await expect(board.get_by_role("button", name="Mode", exact=True)).to_be_visible()
    await board.keyboard.press("m")
    dialog = board.get_by_role("dialog", name="Switch mode")
    await dialog.get_by_label("Storm").check()
    await expect(dialog.get_by_text("Faults: welcome from queue_welcome to storm")).to_be_visible()
    await expect(dialog.get_by_text("Faults: wrap-up time from 60 s to 5 s")).to_be_visible()
    await dialog.get_by_label("For how long").select_option("60")
    await dialog.get_by_label("Why").fill("thunder")
    await board.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    banner = board.locator(".banner.mode")
    await expect(banner).to_contain_text("Whole centre: Storm")
    await expect(banner).to_contain_text("by sue")
    await expect(banner).to_contain_text("thunder")
    await banner.get_by_role("button", name="Back to Normal").click()
    await expect(banner).to_have_count(0)


async def test_an_agent_sees_the_mode_and_cannot_switch(browsers: Browsers) -> None:
    boss = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await boss.get_by_role("button", name="中文").click()
    await boss.get_by_role("button", name="模式", exact=True).click()
    await boss.get_by_label("范围").select_option("lights")
    await boss.get_by_label("Storm").check()
    await boss.get_by_role("button", name="立即切换").click()
    await expect(boss.locator(".banner.mode")).to_contain_text("Lights：Storm")
    board = await browsers.signed_in("/wallboard", "anna", Role.AGENT, ANNA)
    await expect(board.locator(".banner.mode")).to_contain_text("Lights: Storm")
    await expect(board.get_by_role("button", name="Mode", exact=True)).to_have_count(0)
    await board.keyboard.press("m")
    await expect(board.get_by_role("dialog")).to_have_count(0)
    await expect(board.locator(".banner.mode").get_by_role("button")).to_have_count(0)
