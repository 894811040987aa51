"""An agent's console without a browser: signs in, holds the socket, knows state and contacts, asks for acts.

It speaks what docs/console-protocol.md says and nothing else.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import aiohttp
import msgspec

__all__ = ["NEWER_PAGE", "ConsolePage", "Contact", "SignInRefused"]

NO_SESSION, NEWER_PAGE = 4401, 4409
ANSWER_S = 15.0


class SignInRefused(Exception):
    """The desk does not let us in; `status` is its HTTP status."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(str(status))
        self.status = status


class Said(msgspec.Struct, frozen=True):
    """One message of a thread."""

    id: str
    author: str
    text: str


class Contact(msgspec.Struct, frozen=True):
    """A contact in the agent's hands."""

    id: str
    channel: str
    state: str
    offer: str | None = None
    can_accept: bool = False
    dispositions: tuple[str, ...] = ()
    messages: tuple[Said, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """The agent's own state; `next` is what comes into force after the contacts in hand."""

    presence: str
    reason: str = ""
    station: str | None = None
    next: Any = None


class ConsolePage:
    """One agent's page; `news` is set, and replaced, whenever something changed."""

    def __init__(self, browser: aiohttp.ClientSession, url: str) -> None:
        """Use `browser` (which keeps cookies) with the desk at `url`."""
        self.agent: Standing | None = None
        self.contacts: dict[str, Contact] = {}
        self.news = asyncio.Event()
        self._browser = browser
        self._url = url
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._threads: dict[str, dict[str, Said]] = {}
        self._answers: dict[int, asyncio.Future[str]] = {}
        self._requests = itertools.count(1)

    async def sign_in(self, name: str, password: str) -> None:
        """Begin a session. Raises SignInRefused, aiohttp.ClientError."""
        async with self._browser.post(f"{self._url}/api/sign-in", json={"name": name, "password": password}) as answer:
            if answer.status != 200:
                raise SignInRefused(answer.status)

    async def open(self) -> None:
        """Open the socket. Raises aiohttp.ClientError."""
        self._socket = await self._browser.ws_connect(f"{self._url}/ws/console", origin=self._url)

    async def listen(self) -> int:
        """Take in what comes until the socket closes; return the close code."""
        assert self._socket is not None
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(msgspec.json.decode(message.data))
                self.news.set()
                self.news = asyncio.Event()
        for waiting in self._answers.values():
            waiting.cancel()
        return self._socket.close_code or 0

    async def do(self, act: str, **fields: object) -> str:
        """Ask for an act; return why it was refused, empty when it was done."""
        assert self._socket is not None
        request = next(self._requests)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._answers[request] = answer
        try:
            await self._socket.send_json({"request": request, "do": act, **fields})
            return await asyncio.wait_for(answer, ANSWER_S)
        except (ConnectionError, TimeoutError) as failure:
            return str(failure) or "no answer"
        finally:
            del self._answers[request]

    def thread(self, contact: str) -> list[Said]:
        """Return the messages of a contact in their order."""
        return list(self._threads.get(contact, {}).values())

    async def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            await self._socket.close()

    def _take(self, page: dict[str, Any]) -> None:
        match page["kind"]:
            case "snapshot":
                self.contacts, self._threads = {}, {}
                self.agent = msgspec.convert(page["agent"], Standing)
                for contact in page["contacts"]:
                    self._hold(contact)
            case "agent":
                self.agent = msgspec.convert(page["agent"], Standing)
            case "contact":
                self._hold(page["contact"])
            case "contact_gone":
                self.contacts.pop(page["contact"], None)
                self._threads.pop(page["contact"], None)
            case "message" if page["contact"] in self.contacts:
                self._add(page["contact"], msgspec.convert(page["message"], Said))
            case "answer" if (waiting := self._answers.get(page["request"])) is not None and not waiting.done():
                waiting.set_result("" if page["ok"] else str(page["error"]))

    def _hold(self, page: dict[str, Any]) -> None:
        contact = msgspec.convert(page, Contact)
        self.contacts[contact.id] = contact
        for said in contact.messages:
            self._add(contact.id, said)

    def _add(self, contact: str, said: Said) -> None:
        self._threads.setdefault(contact, {})[said.id] = said
