"""A message on the screens: counted on the wallboard, offered, listened to, and closed with a result."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import expect

from contactcenter.media import wav
from contactcenter.media.g711 import Law, encode
from contactcenter.media.tone import tone
from contactcenter.model import events
from contactcenter.model.ids import AgentId, LegId, RecordingId, StationId
from contactcenter.model.words import Role
from tests.adapters.desk.house import House, open_house
from tests.browser.people import Agent, Browsers
from tests.stories.callbacks import OUTGOING
from tests.stories.centre import ANNA, BO, sealed
from tests.stories.voicemail import SPOKEN_MS, voicemail_config

NUMBER = "+8613912345678"
CALLER = LegId("caller")
KNOWS_LENGTH = "audio => audio.readyState || new Promise(then => audio.addEventListener('loadedmetadata', then))"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A centre that takes messages and may call out; its lines are ours to answer."""
    config = msgspec.structs.replace(voicemail_config(), outgoing=OUTGOING)
    async with open_house(config, dial_prefixes=("+86",)) as opened:
        yield opened


async def leaves_message(house: House, with_sound: bool = True) -> None:
    """A caller presses 5, speaks after the tone, and hangs up."""
    engine = house.engine.engine
    of = await house.link.address(NUMBER)
    await engine.submit(events.CallArrived(CALLER, "trunk", "200", of.sealed, of.key, of.person, of.sealed))
    await engine.submit(events.LegAnswered(CALLER))
    await engine.submit(events.KeyPressed(CALLER, "5"))
    (call,) = engine._center.calls.lines.calls.values()
    assert call.play is not None
    await engine.submit(events.PlaybackEnded(CALLER, call.play))
    ((recording, session),) = engine._center.recordings._sessions.items()
    if with_sound:
        path = house.folder / "recordings" / session.name
        path.parent.mkdir(parents=True)
        samples = tone(400, SPOKEN_MS)
        path.write_bytes(wav.header(wav.WavFormat.ULAW, 1, samples.size) + encode(samples, Law.ULAW))
    await engine.submit(events.LegHungUp(CALLER))
    await engine.submit(events.RecordingStored(RecordingId(recording), SPOKEN_MS, 8 * SPOKEN_MS, "digest"))


async def seated(browsers: Browsers, name: AgentId = ANNA) -> Agent:
    """An agent at her registered phone, ready."""
    phone = StationId(f"{name}-phone")
    await browsers.house.engine.engine.submit(events.PhoneBound(phone, sealed(f"sip:{name}")))
    page = await browsers.signed_in("/console", str(name), Role.AGENT, name)
    await page.get_by_label(phone).check()
    await page.get_by_role("button", name="Continue").click()
    agent = Agent(page)
    await agent.goes_ready()
    return agent


async def test_she_listens_to_a_message_and_closes_it(browsers: Browsers, house: House) -> None:
    await leaves_message(house)
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await expect(board.locator('[data-figure="messages"]')).to_have_text("messages: 1")
    await expect(board.locator('[data-figure="waiting"]')).to_have_text("0")

    anna = await seated(browsers)
    await expect(anna.offer).to_contain_text("Message left by a caller")
    await anna.offer.get_by_role("button", name="Accept").click()
    await expect(anna.page.get_by_text("A message from a caller who did not wait · 0:12")).to_be_visible()
    player = anna.page.get_by_label("Listen to the message")
    await expect(player).to_be_visible()
    await player.evaluate(KNOWS_LENGTH)
    assert await player.evaluate("audio => audio.duration") > 11
    await anna.ends()
    await anna.wraps_up("solved", "called for nothing")
    await expect(board.locator('[data-figure="messages"]')).to_have_count(0)


async def test_a_message_without_sound_says_so(browsers: Browsers, house: House) -> None:
    await leaves_message(house, with_sound=False)
    anna = await seated(browsers)
    await anna.offer.get_by_role("button", name="Accept").click()
    await expect(anna.page.get_by_text("There is no sound of this message")).to_be_visible()


async def test_a_supervisor_sees_who_listens_to_which_message(browsers: Browsers, house: House) -> None:
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await board.get_by_role("button", name="Messages").click()
    dialog = board.get_by_role("dialog", name="Messages from callers")
    await expect(dialog.get_by_text("No message waits.")).to_be_visible()
    await leaves_message(house)
    row = dialog.get_by_role("row", name=NUMBER)
    await expect(row).to_contain_text("waiting")
    await expect(row).to_contain_text("0:12")
    await dialog.get_by_role("button", name=f"Listen to the message from {NUMBER}").click()
    player = dialog.get_by_label("Listen to the message", exact=True)
    await expect(player).to_be_visible()
    await player.evaluate(KNOWS_LENGTH)
    assert await player.evaluate("audio => audio.duration") > 11

    anna = await seated(browsers)
    await anna.offer.get_by_role("button", name="Accept").click()
    await expect(row).to_contain_text("Anna listens")
    await expect(dialog.get_by_role("button", name="Dismiss")).to_have_count(0)
    await anna.ends()
    await expect(row).to_contain_text("Anna writes it up")
    await anna.wraps_up("solved", "called for nothing")
    await expect(dialog.get_by_text("No message waits.")).to_be_visible()


async def test_a_message_is_passed_on_and_comes_back(browsers: Browsers, house: House) -> None:
    await leaves_message(house)
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await board.get_by_role("button", name="Messages").click()
    row = board.get_by_role("row", name=NUMBER)
    anna = await seated(browsers)
    await anna.offer.get_by_role("button", name="Accept").click()
    bo = await seated(browsers, BO)
    await anna.page.keyboard.press("Alt+t")
    box = anna.page.get_by_label("Name of a colleague or a queue, or a number")
    await box.fill("+86 139")
    await expect(anna.page.get_by_text("Nobody is found.")).to_be_visible()
    await box.fill("bo")
    await expect(anna.page.get_by_role("button", name="Bo Ready")).to_be_visible()
    await expect(anna.page.get_by_role("button", name="Ask")).to_have_count(0)
    await box.press("Enter")
    await expect(row).to_contain_text("rings at Bo")
    await bo.offer.get_by_role("button", name="Reject").click()
    await anna.offer.get_by_role("button", name="Accept").click()
    await expect(row).to_contain_text("Anna listens")

    await anna.page.get_by_role("button", name="Transfer").click()
    await anna.page.get_by_role("button", name="Bo Ready").click()
    await bo.offer.get_by_role("button", name="Accept").click()
    await expect(bo.page.get_by_text("from Anna")).to_be_visible()
    await expect(bo.page.get_by_label("Listen to the message")).to_be_visible()
    await bo.ends()
    await bo.wraps_up("solved", "called for nothing")
    await anna.wraps_up("solved", "for Bo")
    await expect(board.get_by_text("No message waits.")).to_be_visible()


async def test_a_supervisor_dismisses_a_message_by_keyboard_after_thinking_twice(
    browsers: Browsers, house: House
) -> None:
    await leaves_message(house)
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    opener = board.get_by_role("button", name="Messages")
    await opener.press("Enter")
    dialog = board.get_by_role("dialog", name="Messages from callers")
    dismiss = dialog.get_by_role("button", name=f"Dismiss the message from {NUMBER}")
    await dismiss.press("Enter")
    await expect(dialog.get_by_text("This cannot be undone")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    await board.keyboard.press("Enter")
    await expect(dismiss).to_be_focused()
    await expect(dialog.get_by_text("This cannot be undone")).to_have_count(0)
    await board.keyboard.press("Enter")
    await expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    await board.keyboard.press("Shift+Tab")
    await expect(dialog.get_by_role("button", name="Dismiss for good")).to_be_focused()
    await board.keyboard.press("Enter")
    await expect(dialog.get_by_text("No message waits.")).to_be_visible()
    await board.keyboard.press("Escape")
    await expect(opener).to_be_focused()


async def test_the_list_of_messages_speaks_chinese(browsers: Browsers, house: House) -> None:
    await leaves_message(house)
    board = await browsers.signed_in("/wallboard", "sue", Role.SUPERVISOR)
    await board.get_by_role("button", name="中文").click()
    await board.get_by_role("button", name="留言").click()
    dialog = board.get_by_role("dialog", name="来电者留言")
    await expect(dialog.get_by_role("row", name=NUMBER)).to_contain_text("等待中")
    await dialog.get_by_role("button", name=f"不再处理 {NUMBER} 的留言").click()
    await expect(dialog.get_by_text("此操作无法撤销")).to_be_visible()
