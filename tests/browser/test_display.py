"""A supervisor's screen at a desk that only displays: it lives, says that it is old, and lives again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from contactcenter.model.words import Role
from tests.adapters.desk.displays import display
from tests.adapters.desk.house import House, open_house
from tests.adapters.shared_state.desks import options_of
from tests.browser.people import Browsers
from tests.real.redis import RedisProgram


@pytest.fixture
async def house(redis_server: RedisProgram) -> AsyncIterator[House]:
    """A centre without lines, whose desk tells others what it shows."""
    async with open_house(redis=options_of(redis_server)) as opened:
        yield opened


async def test_a_screen_says_when_its_figures_are_old(
    browsers: Browsers, house: House, redis_server: RedisProgram
) -> None:
    async with display(house, redis_server) as url:
        board = await browsers.signed_in(f"{url}/", "sue", Role.SUPERVISOR)
        await expect(board.get_by_text("Faults").first).to_be_visible()
        await expect(board.get_by_role("alert")).to_have_count(0)
        redis_server.kill()
        await expect(board.get_by_role("alert")).to_contain_text("these figures are old")
        await asyncio.to_thread(redis_server.start)
        await expect(board.get_by_role("alert")).to_have_count(0)


async def test_a_screen_offers_no_acts_that_it_could_not_carry_out(
    browsers: Browsers, house: House, redis_server: RedisProgram
) -> None:
    async with display(house, redis_server) as url:
        board = await browsers.signed_in(f"{url}/", "sue", Role.SUPERVISOR)
        await expect(board.get_by_text("Faults").first).to_be_visible()
        for act in ("Mode", "Callbacks", "Messages"):
            await expect(board.get_by_role("button", name=act, exact=True)).to_have_count(0)
        await expect(board.locator(".set-state")).to_have_count(0)
    board = await browsers.signed_in("/wallboard", "ada", Role.SUPERVISOR)
    for act in ("Mode", "Callbacks", "Messages"):
        await expect(board.get_by_role("button", name=act, exact=True)).to_have_count(1)
