"""Pages that nobody looks at, and a chat on somebody else's site."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from playwright.async_api import expect

from contactcenter.adapters.console import socket
from contactcenter.adapters.console.options import ConsoleOptions
from tests.adapters.desk.house import TEXTS, House, open_house
from tests.browser.people import Browsers, Visitor
from tests.real.ports import free_ports
from tests.stories.centre import ANNA, small_config

SITE = '<!doctype html><title>Somebody</title><body><h1>Our shop</h1><script src="{url}/widget.js"></script>'


@pytest.fixture
async def site() -> AsyncIterator[tuple[str, dict[str, str]]]:
    """A website that is not ours: its address, and the pages it shows."""
    port, pages = free_ports(), {"/": ""}

    async def show(request: web.Request) -> web.Response:
        return web.Response(text=pages[request.path], content_type="text/html")

    application = web.Application()
    application.router.add_get("/", show)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}", pages
    await runner.cleanup()


@pytest.fixture
async def house(site: tuple[str, dict[str, str]]) -> AsyncIterator[House]:
    """A house whose chat may be put on that site."""
    console = ConsoleOptions(port=0, texts=TEXTS, chat_origins=(site[0],))
    async with open_house(small_config(text_ring_ms=30_000), console=console) as opened:
        yield opened


async def test_a_frozen_page_keeps_its_agent_because_no_timer_of_the_page_counts(
    browsers: Browsers, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "PING_S", 0.1)
    monkeypatch.setattr(socket, "LOST_S", 1.0)
    anna = await browsers.agent(ANNA)
    browser = await anna.page.context.new_cdp_session(anna.page)
    await browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    await asyncio.sleep(3.0)  # three times what a page may be silent
    assert house.desk.desktop.agents[ANNA].console
    assert house.desk.desktop.agents[ANNA].presence == "ready"
    visitor = await browsers.visitor()
    await visitor.queues()
    await browser.send("Page.setWebLifecycleState", {"state": "active"})
    await anna.accepts()
    await visitor.is_told("You are talking to Anna")


async def test_one_tag_puts_the_chat_on_another_site(
    browsers: Browsers, house: House, site: tuple[str, dict[str, str]]
) -> None:
    address, pages = site
    pages["/"] = SITE.format(url=house.url)
    page = await browsers.page("/chat")
    await page.goto(address)
    launcher = page.get_by_role("button", name="Chat with us")
    await expect(launcher).to_have_css("position", "fixed")  # its looks came too
    await launcher.click()
    await page.get_by_role("button", name="Start chat").click()
    visitor = Visitor(page)
    await visitor.queues()
    anna = await browsers.agent(ANNA, ready=False)
    await anna.goes_ready()
    await anna.accepts()
    await anna.writes("Good morning")
    await visitor.reads("Good morning")
