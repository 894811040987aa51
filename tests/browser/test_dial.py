"""Calling a customer from the console: the field, the keys, the button beside a number, and why nobody was reached."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import expect

from contactcenter.adapters.customers.directory import Customer, CustomerPhone
from contactcenter.model import events
from contactcenter.model.config import OutgoingConfig
from contactcenter.model.ids import CustomerId, LegId, StationId
from contactcenter.model.words import LegRole, Role
from tests.adapters.desk.house import House, open_house
from tests.browser.people import Agent, Browsers
from tests.stories.centre import ANNA, sealed, small_config

NUMBER = "+8613912345678"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A centre that may call out; its lines are ours to answer."""
    config = msgspec.structs.replace(small_config(), outgoing=OutgoingConfig("carrier", "+861095598000"))
    async with open_house(config, dial_prefixes=("+86",)) as opened:
        yield opened


async def seated(browsers: Browsers) -> Agent:
    """Anna at her registered phone, not ready."""
    await browsers.house.engine.engine.submit(events.PhoneBound(StationId("anna-phone"), sealed("sip:anna")))
    page = await browsers.signed_in("/console", str(ANNA), Role.AGENT, ANNA)
    await page.get_by_label("anna-phone").check()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="You are not ready")).to_be_visible()
    return Agent(page)


def line(house: House, role: LegRole) -> LegId:
    """The line of a role that lives."""
    legs = house.engine.engine._center.calls.lines.legs
    return next(name for name, leg in legs.items() if leg.role is role)


async def test_she_types_a_number_and_talks_and_wraps_up(browsers: Browsers, house: House) -> None:
    anna = await seated(browsers)
    await anna.page.keyboard.press("Alt+d")
    await anna.page.keyboard.type("139 1234 5678")
    await anna.page.keyboard.press("Enter")
    await anna.sees_state("Calling")
    await expect(anna.page.locator(".panel-head")).to_contain_text(f"{NUMBER} · Outgoing")
    await expect(anna.page.get_by_label("Number to call")).to_have_value("")
    await expect(anna.page.get_by_text("Lift your phone")).to_be_visible()
    await house.engine.engine.submit(events.LegAnswered(line(house, LegRole.AGENT)))
    called = line(house, LegRole.CALLED)
    await house.engine.engine.submit(events.LegAnswered(called))
    await anna.sees_state("In contact")
    wallboard = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await expect(wallboard.locator("[data-agent=anna]")).to_contain_text("In contact · Outgoing")
    await house.engine.engine.submit(events.LegHungUp(called))
    await anna.sees_state("Wrap-up")
    await anna.page.get_by_role("button", name="Finish").click()
    await anna.sees_state("Signed in")


async def test_she_is_told_why_nobody_was_reached(browsers: Browsers, house: House) -> None:
    anna = await seated(browsers)
    field = anna.page.get_by_label("Number to call")
    await field.fill("110")
    await field.press("Enter")
    await expect(anna.page.get_by_text("This is no telephone number")).to_be_visible()
    await field.fill(NUMBER)
    await anna.page.get_by_role("button", name="Call", exact=True).click()
    await anna.sees_state("Calling")
    await house.engine.engine.submit(events.LegAnswered(line(house, LegRole.AGENT)))
    await house.engine.engine.submit(events.LegFailed(line(house, LegRole.CALLED), 486))
    await expect(anna.page.get_by_text("Nobody was reached: busy.")).to_be_visible()
    await anna.sees_state("Signed in")


async def test_she_calls_the_customer_who_writes_by_the_button_beside_the_number(
    browsers: Browsers, house: House
) -> None:
    li = Customer(id=CustomerId("K/1"), name="Li Wei", phones=(CustomerPhone(NUMBER),))
    await house.desk.customers.save([li], 1)
    anna = await seated(browsers)
    await anna.goes_ready()
    visitor = await house.visitor(name="Mei", number=NUMBER)
    await visitor.say(kind="choose", key="1")
    await visitor.wait(lambda page: page.get("text") == "What is your meter number?")
    await visitor.say(kind="text", id="meter", text="4711")
    await anna.accepts()
    await anna.page.get_by_role("button", name=f"Call {NUMBER}").click()
    await expect(anna.page.locator(".contact-row", has_text="Outgoing")).to_contain_text("Li Wei")
    await expect(anna.page.get_by_role("button", name=f"Call {NUMBER}")).to_have_count(0)
