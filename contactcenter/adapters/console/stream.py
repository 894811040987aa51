"""One agent's numbered stream of changes, which outlives the pages that read it.

News mark what is new; it is rendered only when a page reads. What was sent stays for a while, so that a page that
reconnects misses nothing; a page that was away too long gets a snapshot.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from typing import Any

from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.panels import Panels
from contactcenter.adapters.console.socket import PageGone
from contactcenter.adapters.console.views import (
    AgentNews,
    AgentView,
    ContactGone,
    ContactNews,
    DialNews,
    MessageNews,
    News,
)
from contactcenter.model.ids import AgentId, ContactId

__all__ = ["AgentStream"]

SENT_KEPT = 500  # about ten minutes of a busy agent
MARKED_MAX = 500  # a page that misses more is better off with a snapshot

Page = dict[str, Any]
Mark = tuple[str, ...]


class AgentStream:
    """What one agent's page is told; one page reads at a time."""

    def __init__(self, agent: AgentId, desktop: Desktop, panels: Panels) -> None:
        """Begin a stream with nothing sent."""
        self._agent = agent
        self._desktop = desktop
        self._panels = panels
        self._marked: dict[Mark, None] = {}
        self._waiting = asyncio.Event()
        self._reader = 0
        self._begin()

    def _begin(self) -> None:
        self._id = secrets.token_urlsafe(9)
        self._seq = 1
        self._sent: deque[Page] = deque(maxlen=SENT_KEPT)
        self._marked.clear()

    def note(self, news: News) -> None:
        """Remember that something of this agent is new."""
        match news:
            case AgentNews():
                self._marked[("agent",)] = None
            case MessageNews():
                self._marked[("message", news.contact, news.message)] = None
            case DialNews():
                self._marked[("dial", news.contact, news.outcome)] = None
            case ContactNews() | ContactGone():
                self._marked.pop(("contact", news.contact), None)
                self._marked[("contact", news.contact)] = None
        if len(self._marked) > MARKED_MAX:
            self._begin()
        self._waiting.set()

    async def resume(self, stream: str, after: int, now: int) -> list[Page]:
        """Return what a page missed that holds `stream` up to `after`, or a snapshot when that is forgotten."""
        self._reader += 1  # an older page that still waits in `read` must not take anything from now on
        self._waiting.set()
        oldest = self._sent[0]["seq"] if self._sent else self._seq + 1
        if stream == self._id and oldest - 1 <= after <= self._seq:
            return [page for page in self._sent if page["seq"] > after]
        self._begin()
        return [await self._snapshot(now)]

    async def read(self) -> Page:
        """Wait for the next change and return it, numbered. Raises PageGone when a newer page reads."""
        reader = self._reader
        while True:
            await self._something()
            if reader != self._reader:
                raise PageGone
            mark = next(iter(self._marked))
            del self._marked[mark]
            try:
                page = await self._render(mark)
            except BaseException:
                self._marked[mark] = None
                raise
            if reader != self._reader:
                self._marked[mark] = None
                raise PageGone
            if page is not None:
                self._seq += 1
                page = {**page, "seq": self._seq, "stream": self._id}
                self._sent.append(page)
                return page

    async def _something(self) -> None:
        reader = self._reader
        while not self._marked and reader == self._reader:
            self._waiting.clear()
            await self._waiting.wait()

    async def _snapshot(self, now: int) -> Page:
        agent = self._view()
        seq, held = self._seq, list(agent.work.values())
        views = [(self._desktop.contacts.get(work.contact), work) for work in held]
        contacts = [await self._panels.contact(view, agent, work) for view, work in views if view is not None]
        page = {"kind": "snapshot", "seq": seq, "stream": self._id, "now_at": now}
        return page | {"agent": self._panels.agent(agent), "contacts": contacts}

    async def _render(self, mark: Mark) -> Page | None:
        agent = self._view()
        if mark[0] == "agent":
            return {"kind": "agent", "agent": self._panels.agent(agent)}
        if mark[0] == "dial":
            return {"kind": "dial_ended", "contact": mark[1], "outcome": mark[2]}
        view = self._desktop.contacts.get(ContactId(mark[1]))
        work = agent.work.get(view.id) if view is not None else None
        if mark[0] == "message":
            message = next((text for text in view.messages if text.id == mark[2]), None) if view and work else None
            if message is None:
                return None
            [rendered] = await self._panels.messages([message])
            return {"kind": "message", "contact": mark[1], "message": rendered}
        if view is None or work is None:
            return {"kind": "contact_gone", "contact": mark[1]}
        return {"kind": "contact", "contact": await self._panels.contact(view, agent, work)}

    def _view(self) -> AgentView:
        return self._desktop.agents.get(self._agent) or AgentView(self._agent, str(self._agent))
