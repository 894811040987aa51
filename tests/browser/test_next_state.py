"""The next state on the screen: the choice of a busy agent, the last one winning, and that of a supervisor."""

from __future__ import annotations

from playwright.async_api import expect

from contactcenter.model.words import Role
from tests.browser.people import Agent, Browsers
from tests.stories.centre import ANNA


async def chatting(browsers: Browsers) -> Agent:
    """Anna is in a chat."""
    anna = await browsers.agent(ANNA)
    visitor = await browsers.visitor()
    await visitor.queues()
    await anna.accepts()
    return anna


async def chooses(anna: Agent, words: str) -> None:
    """Choose a state from the menu."""
    await anna.page.locator("#state-button").click()
    await anna.page.get_by_role("menuitemradio", name=words).click()


async def test_what_is_chosen_in_a_chat_is_shown_as_next_and_the_last_choice_holds(browsers: Browsers) -> None:
    anna = await chatting(browsers)
    await chooses(anna, "Sign out then")
    await expect(anna.page.locator(".next")).to_contain_text("Signed out")
    await chooses(anna, "Lunch")
    await expect(anna.page.locator(".next")).to_contain_text("Lunch")
    await anna.sees_state("In contact")
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await expect(board.locator("[data-agent=anna]")).to_contain_text("then Lunch")
    await anna.ends()
    await anna.wraps_up("Solved", "")
    await anna.sees_state("Lunch")


async def test_a_supervisor_sets_a_state_from_the_wallboard(browsers: Browsers) -> None:
    anna = await chatting(browsers)
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await board.get_by_label("Set the state of Anna").select_option(label="Meeting")
    await expect(anna.page.locator(".next")).to_contain_text("Meeting (set by sue)")
    await anna.page.keyboard.press("Alt+s")
    await expect(anna.page.locator(".next")).to_contain_text("Ready")
    await anna.ends()
    await anna.wraps_up("Solved", "")
    await anna.sees_state("Ready")


async def test_agents_see_the_wallboard_without_the_means_to_set_states(browsers: Browsers) -> None:
    anna = await browsers.agent(ANNA)
    await anna.page.goto(f"{browsers.house.url}/wallboard")
    await expect(anna.page.locator("[data-agent=anna]")).to_be_visible()
    await expect(anna.page.get_by_label("Set the state of Anna")).to_have_count(0)
