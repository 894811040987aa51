"""Asking a colleague about a call in the browser, and talking all together: by button and by key."""

from __future__ import annotations

from playwright.async_api import expect

from contactcenter.model import events
from contactcenter.model.ids import AgentId, LegId, StationId
from contactcenter.model.words import Role
from tests.adapters.desk.house import House
from tests.adapters.desk.lines import agents_leg, call, register
from tests.browser.people import Agent, Browsers
from tests.stories.centre import ANNA, BO


async def at_the_phone(browsers: Browsers, house: House, agent: AgentId) -> Agent:
    """An agent is ready at a registered phone."""
    await register(house, StationId(f"{agent}-phone"))
    page = await browsers.signed_in("/console", str(agent), Role.AGENT, agent)
    await page.get_by_label(f"{agent}-phone").check()
    await page.get_by_role("button", name="Continue").click()
    person = Agent(page)
    await person.goes_ready()
    return person


async def answers(house: House) -> LegId:
    """The phone that rings is lifted."""
    leg = agents_leg(house)
    await house.engine.engine.submit(events.LegRinging(leg))
    await house.engine.engine.submit(events.LegAnswered(leg))
    return leg


async def test_she_asks_joins_all_and_leaves_them_alone(browsers: Browsers, house: House) -> None:
    anna = await at_the_phone(browsers, house, ANNA)
    await call(house)
    await answers(house)
    await anna.sees_state("In contact")
    bo = await at_the_phone(browsers, house, BO)
    await anna.page.keyboard.press("Alt+t")
    await anna.page.get_by_role("button", name="Ask Bo first").click()
    await expect(anna.page.get_by_text("Calling Bo; the customer hears music.")).to_be_visible()
    await answers(house)
    await expect(anna.page.get_by_role("button", name="Join all")).to_be_visible()
    await anna.page.keyboard.press("Alt+c")
    await expect(anna.page.get_by_text("You talk with the customer and Bo.")).to_be_visible()
    await expect(bo.page.get_by_text("You talk with the customer and Anna.")).to_be_visible()
    await anna.sees_state("In contact")
    await bo.sees_state("In contact")
    await anna.page.get_by_role("button", name="To the customer").click()
    await expect(anna.page.get_by_text("You talk with the customer; Bo hears music.")).to_be_visible()
    await anna.page.get_by_role("button", name="Join all").click()
    await anna.page.get_by_role("button", name="Leave them alone").click()
    await anna.sees_state("Wrap-up")
    await bo.sees_state("In contact")
    await expect(bo.page.get_by_text("You talk with the customer and Anna.")).to_have_count(0)


async def test_she_asks_whoever_of_the_queue_is_free(browsers: Browsers, house: House) -> None:
    anna = await at_the_phone(browsers, house, ANNA)
    await call(house)
    await answers(house)
    await anna.sees_state("In contact")
    await anna.page.keyboard.press("Alt+t")
    ask = anna.page.get_by_role("button", name="Ask Faults first")
    await ask.click()
    await expect(anna.page.get_by_role("alert")).to_contain_text("Nobody of this queue is free now")
    await at_the_phone(browsers, house, BO)
    await ask.click()
    await expect(anna.page.get_by_text("Calling Bo; the customer hears music.")).to_be_visible()
    await answers(house)
    await anna.page.get_by_role("button", name="Complete transfer").click()
    await anna.sees_state("Wrap-up")
