"""What visitors do, as events, and what they see of their conversation; the pages that carry it are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from contactcenter.adapters.chat.visitors import Visitor, Visitors
from contactcenter.adapters.console.committing import AWAY, sentence
from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.follower import Follower
from contactcenter.adapters.console.panels import Panels
from contactcenter.adapters.console.views import ContactView
from contactcenter.adapters.database.history import History
from contactcenter.adapters.database.messages import Bodies, NewText, message_id
from contactcenter.adapters.texts import Texts, key_of
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.events import ChatStarted, Event, TextArrived, VisitorConnected, VisitorLeft, VisitorLost
from contactcenter.model.ids import ContactId, ConversationId
from contactcenter.model.words import Author, Channel, Work
from contactcenter.runtime.ports import Link, LinkLost

__all__ = ["ChatDesk", "ChatRefused"]

MINUTE_MS = 60_000
FOLLOW_S = 5.0  # how long a committed start may take to come back over the feed

log = structlog.get_logger(__name__)


class ChatRefused(Exception):
    """What the visitor asked was not done; the message is a sentence for the visitor."""


class ChatDesk:
    """The conversations of visitors."""

    def __init__(
        self,
        link: Link,
        follower: Follower,
        desktop: Desktop,
        panels: Panels,
        visitors: Visitors,
        bodies: Bodies,
        history: History,
        texts: Texts,
        typing: Callable[[ContactId], None],
        clock: Clock = wall_ms,
    ) -> None:
        """Submit over `link`, show from `desktop`; `typing` is told whose visitor is writing."""
        self._link = link
        self._follower = follower
        self._desktop = desktop
        self._panels = panels
        self._visitors = visitors
        self._bodies = bodies
        self._history = history
        self._texts = texts
        self._typing = typing
        self._clock = clock

    async def find(self, token: str) -> Visitor | None:
        """Return the visitor who holds a token."""
        return await self._visitors.by_token(token)

    async def begin(self, entry: str, language: str, name: str, number: str) -> tuple[Visitor, str]:
        """Start a conversation and return its visitor and token. Raises ChatRefused."""
        config = self._desktop.config
        entries = [known for known in config.entries if known.channel is Channel.CHAT] if config is not None else []
        chosen = next((known for known in entries if entry in ("", known.address)), None)
        if config is None or chosen is None:
            raise ChatRefused("There is no chat here.")
        language = language if language in config.languages else chosen.language
        visitor = self._visitors.draw(chosen.address, language, number or None)
        token = await self._visitors.admit(visitor)
        try:
            sealed = await self._link.seal(visitor.person, name.strip()) if name.strip() else None
        except LinkLost:
            raise ChatRefused(AWAY) from None
        started = ChatStarted(visitor.conversation, visitor.entry, visitor.person, sealed, language)
        await self._follower.reach(await self._submit(started), FOLLOW_S)
        return visitor, token

    async def write(self, visitor: Visitor, given: str, text: str, key: str = "") -> None:
        """Take a visitor's text; return when it is committed. Raises ChatRefused."""
        view = self._living(visitor.conversation)
        message = message_id(given, visitor.conversation)
        if self._desktop.posted(message):
            return
        new = NewText(
            id=message,
            body=text,
            author=Author.CUSTOMER,
            at=self._clock(),
            conversation=visitor.conversation,
            contact=view.id,
            person=visitor.person,
        )
        await self._bodies.store(new)
        key = key or key_of(text, self._choices(view), self._texts)
        position = await self._submit(TextArrived(visitor.conversation, message, Channel.CHAT, key))
        await self._follower.reach(position, FOLLOW_S)

    async def choose(self, visitor: Visitor, key: str) -> None:
        """Take a choice of the menu that was shown last. Raises ChatRefused."""
        view = self._living(visitor.conversation)
        label = next((label for offered, label in self._choices(view) if offered == key), None)
        if label is None:
            raise ChatRefused("This choice is not offered any more.")
        given = f"choice-{view.messages[-1].number}-{key}"
        await self.write(visitor, given, self._texts.of(label, view.language) or key, key)

    async def leave(self, conversation: ConversationId) -> None:
        """End a conversation at the visitor's wish. Raises ChatRefused."""
        await self._submit(VisitorLeft(conversation))

    async def here(self, conversation: ConversationId) -> None:
        """Tell the centre that the visitor's page is connected."""
        await self._tell(VisitorConnected(conversation))

    async def gone(self, conversation: ConversationId) -> None:
        """Tell the centre that the visitor's page went without a word."""
        if self._desktop.conversation(conversation) is not None:
            await self._tell(VisitorLost(conversation))

    def typing(self, conversation: ConversationId) -> None:
        """Let the agent see that the visitor is writing."""
        view = self._desktop.conversation(conversation)
        if view is not None:
            self._typing(view.id)

    def living(self) -> list[ConversationId]:
        """Return all chats that have not ended."""
        chats = [view for view in self._desktop.contacts.values() if view.channel is Channel.CHAT]
        return [view.conversation for view in chats if view.conversation is not None]

    def conversation_of(self, contact: ContactId) -> ConversationId | None:
        """Return a contact's conversation."""
        view = self._desktop.contact(contact)
        return view.conversation if view is not None else None

    async def messages(self, conversation: ConversationId, after: int) -> list[dict[str, Any]]:
        """Return the texts of a conversation whose number is greater than `after`."""
        view = self._desktop.conversation(conversation)
        if view is not None:
            return await self._panels.messages([message for message in view.messages if message.number > after])
        return [self._panels.stored(row) for row in await self._history.thread(conversation, after)]

    def state(self, conversation: ConversationId) -> dict[str, Any]:
        """Return how the conversation stands, in the visitor's words."""
        view = self._desktop.conversation(conversation)
        if view is None or view.ended:
            return {"state": "ended", "position": None, "wait_min": None, "agent": None}
        holder = self._desktop.holder(view.id)
        work = self._desktop.agents[holder].work[view.id].state if holder is not None else None
        if work is Work.WRAP_UP:
            return {"state": "ended", "position": None, "wait_min": None, "agent": None}
        if work in (Work.TALKING, Work.HOLD):
            return {"state": "talking", "position": None, "wait_min": None, "agent": self._panels.agent_name(holder)}
        waiting = view.queue is not None
        return {
            "state": "waiting" if waiting else "menu",
            "position": view.position if waiting else None,
            "wait_min": -(-view.wait_ms // MINUTE_MS) if waiting and view.wait_ms is not None else None,
            "agent": None,
        }

    def _living(self, conversation: ConversationId) -> ContactView:
        view = self._desktop.conversation(conversation)
        if view is None or view.ended:
            raise ChatRefused("This chat is over.")
        return view

    def _choices(self, view: ContactView) -> tuple[tuple[str, str], ...]:
        """Return the choices of the text that was written last; an older menu is not on offer any more."""
        return view.messages[-1].choices if view.messages else ()

    async def _submit(self, event: Event) -> int:
        try:
            receipt = await self._link.submit(event)
        except LinkLost:
            raise ChatRefused(AWAY) from None
        if receipt.position is None:
            raise ChatRefused(sentence(receipt.rejected))
        return receipt.position.sequence

    async def _tell(self, event: Event) -> None:
        try:
            await self._submit(event)
        except ChatRefused:
            log.info("visitor's presence not taken", kind=type(event).__name__)
