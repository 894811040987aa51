"""kill -9 of the engine, the desk and a media worker, with contacts at every step on every channel."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.app.history import verify_journal
from contactcenter.model import facts
from contactcenter.model.words import Channel, ContactOutcome, VisitOutcome
from tests.adapters.desk.house import Page
from tests.adapters.telephony.hotline import heard
from tests.app.installation import Installation, eventually
from tests.app.phones import AGENT_HZ, AT_ONCE, CALLER, COMPLAINT, NEVER, call_into, takes_calls
from tests.real.children import Children


@pytest.fixture
async def centre(private_dir: Path, children: Children) -> AsyncIterator[Installation]:
    """A running installation of the shipped example centre."""
    installation = Installation(private_dir, children)
    await installation.start("1003", "1004")
    yield installation
    await installation.close()


def states(page: Page) -> list[tuple[str, str]]:
    """Return (contact, state) as the page was told, in order."""
    return [(told["contact"]["id"], told["contact"]["state"]) for told in page.got if told["kind"] == "contact"]


async def test_the_engine_is_killed_with_contacts_at_every_step(centre: Installation, phones: PhoneBank) -> None:
    talker = await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    talking = await call_into(centre, phones, "+8613900000001", COMPLAINT)
    await eventually(lambda: centre.facts(facts.TalkStarted), "the talk")
    await heard(talking.rtp.heard_hz, AGENT_HZ)
    await takes_calls(centre, phones, "chen_jie", "1004", NEVER)
    await call_into(centre, phones, "+8613900000002", COMPLAINT)
    await eventually(lambda: len(phones.calls) == 4, "the second phone rings")
    waiting = await call_into(centre, phones, "+8613900000003", COMPLAINT)
    in_menu = phones.dial("95599", centre.sip, "+8613900000004", CALLER)
    await eventually(in_menu.answered.is_set, "the fourth call is answered")
    for name in ("first", "second"):
        visitor = await centre.visitor(name)
        await visitor.kind("state", state="menu")
        await visitor.say(kind="choose", key=COMPLAINT)
        await visitor.kind("state", state="waiting")
    assert await centre.text("+8613900000005", "my light is out", "m1") // 100 == 2
    lines = [*phones.calls.values()]
    assert centre.engine is not None
    centre.engine.kill()
    centre.engine.wait()
    before = [call.rtp.packets_heard for call in (talking, waiting)]

    await centre.start_engine()
    for call in lines:
        await eventually(call.ended.is_set, "every line is cleared")
    ended = [fact.outcome for fact in centre.facts(facts.ContactEnded)]
    assert ended == [ContactOutcome.FAILED_NODE] * 4
    assert [fact.outcome for fact in centre.facts(facts.VisitEnded)].count(VisitOutcome.FAILED) == 2
    assert all(call.rtp.packets_heard - was < 250 for call, was in zip((talking, waiting), before, strict=True))

    # The chats were waiting in their order and are offered in it; the caller who waited has the old place.
    chats = [fact.contact for fact in centre.facts(facts.VisitOpened) if fact.channel is Channel.CHAT]
    offered = [fact.contact for fact in centre.facts(facts.OfferMade) if fact.channel is Channel.CHAT]
    assert offered[:2] == chats
    again = await call_into(centre, phones, "+8613900000003", COMPLAINT)
    visits = [visit for visit in centre.facts(facts.VisitOpened) if visit.channel is Channel.VOICE]
    assert [visit.placed_at for visit in visits][2] == visits[-1].placed_at
    chat = await talker.contact(channel="chat", state="ringing")
    await talker.must("accept", offer=chat["offer"])
    text = await talker.contact(channel="sms", state="ringing")
    await talker.must("accept", offer=text["offer"])
    await talker.must("close", contact=chat["id"])

    # The phone rings although it has not registered anew, and both hear each other.
    await heard(again.rtp.heard_hz, AGENT_HZ)
    again.hang_up()
    contact = centre.facts(facts.TalkStarted)[-1].contact
    await talker.contact(id=contact, state="wrap_up")
    await talker.must("wrap_up", contact=contact, disposition="settled", note="called again")
    assert verify_journal(centre.settings).difference is None


async def test_texts_that_ring_when_the_engine_is_killed_ring_again_and_who_waits_keeps_the_place(
    centre: Installation,
) -> None:
    chen, li = await centre.agent("chen_jie"), await centre.agent("li_na")
    for agent in (chen, li):
        await agent.must("station", station=None)
        await agent.must("ready")
    for name in ("first", "second"):
        visitor = await centre.visitor(name)
        await visitor.kind("state", state="menu")
        await visitor.say(kind="choose", key=COMPLAINT)
        await visitor.kind("state", state="waiting")
    await chen.contact(channel="chat", state="ringing")
    assert await centre.text("+8613900000005", "my light is out", "m1") // 100 == 2
    await li.contact(channel="sms", state="ringing")
    first, second, text = [fact.contact for fact in centre.facts(facts.VisitOpened)]
    before = centre.facts(facts.OfferMade)
    assert [offer.contact for offer in before] == [first, text]
    assert centre.engine is not None
    centre.engine.kill()
    centre.engine.wait()

    await centre.start_engine()
    await ring_again(chen, first, before[0].offer)
    await ring_again(li, text, before[1].offer)
    await chen.contact(id=second, state="ringing")
    chats = [offer.contact for offer in centre.facts(facts.OfferMade)[2:] if offer.channel is Channel.CHAT]
    assert chats == [first, second]
    assert len(centre.facts(facts.VisitOpened)) == 3, "nobody is queued anew"


async def ring_again(page: Page, contact: str, before: str) -> None:
    """The contact is offered once more, and the agent takes it."""

    def is_new(told: dict[str, Any]) -> bool:
        shown = told["contact"] if told["kind"] == "contact" else {}
        return shown.get("id") == contact and shown["state"] == "ringing" and shown["offer"] != before

    told = await page.wait(is_new)
    await page.must("accept", offer=told["contact"]["offer"])


async def test_the_desk_is_killed_and_nobody_loses_a_word(centre: Installation) -> None:
    agent = await centre.agent("zhang_min")
    await agent.must("station", station=None)
    await agent.must("ready")
    visitor = await centre.visitor("Li Wei")
    welcome = await visitor.kind("welcome")
    await visitor.kind("state", state="menu")
    await visitor.say(kind="choose", key=COMPLAINT)
    shown = await agent.contact(state="ringing")
    await agent.must("accept", offer=shown["offer"])
    await visitor.say(kind="text", id="v1", text="the street lamp hums")
    await visitor.kind("ack", id="v1")
    await agent.must("write", contact=shown["id"], text="which street?", id="a1")
    assert centre.desk is not None
    centre.desk.kill()
    centre.desk.wait()
    assert await centre.text("+8613900000005", "hello", "m1") == 0, "the carrier must try again"

    await centre.start_desk()
    back = await centre.console(centre.browsers[0])
    snapshot = await back.kind("snapshot")
    assert snapshot["agent"]["presence"] == "ready"
    texts = [message["text"] for message in snapshot["contacts"][0]["messages"]]
    assert texts[-2:] == ["the street lamp hums", "which street?"]
    same = await centre.visitor("Li Wei", token=welcome["token"], after=0)
    resumed = await same.kind("welcome")
    assert resumed["resumed"] and resumed["conversation"] == welcome["conversation"]
    await same.wait(lambda told: told["kind"] == "message" and told["text"] == "which street?")
    for _ in range(5):
        assert await centre.text("+8613900000005", "hello", "m1") // 100 == 2
    posted = [fact for fact in centre.facts(facts.TextPosted) if fact.conversation.startswith("+86")]
    assert len([fact for fact in posted if fact.author == "customer"]) == 1


async def test_a_media_worker_is_killed_and_the_next_call_is_fine(centre: Installation, phones: PhoneBank) -> None:
    await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    first = await call_into(centre, phones, "+8613900000001", COMPLAINT)
    await heard(first.rtp.heard_hz, AGENT_HZ)
    assert centre.engine is not None
    for worker in centre.workers():
        os.kill(worker, signal.SIGKILL)
    await eventually(first.ended.is_set, "the call is ended")
    await eventually(lambda: centre.facts(facts.ContactEnded), "the contact is settled")
    assert centre.facts(facts.ContactEnded)[0].outcome is ContactOutcome.FAILED_NODE
    await eventually(centre.workers, "a new worker")
    second = await call_into(centre, phones, "+8613900000002", COMPLAINT)
    await heard(second.rtp.heard_hz, AGENT_HZ)
