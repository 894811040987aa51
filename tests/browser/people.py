"""What people do in the browser, in their words: agents at the console, visitors at the chat, eyes on the wallboard.

Waiting is always for something on the screen, never for a time.
"""

from __future__ import annotations

from urllib.parse import urljoin

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, expect

from contactcenter.model.ids import AgentId
from contactcenter.model.words import Role
from tests.adapters.desk.house import House

__all__ = ["FLAGS", "WAIT_MS", "Agent", "Browsers", "Visitor"]

WAIT_MS = 45_000  # generous: it bounds a hang on a loaded machine, it measures nothing
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-default-apps",
    "--autoplay-policy=no-user-gesture-required",
    '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"',
]

expect.set_options(timeout=WAIT_MS)


class Browsers:
    """Opens pages for people who do not share cookies."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser = browser
        self.house = house
        self.complaints: list[str] = []

    async def page(self, path: str) -> Page:
        """A fresh profile with one page of ours open: the desk's, unless the path names another server."""
        context = await self.browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 860})
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        await page.goto(urljoin(self.house.url, path))
        return page

    def _note(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    async def signed_in(self, path: str, name: str, role: Role, agent: AgentId | None = None) -> Page:
        """A page behind the sign-in form, with an account made for it."""
        password = await self.house.account(name, role, agent)
        page = await self.page(path)
        await page.get_by_label("Name").fill(name)
        await page.get_by_label("Password").fill(password)
        await page.get_by_role("button", name="Sign in").click()
        return page

    async def agent(self, agent: AgentId, ready: bool = True) -> Agent:
        """An agent without a phone at the console."""
        page = await self.signed_in("/console", str(agent), Role.AGENT, agent)
        await page.get_by_label("No phone").check()
        await page.get_by_role("button", name="Continue").click()
        at_work = Agent(page)
        if ready:
            await at_work.goes_ready()
            await at_work.sees_state("Ready")
        return at_work

    async def visitor(self, name: str = "Mei") -> Visitor:
        """A visitor who has just started a chat."""
        page = await self.page("/chat")
        await page.get_by_role("button", name="Chat with us").click()
        await page.get_by_label("Your name").fill(name)
        await page.get_by_role("button", name="Start chat").click()
        return Visitor(page)


class Agent:
    """The console as an agent uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.offer: Locator = page.get_by_role("alertdialog")
        self.thread: Locator = page.get_by_role("log")
        self.box: Locator = page.locator("#write")

    async def sees_state(self, words: str) -> None:
        """The state control reads so."""
        await expect(self.page.locator("#state-button")).to_contain_text(words)

    async def goes_ready(self) -> None:
        """Ask for contacts."""
        await self.page.get_by_role("button", name="Go ready").first.click()

    async def accepts(self) -> None:
        """Accept what rings."""
        await self.offer.get_by_role("button", name="Accept").click()
        await expect(self.box).to_be_visible()

    async def writes(self, text: str) -> None:
        """Write to the customer and see it in the thread."""
        await self.box.fill(text)
        await self.box.press("Enter")
        await expect(self.thread.locator(".bubble.mine:not(.unsent)", has_text=text)).to_be_visible()

    async def reads(self, text: str) -> None:
        """Find words of the customer in the thread."""
        await expect(self.thread.locator(".bubble.theirs", has_text=text)).to_be_visible()

    async def ends(self) -> None:
        """End the conversation: click, and confirm."""
        await self.page.get_by_role("button", name="End", exact=True).click()
        await self.page.get_by_role("button", name="Really end?").click()

    async def wraps_up(self, result: str, note: str) -> None:
        """Choose a result, write a note, finish."""
        await self.page.get_by_role("radio", name=result).check()
        await self.page.get_by_label("Note").fill(note)
        await self.page.get_by_role("button", name="Finish").click()


class Visitor:
    """The chat widget as a visitor uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log: Locator = page.get_by_role("log")
        self.box: Locator = page.get_by_role("textbox", name="Write a message")

    async def chooses(self, label: str) -> None:
        """Press a choice of the menu."""
        await self.page.get_by_role("button", name=label).click()

    async def writes(self, text: str) -> None:
        """Write, and see it confirmed."""
        await self.box.fill(text)
        await self.box.press("Enter")
        sent = self.log.locator("li.customer", has_text=text)
        await expect(sent).to_be_visible()
        await expect(sent.locator("small")).to_have_count(0)

    async def reads(self, text: str) -> None:
        """Find words of the centre in the chat."""
        await expect(self.log.locator("li:not(.customer)", has_text=text)).to_be_visible()

    async def is_told(self, text: str) -> None:
        """The line above the conversation reads so."""
        await expect(self.page.locator(".state")).to_contain_text(text)

    async def queues(self) -> None:
        """Go through the menu to the fault queue."""
        await self.chooses("Report a fault")
        await self.reads("What is your meter number?")
        await self.writes("4711")
