"""A real Chromium in front of a real centre: engine, journal, vault and desk in this process, pages in the browser.

A page fails its test when a script of ours throws, or when the Content-Security-Policy stops something.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import async_playwright

from tests.adapters.desk.house import House, open_house
from tests.browser.people import FLAGS, Browsers


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A centre without lines, its desk listening on a free port."""
    async with open_house() as opened:
        yield opened


@pytest.fixture
async def browsers(chromium: str, house: House) -> AsyncIterator[Browsers]:
    """A browser with separate profiles for separate people; at the end no page may have complained."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        people = Browsers(browser, house)
        yield people
        await browser.close()
    assert people.complaints == []
