"""Calls and texts on the console: what rings, who it is, and the way back for who did not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from contactcenter.adapters.customers.directory import Customer, CustomerPhone
from contactcenter.model import events
from contactcenter.model.ids import CustomerId, LegId, StationId
from tests.adapters.desk.house import House, open_house
from tests.adapters.desk.lines import NUMBER, agents_leg, call, register
from tests.adapters.sms.carrier import FakeCarrier, fake_carrier, post_generic
from tests.browser.people import Agent, Browsers
from tests.stories.centre import ANNA, small_config

WANG = Customer(
    id=CustomerId("K1"),
    name="Wang Fang",
    names=("王芳",),
    phones=(CustomerPhone(NUMBER, "mobile"),),
    customer_class="residential",
    vip=1,
    notes="<i>Prefers the evening</i>",
)


@pytest.fixture
async def carrier() -> AsyncIterator[FakeCarrier]:
    """A carrier of text messages over real HTTP."""
    async with fake_carrier() as running:
        yield running


@pytest.fixture
async def house(carrier: FakeCarrier, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A house with a carrier; a test may say how long its phones ring, in ms."""
    ring_ms = getattr(request, "param", 60_000)
    async with open_house(small_config(ring_ms=ring_ms), carriers=(carrier.options("generic", "+8610"),)) as opened:
        yield opened


async def at_the_phone(browsers: Browsers) -> Agent:
    """Anna is ready at a registered phone."""
    await register(browsers.house, StationId("anna-phone"))
    anna = await browsers.agent(ANNA, ready=False)
    await anna.page.get_by_title("Change where calls ring").click()
    await expect(anna.page.locator(".station", has_text="anna-phone")).to_contain_text("Registered")
    await anna.page.get_by_label("anna-phone").check()
    await anna.page.get_by_role("button", name="Continue").click()
    await anna.goes_ready()
    await anna.sees_state("Ready")
    return anna


async def pick_up(house: House) -> None:
    """Anna lifts the receiver."""
    leg = agents_leg(house)
    await house.engine.engine.submit(events.LegRinging(leg))
    await house.engine.engine.submit(events.LegAnswered(leg))


async def test_a_call_is_answered_on_the_phone_and_shown_on_the_console(browsers: Browsers, house: House) -> None:
    await house.desk.customers.save([WANG], 1)
    anna = await at_the_phone(browsers)
    await call(house)
    await expect(anna.offer).to_contain_text("Answer on your phone")
    await expect(anna.offer.get_by_role("button", name="Accept")).to_have_count(0)
    await pick_up(house)
    await expect(anna.page.get_by_text("You are connected")).to_be_visible()
    sign_out = anna.page.get_by_role("button", name="Sign out")
    await sign_out.click()
    await sign_out.click()
    await expect(anna.page.get_by_text("End your call before you sign out")).to_be_visible()
    customer = anna.page.get_by_label("Customer", exact=True)
    await expect(customer).to_contain_text("Wang Fang")
    await expect(customer).to_contain_text("王芳")
    await expect(customer).to_contain_text("<i>Prefers the evening</i>")
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await anna.wraps_up("Solved", "fuse changed")
    await anna.sees_state("Ready")
    await house.desk.follower.written(house.engine.engine.head())
    await call(house, "again")
    await pick_up(house)
    await expect(anna.page.locator(".timeline")).to_contain_text("fuse changed")


@pytest.mark.parametrize("house", [1_500], indirect=True)
async def test_who_did_not_answer_is_one_click_from_ready(browsers: Browsers, house: House) -> None:
    anna = await at_the_phone(browsers)
    await call(house)
    await anna.sees_state("No answer")
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await anna.page.get_by_role("button", name="Back to ready").click()
    await anna.sees_state("Ready")


async def test_a_text_is_answered_and_its_delivery_marked(
    browsers: Browsers, house: House, carrier: FakeCarrier
) -> None:
    anna = await browsers.agent(ANNA)
    outside = house.browser()
    text = {"id": "1", "from": NUMBER, "to": "+8610", "text": "停电了 <b>", "at": 0}
    assert (await post_generic(outside, "inbound", text))[0] == 200
    await anna.accepts()
    await anna.reads("停电了 <b>")
    await anna.writes("我们马上来")
    [sent] = await carrier.texts(1)
    assert sent["text"] == "我们马上来"
    mark = anna.thread.locator(".bubble.mine .mark")
    await expect(mark).to_have_attribute("title", "Sent")
    await post_generic(outside, "status", {"id": sent["reference"], "status": "delivered"})
    await expect(mark).to_have_attribute("title", "Delivered")


async def test_a_text_is_parked_while_she_is_in_a_call_and_back_afterwards(browsers: Browsers, house: House) -> None:
    anna = await at_the_phone(browsers)
    text = {"id": "1", "from": NUMBER, "to": "+8610", "text": "no light", "at": 0}
    await post_generic(house.browser(), "inbound", text)
    await anna.accepts()
    await call(house)
    await pick_up(house)
    row = anna.page.locator(".contact-row", has_text="Parked")
    await expect(row).to_have_count(1)
    await row.click()
    await expect(anna.page.get_by_text("Parked while you are in the call")).to_be_visible()
    await house.engine.engine.submit(events.LegHungUp(LegId("caller")))
    await anna.page.locator(".contact-row", has_text="Wrap-up").click()
    await anna.wraps_up("Solved", "")
    await anna.reads("no light")
    await expect(anna.page.locator(".contact-row", has_text="Parked")).to_have_count(0)
