"""The agents' live pages: one per agent, the newest wins; their coming and going become events.

A page that goes is told to the centre at once; the centre gives it time to come back before anything is taken away.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import structlog
from aiohttp import web

from contactcenter.adapters.accounts.sessions import Session, Sessions
from contactcenter.adapters.background import Background
from contactcenter.adapters.console.acts import Acts, Refused, SignOut, read_act
from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.gate import session_of
from contactcenter.adapters.console.panels import Panels
from contactcenter.adapters.console.rights import CONSOLE_ACTS
from contactcenter.adapters.console.socket import PING_S, RECORDS_S, SESSION_S, CloseCode, PageGone, PageSocket
from contactcenter.adapters.console.stream import AgentStream
from contactcenter.adapters.console.views import AgentNews, News
from contactcenter.adapters.console.wallboard import Board
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.events import ConsoleConnected, ConsoleLost
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Presence
from contactcenter.runtime.ports import StoreAway

__all__ = ["AgentPages"]

QUEUES_EVERY_S = 1.0
TELL_AGAIN_S = (0.1, 0.5, 1.0, 2.0, 5.0)  # until the feed shows that the centre knows

log = structlog.get_logger(__name__)


class AgentPages:
    """Streams and live pages of all agents."""

    def __init__(
        self, desktop: Desktop, panels: Panels, acts: Acts, board: Board, sessions: Sessions, clock: Clock = wall_ms
    ) -> None:
        """Show `desktop` through `panels`, carry out `acts`, and tell the queue figures of `board`."""
        self._desktop = desktop
        self._panels = panels
        self._acts = acts
        self._board = board
        self._sessions = sessions
        self._clock = clock
        self._streams: dict[AgentId, AgentStream] = {}
        self._pages: dict[AgentId, PageSocket] = {}
        self._telling: dict[AgentId, None] = {}
        self._background = Background()
        self._settled = False

    def note(self, news: list[News]) -> None:
        """Pass news on to the agents they concern."""
        for item in news:
            stream = self._streams.get(item.agent) if item.agent is not None else None
            if stream is not None:
                stream.note(item)
            if isinstance(item, AgentNews):
                self._reconcile(item.agent)

    def writing(self, contact: ContactId) -> None:
        """Let the agent see that the customer is writing; lost when no page is open."""
        agent = self._desktop.holder(contact)
        page = self._pages.get(agent) if agent is not None else None
        if page is not None:
            self._background.spawn(_send_quietly(page, {"kind": "typing", "contact": contact}), "typing")

    def settle(self) -> None:
        """When the engine is there (again): tell it of every agent of whose console it believes something else."""
        self._settled = True
        for agent in self._desktop.agents:
            self._reconcile(agent)

    def in_contact(self, session: Session) -> bool:
        """Tell whether a session must not end now: its agent has contacts, or stands ready for them here."""
        agent = session.person.agent
        view = self._desktop.agents.get(agent) if agent is not None else None
        if view is None:
            return False
        return bool(view.work) or (view.presence is Presence.READY and view.id in self._pages)

    async def close(self) -> None:
        """Let all pages go: the desk goes down."""
        for page in list(self._pages.values()):
            await _send_quietly(
                page, {"kind": "closing", "reason": "The centre restarts; this page comes back by itself."}
            )
            await page.close(CloseCode.GOING_DOWN, "going down")
        await self._background.close()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one page's socket until it goes."""
        session = session_of(request)
        agent = session.person.agent
        assert agent is not None, "the role agent has an agent id"
        page = PageSocket()
        response = await page.open(request)
        await self._take_over(agent, page)
        after = request.query.get("after", "")
        held = (request.query.get("stream", ""), int(after) if after.isascii() and after.isdigit() else -1)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(page.keep_alive()),
                    tasks.create_task(self._beat(page)),
                    tasks.create_task(self._speak(agent, page, held)),
                    tasks.create_task(self._watch(page, session)),
                ]
                await self._listen(agent, page, session)
                for task in running:
                    task.cancel()
        except* (PageGone, StoreAway):
            pass  # it comes back by itself
        finally:
            await page.close(CloseCode.GOING_DOWN, "going down")
            if self._pages.get(agent) is page:
                del self._pages[agent]
                self._reconcile(agent)
        return response

    async def _take_over(self, agent: AgentId, page: PageSocket) -> None:
        older = self._pages.get(agent)
        self._pages[agent] = page
        self._reconcile(agent)
        if older is not None:
            self._background.spawn(_displace(older), "older page")

    async def _speak(self, agent: AgentId, page: PageSocket, held: tuple[str, int]) -> None:
        stream = self._streams.get(agent) or self._streams.setdefault(
            agent, AgentStream(agent, self._desktop, self._panels)
        )
        for missed in await stream.resume(*held, self._clock()):
            if missed["kind"] == "snapshot":
                missed["queues"] = self._board.queue_pages()
            await page.send(missed)
        await page.send({"kind": "colleagues", "colleagues": self._board.agent_pages()})
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._speak_figures(page))
            while True:
                try:
                    news = await stream.read()
                except StoreAway:  # what a contact's page shows of records comes when they are back
                    await asyncio.sleep(RECORDS_S)
                else:
                    await page.send(news)

    async def _speak_figures(self, page: PageSocket) -> None:
        async for queues, colleagues in self._board.changes(QUEUES_EVERY_S, self._board.figures.version):
            if queues:
                await page.send({"kind": "queues", "queues": queues})
            if colleagues:
                await page.send({"kind": "colleagues", "colleagues": colleagues})

    async def _beat(self, page: PageSocket) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await page.send({"kind": "beat", "now_at": self._clock()})

    async def _listen(self, agent: AgentId, page: PageSocket, session: Session) -> None:
        async for request in page.messages():
            answer = await self._answer(agent, request, session)
            if answer is not None:
                await page.send(answer)

    async def _answer(self, agent: AgentId, request: dict[str, Any], session: Session) -> dict[str, Any] | None:
        number = request.get("request")
        number = number if isinstance(number, int) else None
        error = None
        try:
            if session.person.role not in CONSOLE_ACTS.get(str(request.get("do")), ()):
                raise Refused("You may not do this, or it does not exist.")
            act = read_act(request)
            await self._acts.carry_out(agent, act)
            await self._touch(session)
            if isinstance(act, SignOut):
                await self._sessions.close(session.token_hash)
        except Refused as refusal:
            error = str(refusal)
        except Exception:
            log.exception("act failed")
            error = "That did not work; it was noted."
        return {"kind": "answer", "request": number, "ok": error is None, "error": error}

    async def _touch(self, session: Session) -> None:
        """Note that the person did something; what was done stands, whether that can be noted now or not."""
        with contextlib.suppress(StoreAway):
            fresh = await self._sessions.find_hash(session.token_hash)
            if fresh is not None:
                await self._sessions.touch(fresh)

    async def _watch(self, page: PageSocket, session: Session) -> None:
        """End the page within seconds of its session: shut account, signed out elsewhere, or idle for too long."""
        while True:
            await asyncio.sleep(SESSION_S)
            try:
                fresh = await self._sessions.find_hash(session.token_hash)
            except StoreAway:
                continue  # who is at work goes on; it is looked at again
            if fresh is None or self._sessions.expired(fresh, self.in_contact(fresh)):
                await _send_quietly(page, {"kind": "closing", "reason": "You are signed out: sign in again."})
                await page.close(CloseCode.NO_SESSION, "signed out")
                return

    def _reconcile(self, agent: AgentId) -> None:
        """Tell the centre about a console that came or went, one word at a time until both agree."""
        if self._settled and agent not in self._telling and self._differs(agent):
            self._telling[agent] = None
            self._background.spawn(self._tell(agent), "console presence")

    def _differs(self, agent: AgentId) -> bool:
        view = self._desktop.agents.get(agent)
        return view is not None and view.console != (agent in self._pages)

    async def _tell(self, agent: AgentId) -> None:
        try:
            for pause_s in TELL_AGAIN_S:
                if not self._differs(agent):
                    return
                event = ConsoleConnected(agent) if agent in self._pages else ConsoleLost(agent)
                with contextlib.suppress(Refused):
                    await self._acts.submit(event)
                await asyncio.sleep(pause_s)
        finally:
            del self._telling[agent]


async def _displace(page: PageSocket) -> None:
    await _send_quietly(page, {"kind": "closing", "reason": "A newer page of yours took over."})
    await page.close(CloseCode.NEWER_PAGE, "newer page")


async def _send_quietly(page: PageSocket, message: dict[str, Any]) -> None:
    with contextlib.suppress(PageGone):
        await page.send(message)
