"""Numbers, names, texts and keyed-in digits: where they may stand in clear; an erased customer stands nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.app.history import verify_journal
from contactcenter.model import facts
from tests.adapters.desk.house import Page
from tests.adapters.telephony.hotline import heard
from tests.app.installation import Installation, eventually
from tests.app.phones import AGENT_HZ, AT_ONCE, answered_or_refused, takes_calls
from tests.real.children import Children

# Telling words, none of which is part of another or of anything the centre writes by itself.
NUMBER, METER = "13917354682", "8264917350"
NAME, VISITOR = "Quillfeather", "Marrowbone"
TEXT, CHAT, ANSWER, NOTE, REMARK = "zugzwang", "flibbertigibbet", "borborygmus", "sesquipedalian", "tintinnabulation"
EVERYTHING = (NUMBER, METER, NAME, VISITOR, TEXT, CHAT, ANSWER, NOTE, REMARK)
CUSTOMERS = f"id,name,phones,notes\nC77,{NAME},+86{NUMBER},{REMARK}\nC78,Somebody Else,+8613900000099,other\n"


@pytest.fixture
async def centre(private_dir: Path, children: Children) -> AsyncIterator[Installation]:
    """A running installation which knows two customers."""
    installation = Installation(private_dir / "centre", children)
    installation.folder.mkdir(mode=0o700)
    await installation.start("1001")
    yield installation
    await installation.close()


async def command(centre: Installation, *words: str | Path) -> str:
    """Run a command of ours beside the centre and return what it said."""
    child = centre.command(*words)
    await eventually(lambda: not child.is_alive(), f"the end of {words}")
    assert child.wait() == 0, child.text()
    return child.text()


def found_in(folder: Path, *names: str) -> set[tuple[str, str]]:
    """Which telling words stand in which files, in any usual encoding."""
    hits = set()
    for path in folder.rglob("*"):
        if path.is_file() and (not names or path.name.startswith(names)):
            content = path.read_bytes()
            for word in EVERYTHING:
                if any(word.encode(coding) in content for coding in ("utf-8", "utf-16-le", "utf-16-be")):
                    hits.add((path.name, word))
    return hits


async def serve_all_channels(centre: Installation, phones: PhoneBank) -> None:
    """One customer calls and keys in a meter number, chats and writes; an agent answers each and writes it up."""
    agent = await takes_calls(centre, phones, "li_na", "1001", AT_ONCE)
    call = await answered_or_refused(centre, phones, f"+86{NUMBER}")
    call.press("1")
    await eventually(lambda: any(fact.collect for fact in centre.facts(facts.PromptIssued)), "the question")
    call.press(f"{METER}#")
    await heard(call.rtp.heard_hz, AGENT_HZ)
    shown = await agent.contact(state="talking")
    assert (shown["customer"]["name"], shown["inputs"][0]["value"]) == (NAME, METER)
    call.hang_up()
    await wrap_up(agent, shown)

    visitor = await centre.visitor(VISITOR, number=NUMBER)
    await visitor.kind("state", state="menu")
    await visitor.say(kind="choose", key="0")
    shown = await taken(agent, "chat")
    await visitor.say(kind="text", id="v1", text=f"what a {CHAT}")
    await visitor.kind("ack", id="v1")
    await agent.must("close", contact=shown["id"])
    await wrap_up(agent, shown)

    assert await centre.text(f"+86{NUMBER}", f"such a {TEXT}", "m1") == 200
    shown = await taken(agent, "sms")
    await agent.must("close", contact=shown["id"])
    await wrap_up(agent, shown)


async def taken(agent: Page, channel: str) -> dict[str, Any]:
    """Accept the contact that is offered on a channel, and write an answer."""
    contact = await agent.contact(channel=channel, state="ringing")
    await agent.must("accept", offer=contact["offer"])
    await agent.must("write", contact=contact["id"], text=f"no {ANSWER}", id=f"a-{channel}")
    return contact


async def wrap_up(agent: Page, contact: dict[str, Any]) -> None:
    """Write a contact up."""
    await agent.contact(id=contact["id"], state="wrap_up")
    await agent.must("wrap_up", contact=contact["id"], disposition=contact["dispositions"][0], note=f"a {NOTE}")


async def test_nothing_personal_stands_where_it_need_not_and_nothing_at_all_once_erased(
    centre: Installation, phones: PhoneBank, private_dir: Path
) -> None:
    listed = private_dir / "customers.csv"
    listed.write_text(CUSTOMERS)
    assert "2 customers" in await command(centre, "customers", "import", listed)
    await serve_all_channels(centre, phones)
    await eventually(lambda: len(centre.facts(facts.ContactEnded)) == 3, "all is settled")
    async with aiohttp.ClientSession(centre.url) as browser, browser.get("/metrics") as answer:
        figures = await answer.text()
    assert not [word for word in EVERYTHING if word in figures]
    inside = found_in(centre.folder)
    assert {name for name, _ in inside} <= {"records.db", "records.db-wal"}, inside
    assert {word for _, word in inside}.isdisjoint({METER, VISITOR}), inside
    logs = {(name, word) for name, word in found_in(private_dir) if name.endswith(".log")}
    assert not logs

    assert len([*(centre.folder / "recordings").rglob("*.wav")]) == 1
    listed.unlink()
    assert "erased" in await command(centre, "customers", "erase", "C77")
    await eventually(lambda: centre.facts(facts.PersonErased), "the word of the centre")
    for _ in range(100):
        left = found_in(private_dir)
        if not left:
            break
        await asyncio.sleep(0.1)
    assert not left
    assert not [*(centre.folder / "recordings").rglob("*.*")]
    assert centre.engine is not None and centre.desk is not None
    centre.engine.kill()
    centre.desk.kill()
    centre.engine.wait()
    centre.desk.wait()
    assert verify_journal(centre.settings).difference is None
    await centre.start_engine()
    await centre.start_desk()
    assert not found_in(private_dir)
