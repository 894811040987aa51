"""The numbered stream of one agent: nothing missed, nothing twice, and a snapshot where too much was missed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.socket import PageGone
from contactcenter.adapters.console.stream import MARKED_MAX, SENT_KEPT, AgentStream
from contactcenter.adapters.console.views import AgentNews, AgentView, ContactNews, ContactView, WorkView
from contactcenter.model.ids import ContactId
from contactcenter.model.words import Channel, Work
from tests.stories.centre import ANNA


class PlainPanels:
    """Renders names only; `slow` lets a rendering wait."""

    def __init__(self) -> None:
        self.slow: asyncio.Event | None = None

    def agent(self, agent: AgentView) -> dict[str, Any]:
        return {"id": agent.id}

    async def contact(self, view: ContactView, agent: AgentView, work: WorkView) -> dict[str, Any]:
        if self.slow is not None:
            await self.slow.wait()
        return {"id": view.id, "state": work.state}


@pytest.fixture
def panels() -> PlainPanels:
    return PlainPanels()


@pytest.fixture
def desktop() -> Desktop:
    desktop = Desktop()
    desktop.agents[ANNA] = AgentView(ANNA, "Anna")
    return desktop


@pytest.fixture
def stream(desktop: Desktop, panels: PlainPanels) -> AgentStream:
    return AgentStream(ANNA, desktop, panels)  # type: ignore[arg-type]


def take(desktop: Desktop, stream: AgentStream, name: str) -> None:
    """Put a contact into Anna's hands."""
    contact = ContactId(name)
    desktop.contacts[contact] = ContactView(contact, Channel.VOICE, "", "", "en", None, None, "", None, 0)
    desktop.agents[ANNA].work[contact] = WorkView(contact, Work.RINGING, None, 0)
    stream.note(ContactNews(contact, ANNA))


async def opened(stream: AgentStream) -> tuple[str, int]:
    [snapshot] = await stream.resume("", -1, 0)
    assert snapshot["kind"] == "snapshot"
    return snapshot["stream"], snapshot["seq"]


async def test_changes_are_numbered_and_told_once(desktop: Desktop, stream: AgentStream) -> None:
    name, seq = await opened(stream)
    take(desktop, stream, "C1")
    stream.note(ContactNews(ContactId("C1"), ANNA))
    stream.note(AgentNews(ANNA))
    first, second = await stream.read(), await stream.read()
    assert [(page["kind"], page["seq"], page["stream"]) for page in (first, second)] == [
        ("contact", seq + 1, name),
        ("agent", seq + 2, name),
    ]


async def test_a_page_that_comes_back_gets_what_it_missed(desktop: Desktop, stream: AgentStream) -> None:
    name, seq = await opened(stream)
    for number in range(3):
        take(desktop, stream, f"C{number}")
        await stream.read()
    assert [page["seq"] for page in await stream.resume(name, seq + 1, 0)] == [seq + 2, seq + 3]
    assert await stream.resume(name, seq + 3, 0) == []
    take(desktop, stream, "C9")
    assert (await stream.read())["seq"] == seq + 4


async def test_what_is_forgotten_or_foreign_gets_a_snapshot(desktop: Desktop, stream: AgentStream) -> None:
    name, seq = await opened(stream)
    for _ in range(SENT_KEPT + 1):
        stream.note(AgentNews(ANNA))
        await stream.read()
    assert len(await stream.resume(name, seq + 1, 0)) == SENT_KEPT
    for held in ((name, seq), (name, 10_000), ("another", seq + 5), (name, -1)):
        [snapshot] = await stream.resume(*held, 0)
        assert snapshot["kind"] == "snapshot"


async def test_a_page_that_was_away_for_very_long_gets_a_snapshot(desktop: Desktop, stream: AgentStream) -> None:
    name, seq = await opened(stream)
    for number in range(MARKED_MAX + 1):
        stream.note(ContactNews(ContactId(f"C{number}"), ANNA))
    assert [page["kind"] for page in await stream.resume(name, seq, 0)] == ["snapshot"]


async def test_a_contact_that_left_is_gone_whatever_the_news_said(desktop: Desktop, stream: AgentStream) -> None:
    await opened(stream)
    take(desktop, stream, "C1")
    del desktop.agents[ANNA].work[ContactId("C1")]
    assert (await stream.read())["kind"] == "contact_gone"


async def test_an_older_page_takes_nothing_from_a_newer_one(
    desktop: Desktop, stream: AgentStream, panels: PlainPanels
) -> None:
    name, seq = await opened(stream)
    idle = asyncio.ensure_future(stream.read())
    await asyncio.sleep(0)
    assert await stream.resume(name, seq, 0) == []
    with pytest.raises(PageGone):
        await idle
    panels.slow = asyncio.Event()
    take(desktop, stream, "C1")
    busy = asyncio.ensure_future(stream.read())
    await asyncio.sleep(0)
    assert await stream.resume(name, seq, 0) == []
    panels.slow.set()
    with pytest.raises(PageGone):
        await busy
    assert (await stream.read())["contact"]["id"] == "C1"
