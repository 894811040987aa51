"""A web chat from the first word to the wrap-up, with both pages live, and what a reload or a restart must not lose."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from contactcenter.adapters.customers.directory import Customer, CustomerPhone
from contactcenter.model.ids import CustomerId
from tests.adapters.desk.house import House, Page
from tests.adapters.stores import STORES
from tests.stories.centre import ANNA


async def talking(house: House) -> tuple[Page, Page, dict[str, Any]]:
    """Anna and a visitor who chose the fault queue and gave a meter number."""
    anna = await house.agent(ANNA)
    visitor = await house.visitor()
    menu = await visitor.kind("message", author="system")
    assert menu["text"] == "How can we help?"
    assert menu["choices"] == [{"key": "1", "label": "Report a fault"}, {"key": "2", "label": "Information"}]
    await visitor.say(kind="choose", key="1")
    await visitor.wait(lambda page: page.get("text") == "What is your meter number?")
    await visitor.say(kind="text", id="meter", text="4711")
    await visitor.kind("ack", id="meter")
    offered = await anna.contact(state="ringing")
    await anna.must("accept", offer=offered["offer"])
    await visitor.kind("state", state="talking", agent="Anna")
    return anna, visitor, await anna.contact(state="talking")


@pytest.mark.parametrize("url", STORES, indirect=True)
async def test_a_visitor_is_led_to_an_agent_and_both_write(house: House) -> None:
    anna, visitor, contact = await talking(house)
    assert (contact["channel"], contact["name"], contact["queue_name"]) == ("chat", "Li Wei", "Faults")
    assert contact["path"] == [{"node": "menu", "key": "1", "label": "Report a fault"}]
    assert [message["text"] for message in contact["messages"]][-1] == "4711"
    await anna.must("write", contact=contact["id"], text="Good morning", id="a1")
    said = await visitor.wait(lambda page: page.get("text") == "Good morning")
    assert (said["author"], said["agent"], said["id"]) == ("agent", "Anna", "a1")
    await visitor.say(kind="text", id="v2", text="<b>It is dark</b>")
    heard = await anna.wait(lambda page: page["kind"] == "message" and page["message"]["author"] == "customer")
    assert heard["message"]["text"] == "<b>It is dark</b>"
    await anna.must("close", contact=contact["id"])
    await visitor.kind("state", state="ended")
    wrapping = await anna.contact(state="wrap_up")
    assert wrapping["dispositions"] == ["solved"] and wrapping["wrap_up_ends_at"] > wrapping["since_at"]
    await anna.must("wrap_up", contact=contact["id"], disposition="solved", note="fuse changed")
    await anna.kind("contact_gone", contact=contact["id"])


async def test_a_resent_text_makes_one_message(house: House) -> None:
    anna, visitor, contact = await talking(house)
    for _ in range(3):
        await visitor.say(kind="text", id="same", text="once")
        await anna.must("write", contact=contact["id"], text="once too", id="same")
    await visitor.say(kind="text", id="last", text="done")
    await visitor.kind("ack", id="last")
    texts = [page["text"] for page in visitor.got if page["kind"] == "message"]
    assert (texts.count("once"), texts.count("once too")) == (1, 1)
    assert len([page for page in visitor.got if page == {"kind": "ack", "id": "same"}]) == 3


async def test_a_visitor_who_reloads_sees_the_whole_conversation_again(house: House) -> None:
    anna, visitor, contact = await talking(house)
    welcome = await visitor.kind("welcome")
    await visitor.leave()
    await anna.must("write", contact=contact["id"], text="Are you there?", id="a1")
    again = await house.visitor(token=welcome["token"])
    assert (await again.kind("welcome"))["resumed"] is True
    await again.wait(lambda page: page.get("text") == "Are you there?")
    assert [page["number"] for page in again.got if page["kind"] == "message"] == [1, 2, 3, 4, 5]
    await again.kind("state", state="talking")
    later = await house.visitor(token=welcome["token"], after=4)
    await later.wait(lambda page: page.get("text") == "Are you there?")
    assert [page["number"] for page in later.got if page["kind"] == "message"] == [5]
    assert await again.closed() == 4409


async def test_an_agent_who_reloads_misses_nothing(house: House) -> None:
    anna, visitor, _ = await talking(house)
    last = next(page for page in reversed(anna.got) if "seq" in page)
    await anna.leave()
    await visitor.say(kind="text", id="v9", text="said meanwhile")
    await visitor.kind("ack", id="v9")
    browser = house.browsers[0]
    back = await house.page(browser, f"/ws/console?stream={last['stream']}&after={last['seq']}")
    missed = await back.wait(lambda page: page["kind"] == "message" and page["message"]["text"] == "said meanwhile")
    came = [page["seq"] for page in back.got if "seq" in page]
    assert came == list(range(last["seq"] + 1, last["seq"] + 1 + len(came))) and missed["seq"] in came
    fresh = await house.page(browser, "/ws/console?stream=unknown&after=7")
    snapshot = await fresh.kind("snapshot")
    assert [message["text"] for message in snapshot["contacts"][0]["messages"]][-1] == "said meanwhile"
    assert await back.closed() == 4409


async def test_a_killed_desk_loses_nothing(house: House) -> None:
    _, visitor, contact = await talking(house)
    token = (await visitor.kind("welcome"))["token"]
    await house.restart_desk()
    again = await house.visitor(token=token)
    await again.kind("state", state="talking", agent="Anna")
    assert [page["text"] for page in again.got if page["kind"] == "message"][-1] == "4711"
    back = Page(await house.browsers[0].ws_connect(f"{house.url}/ws/console", origin=house.url))
    snapshot = await back.kind("snapshot")
    assert [kept["id"] for kept in snapshot["contacts"]] == [contact["id"]]
    await back.must("write", contact=contact["id"], text="Here I am", id="a7")
    await again.wait(lambda page: page.get("text") == "Here I am")


async def test_a_desk_that_has_not_read_the_journal_tells_nobody_that_the_chat_is_over(house: House) -> None:
    _, visitor, _ = await talking(house)
    token = (await visitor.kind("welcome"))["token"]
    await house.desk_life.aclose()
    await house.engine.stop()
    await house.open_desk()
    for path in ("/ws/chat", "/ws/console"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await house.browsers[0].ws_connect(f"{house.url}{path}", origin=house.url)
        assert refused.value.status == 503
    await house.engine.start(house.config)
    await house.live()
    again = await house.visitor(token=token)
    await again.kind("state", state="talking", agent="Anna")
    await again.say(kind="text", id="v9", text="Hello?")
    await again.wait(lambda page: page.get("text") == "Hello?")


@pytest.mark.parametrize("url", STORES, indirect=True)
async def test_a_killed_engine_loses_nothing(house: House) -> None:
    anna, visitor, contact = await talking(house)
    await house.engine.stop()
    answer = await anna.do("write", contact=contact["id"], text="anybody?", id="a1")
    assert answer == {"kind": "answer", "request": answer["request"], "ok": False, "error": answer["error"]}
    await visitor.say(kind="text", id="v1", text="hello?")
    assert (await visitor.kind("error"))["id"] == "v1"
    await house.engine.start(house.config)
    await house.live()
    await anna.must("write", contact=contact["id"], text="anybody?", id="a1")
    await visitor.say(kind="text", id="v1", text="hello?")
    await visitor.wait(lambda page: page.get("text") == "hello?")
    texts = [page["text"] for page in visitor.got if page["kind"] == "message"]
    assert texts[-2:] == ["anybody?", "hello?"]


@pytest.mark.parametrize("words", ["1", "１", " 1. ", "report a fault", "报修"])
async def test_a_bare_choice_in_a_text_counts(house: House, words: str) -> None:
    visitor = await house.visitor()
    await visitor.kind("message", author="system")
    await visitor.say(kind="text", id="x", text=words)
    await visitor.wait(lambda page: page.get("text") == "What is your meter number?")
    await visitor.say(kind="text", id="y", text="1")
    await visitor.kind("state", state="waiting")


async def test_a_visitor_who_ends_the_chat_is_gone(house: House) -> None:
    anna, visitor, _ = await talking(house)
    await visitor.say(kind="end")
    await visitor.kind("state", state="ended")
    await anna.contact(state="wrap_up")
    await visitor.say(kind="text", id="late", text="one more thing")
    assert (await visitor.kind("error", id="late"))["reason"]


async def test_a_visitor_who_gives_a_number_is_known(house: House) -> None:
    li = Customer(id=CustomerId("K1"), name="李伟", phones=(CustomerPhone("+8613800138000"),))
    await house.desk.customers.save([li], 1)
    anna = await house.agent(ANNA)
    visitor = await house.visitor(number="138 0013 8000", name="")
    await visitor.kind("message", author="system")
    await visitor.say(kind="choose", key="1")
    await visitor.wait(lambda page: page.get("text") == "What is your meter number?")
    await visitor.say(kind="text", id="meter", text="4711")
    ringing = await anna.wait(lambda page: page["kind"] == "contact" and page["contact"]["customer"] is not None)
    assert (ringing["contact"]["name"], ringing["contact"]["customer"]["id"]) == ("李伟", "K1")
