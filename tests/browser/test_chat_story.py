"""A chat from the widget to the wrap-up, on both screens at once, and what neither side may lose on the way."""

from __future__ import annotations

from playwright.async_api import Page, expect

from contactcenter.model.words import Role
from tests.adapters.desk.house import House
from tests.browser.people import Agent, Browsers, Visitor
from tests.stories.centre import ANNA

XSS = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


async def talking(browsers: Browsers, name: str = "Mei") -> tuple[Agent, Visitor]:
    """Anna and a visitor who were brought together by the flow and the queue."""
    anna = await browsers.agent(ANNA)
    visitor = await browsers.visitor(name)
    await visitor.queues()
    await anna.accepts()
    await visitor.is_told("You are talking to Anna")
    return anna, visitor


async def test_a_chat_is_queued_accepted_written_and_wrapped_up(browsers: Browsers) -> None:
    anna = await browsers.agent(ANNA)
    visitor = await browsers.visitor()
    await visitor.reads("How can we help?")
    await visitor.queues()
    await expect(anna.offer).to_contain_text("Mei")
    await expect(anna.offer).to_contain_text("Report a fault")
    await anna.accepts()
    await anna.reads("4711")
    await visitor.is_told("You are talking to Anna")
    await anna.writes("Good morning, is the whole flat dark?")
    await visitor.reads("Good morning, is the whole flat dark?")
    await visitor.writes("Yes, all of it")
    await anna.reads("Yes, all of it")
    await anna.ends()
    await visitor.is_told("The chat has ended")
    await anna.sees_state("Wrap-up")
    await anna.wraps_up("Solved", "fuse changed")
    await anna.sees_state("Ready")
    await expect(anna.page.get_by_text("You are ready")).to_be_visible()


async def test_a_visitor_may_end_the_chat_and_begin_another(browsers: Browsers) -> None:
    anna, visitor = await talking(browsers)
    await visitor.page.get_by_role("button", name="End chat").click()
    await visitor.page.get_by_role("button", name="Really end?").click()
    await visitor.is_told("The chat has ended")
    await anna.wraps_up("Solved", "asked about the bill")
    await anna.sees_state("Ready")
    await visitor.page.get_by_role("button", name="New chat").click()
    await visitor.page.get_by_role("button", name="Start chat").click()
    await visitor.reads("How can we help?")
    await expect(visitor.log.locator("li")).to_have_count(1)


async def test_a_reload_of_the_visitors_page_loses_nothing(browsers: Browsers) -> None:
    anna, visitor = await talking(browsers)
    await visitor.box.fill("half a sent")
    await visitor.page.reload()
    await anna.writes("Are you still there?")
    await visitor.reads("How can we help?")
    await visitor.reads("Are you still there?")
    await expect(visitor.box).to_have_value("half a sent")
    await visitor.writes("I am")
    await anna.reads("I am")


async def test_a_reload_of_the_console_loses_nothing(browsers: Browsers) -> None:
    anna, visitor = await talking(browsers)
    await anna.writes("One moment")
    await anna.box.fill("I see that your ")
    await anna.page.get_by_label("Note").fill("called twice")
    await anna.page.reload()
    await visitor.writes("Take your time")
    await anna.reads("4711")
    await anna.reads("Take your time")
    await expect(anna.box).to_have_value("I see that your ")
    await expect(anna.page.get_by_label("Note")).to_have_value("called twice")
    await anna.sees_state("In contact")


async def test_a_text_written_while_the_desk_is_down_arrives_once(browsers: Browsers, house: House) -> None:
    anna, visitor = await talking(browsers)
    port = house.desk.port
    await house.desk_life.aclose()
    await expect(anna.page.get_by_text("Connection lost")).to_be_visible()
    await anna.box.fill("The team is on its way")
    await anna.box.press("Enter")
    await visitor.box.fill("Hello?")
    await visitor.box.press("Enter")
    await expect(anna.thread.locator(".unsent")).to_be_visible()
    await house.start_desk(port)
    await visitor.reads("The team is on its way")
    await anna.reads("Hello?")
    await expect(anna.thread.locator(".unsent")).to_have_count(0)
    await expect(visitor.log.get_by_text("The team is on its way")).to_have_count(1)
    await expect(anna.thread.get_by_text("Hello?")).to_have_count(1)


async def test_words_from_outside_are_shown_as_text(browsers: Browsers) -> None:
    anna, visitor = await talking(browsers, name=XSS[:70])
    await visitor.writes(XSS)
    await anna.reads(XSS)
    await expect(anna.page.locator(".panel-head")).to_contain_text("<img src=x")
    await anna.writes(XSS)
    await visitor.reads(XSS)
    for page in (anna.page, visitor.page):
        assert await page.locator("img").count() == 0
        assert "owned" not in await page.title()


async def sees_waiting(board: Page, count: str) -> None:
    """The wallboard shows how many wait."""
    await expect(board.locator('[data-figure="waiting"]')).to_have_text(count)


async def test_the_wallboard_shows_the_chat_live(browsers: Browsers) -> None:
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await expect(board.get_by_text("No contacts yet")).to_be_visible()
    visitor = await browsers.visitor()
    await visitor.queues()
    await sees_waiting(board, "1")
    anna = await browsers.agent(ANNA, ready=False)
    await anna.goes_ready()
    await anna.accepts()
    await anna.writes("We come at once")
    await sees_waiting(board, "0")
    tile = board.locator('[data-agent="anna"]')
    await expect(tile).to_contain_text("In contact")
    await anna.ends()
    await expect(tile).to_contain_text("Wrap-up")
    await expect(board.get_by_role("img", name="Service level 100 %")).to_be_visible()


async def test_old_figures_are_marked_and_come_back_to_life(browsers: Browsers, house: House) -> None:
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await expect(board.get_by_text("No contacts yet")).to_be_visible()
    port = house.desk.port
    await house.desk_life.aclose()
    await expect(board.get_by_role("alert")).to_contain_text("these figures are old")
    await house.start_desk(port)
    await expect(board.get_by_role("alert")).to_have_count(0)


async def test_the_reports_show_what_was_done(browsers: Browsers) -> None:
    anna, visitor = await talking(browsers)
    await visitor.writes("Thank you")
    await anna.ends()
    await anna.wraps_up("Solved", "")
    await anna.sees_state("Ready")
    page = await browsers.signed_in("/reports", "sue", Role.SUPERVISOR)
    await expect(page.get_by_role("row", name="Faults chat")).to_be_visible()
    await page.get_by_role("button", name="Contacts").click()
    await expect(page.get_by_role("cell", name="solved")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download CSV").click()
    assert (await download.value).suggested_filename == "contacts.csv"


async def test_a_supervisor_asks_why_a_contact_went_where_it_went(browsers: Browsers) -> None:
    anna, _ = await talking(browsers)
    await anna.ends()
    page = await browsers.signed_in("/reports", "sue", Role.SUPERVISOR)
    await page.get_by_role("button", name="Contacts").click()
    await page.get_by_title("Show who could have been asked, and why").first.click()
    dialog = page.get_by_role("dialog")
    # A process of its own reads the journal: on a full machine it takes long to begin.
    await expect(dialog.get_by_role("heading", name="anna: Accepted")).to_be_visible(timeout=90_000)
    await expect(dialog.get_by_role("row", name="Anna")).to_contain_text("asked")
    await expect(dialog.get_by_role("row", name="Bo")).to_have_count(0)
    await dialog.get_by_label("Show who was signed out or lacks the skill too").check()
    await expect(dialog.get_by_role("row", name="Bo")).to_contain_text("Signed out")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
