"""The visitors' chat: one socket per conversation, resumed by a token, shown from the same fold as the consoles.

A visitor's text is stored, then submitted, then acknowledged; a resend finds the first copy. A visitor only ever names
things of the own conversation.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Annotated, Any

import msgspec
import structlog
from aiohttp import web
from msgspec import Meta

from contactcenter.adapters.background import Background
from contactcenter.adapters.chat.visitors import Visitor
from contactcenter.adapters.console.chat_desk import ChatDesk, ChatRefused
from contactcenter.adapters.console.committing import AWAY
from contactcenter.adapters.console.socket import RECORDS_S, CloseCode, PageGone, PageSocket
from contactcenter.adapters.console.views import ContactNews, MessageNews, News
from contactcenter.adapters.shared_state.limits import Limit
from contactcenter.model.ids import ContactId, ConversationId
from contactcenter.runtime.ports import StoreAway

__all__ = ["ChatPages"]

HELLO_S = 15.0
PAGES_MAX = 5_000
STARTS_BURST, STARTS_PER_S = 10, 60.0  # new conversations of one source: an office behind one address still gets in
OPENS_BURST, OPENS_PER_S = 60, 60.0  # connections of one source

Id = Annotated[str, Meta(pattern="^[A-Za-z0-9._:-]{1,64}$")]

log = structlog.get_logger(__name__)


class _Said(msgspec.Struct, tag_field="kind", frozen=True):
    pass


class Hello(_Said, tag="hello", frozen=True):
    """The first word of a page."""

    entry: Annotated[str, Meta(max_length=100)] = ""
    language: Annotated[str, Meta(max_length=20)] = ""
    name: Annotated[str, Meta(max_length=80)] = ""
    number: Annotated[str, Meta(max_length=40)] = ""
    token: Annotated[str, Meta(max_length=100)] = ""
    after: Annotated[int, Meta(ge=0)] = 0


class Text(_Said, tag="text", frozen=True):
    """The visitor writes."""

    id: Id
    text: Annotated[str, Meta(min_length=1, max_length=4_000)]


class Choose(_Said, tag="choose", frozen=True):
    """The visitor picks a choice of the menu."""

    key: Annotated[str, Meta(pattern="^[0-9*#]$")]


class End(_Said, tag="end", frozen=True):
    """The visitor ends the chat."""


class Typing(_Said, tag="typing", frozen=True):
    """The visitor is writing."""


Said = Hello | Text | Choose | End | Typing


def _read(page: dict[str, Any]) -> Said:
    try:
        said: Said = msgspec.convert(page, Said)
    except msgspec.ValidationError as failure:
        raise ChatRefused(f"This message is malformed: {failure}") from None
    return said


class _Page:
    """One open page: its socket, what it has seen, and the sign that there is something new."""

    def __init__(self, socket: PageSocket, visitor: Visitor, seen: int) -> None:
        self.socket = socket
        self.visitor = visitor
        self.seen = seen
        self.news = asyncio.Event()
        self.state: dict[str, Any] = {}
        self.news.set()


class ChatPages:
    """All open chat pages."""

    def __init__(self, desk: ChatDesk) -> None:
        """Serve conversations of `desk`."""
        self._desk = desk
        self._pages: dict[ConversationId, _Page] = {}
        self._starts = Limit(STARTS_BURST, STARTS_PER_S)
        self._opens = Limit(OPENS_BURST, OPENS_PER_S)
        self._open = 0
        self._background = Background()

    def note(self, news: list[News]) -> None:
        """Wake the pages that news concern."""
        for item in news:
            if isinstance(item, ContactNews | MessageNews):
                page = self._page_of(item.contact)
                if page is not None:
                    page.news.set()

    def writing(self, contact: ContactId) -> None:
        """Let the visitor see that the agent is writing."""
        page = self._page_of(contact)
        if page is not None:
            self._background.spawn(_send_quietly(page.socket, {"kind": "typing"}), "typing")

    async def settle(self) -> None:
        """When the engine is there (again): tell it which visitors are gone."""
        for conversation in self._desk.living():
            if conversation not in self._pages:
                await self._desk.gone(conversation)

    async def close(self) -> None:
        """Let all pages go: the desk goes down."""
        for page in list(self._pages.values()):
            await page.socket.close(CloseCode.GOING_DOWN, "going down")
        await self._background.close()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one visitor's page until it goes."""
        socket = PageSocket()
        response = await socket.open(request)
        if self._open >= PAGES_MAX or not self._opens.take(request.remote or ""):
            await socket.close(CloseCode.WAIT, "too many connections")
            return response
        self._open += 1
        try:
            await self._converse(socket, request.remote or "")
        except* (PageGone, StoreAway):
            pass  # it comes back by itself
        finally:
            self._open -= 1
            await socket.close(CloseCode.GOING_DOWN, "going down")
        return response

    async def _converse(self, socket: PageSocket, source: str) -> None:
        messages = socket.messages()
        page = await self._welcome(socket, await self._first(messages), source)
        if page is None:
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                speaking = [tasks.create_task(socket.keep_alive()), tasks.create_task(self._speak(page))]
                async for message in messages:
                    await self._hear(page, message)
                for task in speaking:
                    task.cancel()
        finally:
            if self._pages.get(page.visitor.conversation) is page:
                del self._pages[page.visitor.conversation]
                self._background.spawn(self._desk.gone(page.visitor.conversation), "visitor lost")

    async def _first(self, messages: Any) -> Hello | None:
        with contextlib.suppress(TimeoutError, StopAsyncIteration, ChatRefused):
            async with asyncio.timeout(HELLO_S):
                said = _read(await anext(messages))
                return said if isinstance(said, Hello) else None
        return None

    async def _welcome(self, socket: PageSocket, hello: Hello | None, source: str) -> _Page | None:
        """Find the visitor again or start a conversation, and let this page be its one page."""
        if hello is None:
            await socket.close(CloseCode.NOT_JSON, "say hello first")
            return None
        visitor = await self._desk.find(hello.token) if hello.token else None
        token, resumed = hello.token, visitor is not None
        try:
            if visitor is None:
                if not self._starts.take(source):
                    await socket.close(CloseCode.WAIT, "too many conversations")
                    return None
                visitor, token = await self._desk.begin(hello.entry, hello.language, hello.name, hello.number)
        except ChatRefused as refusal:
            await _send_quietly(socket, {"kind": "error", "reason": str(refusal)})
            await socket.close(CloseCode.WAIT, "not now")
            return None
        page = _Page(socket, visitor, hello.after if resumed else 0)
        await self._take_over(page)
        welcome = {"kind": "welcome", "token": token, "conversation": visitor.conversation, "resumed": resumed}
        await socket.send(welcome)
        return page

    async def _take_over(self, page: _Page) -> None:
        older = self._pages.get(page.visitor.conversation)
        self._pages[page.visitor.conversation] = page
        if older is not None:
            self._background.spawn(older.socket.close(CloseCode.NEWER_PAGE, "newer page"), "older page")
        self._background.spawn(self._desk.here(page.visitor.conversation), "visitor connected")

    async def _speak(self, page: _Page) -> None:
        while True:
            await page.news.wait()
            page.news.clear()
            try:
                messages = await self._desk.messages(page.visitor.conversation, page.seen)
            except StoreAway:
                await asyncio.sleep(RECORDS_S)
                page.news.set()
                continue
            for message in messages:
                page.seen = message["number"]
                await page.socket.send({"kind": "message", **message})
            state = self._desk.state(page.visitor.conversation)
            if state != page.state:
                page.state = state
                await page.socket.send({"kind": "state", **state})

    async def _hear(self, page: _Page, message: dict[str, Any]) -> None:
        given = message.get("id") if isinstance(message.get("id"), str) else None
        conversation = page.visitor.conversation
        try:
            match _read(message):
                case Text() as said:
                    await self._desk.write(page.visitor, said.id, said.text)
                    await page.socket.send({"kind": "ack", "id": said.id})
                case Choose() as said:
                    await self._desk.choose(page.visitor, said.key)
                case End():
                    await self._desk.leave(conversation)
                case Typing():
                    self._desk.typing(conversation)
                case _:
                    raise ChatRefused("Hello was said already.")
        except ChatRefused as refusal:
            await page.socket.send({"kind": "error", "reason": str(refusal)} | ({"id": given} if given else {}))
        except StoreAway:
            away = {"kind": "error", "reason": AWAY}
            await page.socket.send(away | ({"id": given} if given else {}))
        except PageGone:
            raise
        except Exception:
            log.exception("chat message failed")
            await page.socket.send({"kind": "error", "reason": "That did not work; it was noted."})

    def _page_of(self, contact: ContactId) -> _Page | None:
        conversation = self._desk.conversation_of(contact)
        return self._pages.get(conversation) if conversation is not None else None


async def _send_quietly(socket: PageSocket, message: dict[str, Any]) -> None:
    with contextlib.suppress(PageGone):
        await socket.send(message)
