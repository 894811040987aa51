"""Callbacks in the browser: a visitor asks, a supervisor sees whom we owe a call, an agent meets a machine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Page, expect

from contactcenter.model import events
from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.ids import StationId
from contactcenter.model.words import LegRole, Role
from tests.adapters.desk.house import House, open_house
from tests.browser.people import Browsers
from tests.browser.test_dial import line
from tests.stories.centre import ANNA, sealed, small_config

NUMBER = "+8613912345678"
ALWAYS = ((0, 2**52),)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A centre that calls back whoever asks for it on its page."""
    usual = small_config(callback=CallbackConfig(web=True))
    outgoing = OutgoingConfig("carrier", "+861095598000")
    config = msgspec.structs.replace(usual, outgoing=outgoing, callback_hours=ALWAYS)
    async with open_house(config, dial_prefixes=("+86",)) as opened:
        yield opened


async def asks(browsers: Browsers, number: str) -> Page:
    """A visitor writes a number into the form of the chat page."""
    page = await browsers.page("/chat")
    await page.get_by_label("Your telephone number").fill(number)
    await page.get_by_role("button", name="Call me").click()
    return page


async def test_a_supervisor_sees_whom_we_owe_a_call_and_takes_it_off_the_list(browsers: Browsers) -> None:
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await board.get_by_role("button", name="Callbacks").click()
    dialog = board.get_by_role("dialog", name="Callbacks")
    await expect(dialog.get_by_text("Nobody waits for a call.")).to_be_visible()
    page = await asks(browsers, "139 1234 5678")
    await expect(page.get_by_role("status")).to_have_text("We will call you. You are about number 1 in line.")
    await expect(dialog.get_by_role("row", name=NUMBER)).to_contain_text("in line")
    await dialog.get_by_role("button", name=f"Call {NUMBER} now").click()
    await dialog.get_by_role("button", name=f"Call {NUMBER} now").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("goes before all others already")
    await dialog.get_by_role("button", name=f"Cancel the callback to {NUMBER}").click()
    await expect(dialog.get_by_text("Nobody waits for a call.")).to_be_visible()


async def test_a_visitor_is_told_why_a_number_is_not_called(browsers: Browsers) -> None:
    page = await asks(browsers, "110")
    await expect(page.get_by_role("status")).to_contain_text("This is no telephone number")


async def test_an_agent_says_that_a_machine_answered_and_the_customer_is_called_later(
    browsers: Browsers, house: House
) -> None:
    await house.engine.engine.submit(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna")))
    anna = await browsers.signed_in("/console", str(ANNA), Role.AGENT, ANNA)
    await anna.get_by_label("anna-phone").check()
    await anna.get_by_role("button", name="Continue").click()
    await anna.get_by_role("button", name="Go ready").first.click()
    await expect(anna.locator("#state-button")).to_contain_text("Ready")
    await asks(browsers, NUMBER)
    await expect(anna.get_by_role("alertdialog")).to_be_visible()
    await house.engine.engine.submit(events.LegAnswered(line(house, LegRole.AGENT)))
    await house.engine.engine.submit(events.LegAnswered(line(house, LegRole.CALLED)))
    await anna.get_by_role("button", name="Machine").click()
    await expect(anna.locator("#state-button")).to_contain_text("Ready")
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await board.get_by_role("button", name="Callbacks").click()
    await expect(board.get_by_role("row", name=NUMBER)).to_contain_text("later")
