"""Passing a contact on in the browser: by button and by key, to a colleague who is found by name."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.people import Browsers
from tests.stories.centre import ANNA, BO


async def test_a_chat_goes_to_a_colleague_and_comes_back_to_the_queue(browsers: Browsers) -> None:
    anna = await browsers.agent(ANNA)
    visitor = await browsers.visitor()
    await visitor.queues()
    await anna.accepts()
    bo = await browsers.agent(BO)
    await anna.page.get_by_role("button", name="Transfer").click()
    await expect(anna.page.get_by_role("heading", name="Transfer to")).to_be_visible()
    await anna.page.get_by_label("Name of a colleague or a queue, or a number").fill("nobody of this name")
    await expect(anna.page.get_by_text("Nobody is found.")).to_be_visible()
    await anna.page.get_by_label("Name of a colleague or a queue, or a number").fill("bo")
    await expect(anna.page.get_by_role("button", name="Bo Ready")).to_be_visible()
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.get_by_role("heading", name="Transfer to")).to_have_count(0)
    await anna.sees_state("Wrap-up")
    await bo.accepts()
    await expect(bo.page.get_by_text("from Anna")).to_be_visible()
    await bo.page.keyboard.press("Alt+t")
    await bo.page.get_by_role("button", name="Faults 0 waiting").click()
    await bo.sees_state("Wrap-up")
