"""The console by itself: signing in, states, the keyboard, one page at a time, and a screen that nobody looks at."""

from __future__ import annotations

from playwright.async_api import Page, expect

from contactcenter.model.words import Role
from tests.adapters.desk.house import House
from tests.browser.people import Browsers
from tests.stories.centre import ANNA


async def test_a_wrong_password_says_what_to_do(browsers: Browsers) -> None:
    page = await browsers.page("/console")
    await page.get_by_label("Name").fill("nobody")
    await page.get_by_label("Password").fill("guess")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("ask your supervisor")
    await expect(page.get_by_label("Name")).to_be_focused()


async def test_the_whole_sign_in_speaks_chinese(browsers: Browsers) -> None:
    page = await browsers.page("/console")
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("button", name="登录")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "zh")
    await page.reload()
    await expect(page.get_by_role("button", name="登录")).to_be_visible()


async def test_an_agent_picks_a_station_and_a_state(browsers: Browsers) -> None:
    anna = await browsers.agent(ANNA, ready=False)
    await expect(anna.page.get_by_role("heading", name="You are not ready")).to_be_visible()
    await anna.page.locator("#state-button").click()
    await anna.page.get_by_role("menuitemradio", name="Lunch").click()
    await anna.sees_state("Lunch")
    await anna.page.keyboard.press("Alt+s")
    await anna.sees_state("Ready")
    await anna.page.get_by_title("Change where calls ring").click()
    await anna.page.get_by_label("anna-phone").check()
    await anna.page.get_by_role("button", name="Continue").click()
    await expect(anna.page.get_by_text("Phone anna-phone is not registered")).to_be_visible()


async def test_the_newest_page_wins_and_the_older_says_so(browsers: Browsers) -> None:
    anna = await browsers.agent(ANNA)
    second = await anna.page.context.new_page()
    await second.goto(anna.page.url)
    await expect(second.locator("#state-button")).to_contain_text("Ready")
    await expect(anna.page.get_by_text("opened in another window")).to_be_visible()
    await anna.page.get_by_role("button", name="Use it here").click()
    await expect(second.get_by_text("opened in another window")).to_be_visible()


async def test_an_offer_never_takes_the_focus_from_who_writes(browsers: Browsers) -> None:
    anna = await browsers.agent(ANNA)
    first = await browsers.visitor("Mei")
    await first.queues()
    await expect(anna.offer).to_be_focused()
    await anna.page.keyboard.press("Alt+a")
    await anna.box.press_sequentially("I will ")
    second = await browsers.visitor("Bo")
    await second.queues()
    await expect(anna.offer).to_contain_text("Bo")
    await anna.page.keyboard.type("look it up")
    await expect(anna.box).to_have_value("I will look it up")
    await anna.page.keyboard.press("Alt+x")
    await expect(anna.offer).to_have_count(0)


async def hide(page: Page) -> None:
    """Put another tab in front, as a person does who reads elsewhere."""
    other = await page.context.new_page()
    await other.goto("about:blank")
    await other.bring_to_front()


async def test_a_hidden_page_keeps_the_agent_at_work(browsers: Browsers, house: House) -> None:
    anna = await browsers.agent(ANNA)
    await hide(anna.page)
    visitor = await browsers.visitor()
    await visitor.queues()
    await expect(anna.offer).to_contain_text("Mei")
    assert house.desk.desktop.agents[ANNA].console
    await anna.page.bring_to_front()
    await anna.accepts()
    await visitor.is_told("You are talking to Anna")


async def test_a_supervisor_is_shown_the_way_to_the_wallboard_and_the_reports(browsers: Browsers) -> None:
    page = await browsers.signed_in("/console", "sue", Role.SUPERVISOR)
    await page.get_by_role("link", name="Wallboard").click()
    await expect(page.get_by_text("No contacts yet")).to_be_visible()
    await page.get_by_role("link", name="Small").click()
    await page.get_by_role("link", name="Reports").click()
    await expect(page.get_by_role("link", name="Download CSV")).to_be_visible()


async def test_the_shortcuts_are_listed_by_a_question_mark(browsers: Browsers) -> None:
    anna = await browsers.agent(ANNA)
    await anna.page.keyboard.press("?")
    await expect(anna.page.get_by_role("dialog")).to_contain_text("Accept the offer")
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.get_by_role("dialog")).to_have_count(0)


async def test_who_signs_out_with_open_chats_is_told_and_asked(browsers: Browsers, house: House) -> None:
    anna = await browsers.agent(ANNA)
    visitor = await browsers.visitor()
    await visitor.queues()
    await anna.accepts()
    await anna.page.get_by_role("button", name="Sign out").click()
    await expect(anna.page.get_by_text("go back to their queues")).to_be_visible()
    await visitor.is_told("You are talking to Anna")
    await anna.page.get_by_role("button", name="Sign out").click()
    await expect(anna.page.get_by_label("Password")).to_be_visible()
    await visitor.is_told("You are number 1 in line")


async def test_signing_out_leaves_nobody_at_the_desk(browsers: Browsers, house: House) -> None:
    anna = await browsers.agent(ANNA)
    await anna.page.get_by_role("button", name="Sign out").click()
    await expect(anna.page.get_by_label("Password")).to_be_visible()
    assert house.desk.desktop.agents[ANNA].presence == "logged_out"


async def test_an_ended_session_leads_back_to_the_sign_in(browsers: Browsers, house: House) -> None:
    page = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await expect(page.get_by_text("No contacts yet")).to_be_visible()
    port = house.desk.port
    await house.desk_life.aclose()
    await page.context.clear_cookies()
    await house.start_desk(port)
    await expect(page.get_by_label("Password")).to_be_visible()
