"""What SMS needs to know of open contacts: who is written to, which choices were offered, which texts stand or wait.

A fold over entries; pure, and rebuilt at every start.
"""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from contactcenter.model.entry import Entry
from contactcenter.model.facts import ContactArrived, ContactEnded, PersonErased, TextDelivered, TextPosted
from contactcenter.model.ids import ContactId, MessageId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Author, Channel, Delivery

__all__ = ["Outgoing", "Threads"]

POSTED_KEPT = 50_000  # carriers repeat a text for some hours


class Outgoing(msgspec.Struct, frozen=True):
    """A text that waits for its carrier."""

    message: MessageId
    contact: ContactId
    author: Author
    entry: str
    address: Sealed | None
    prompts: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    language: str


class _Thread(msgspec.Struct):
    entry: str
    address_key: str
    address: Sealed | None
    choices: tuple[tuple[str, str], ...] = ()


class Threads:
    """All open SMS contacts and the texts that wait to go out."""

    def __init__(self) -> None:
        """Begin with none."""
        self.waiting: dict[MessageId, Outgoing] = {}
        self._threads: dict[ContactId, _Thread] = {}
        self._open: dict[tuple[str, str], ContactId] = {}
        self._posted: OrderedDict[MessageId, None] = OrderedDict()

    def apply(self, entry: Entry) -> list[Outgoing]:
        """Take an entry into account and return the texts that are to go out because of it."""
        before = set(self.waiting)
        for fact in entry.facts:
            match fact:
                case ContactArrived() if fact.channel is Channel.SMS:
                    self._threads[fact.contact] = _Thread(fact.entry, fact.address_key, fact.address)
                    self._open[fact.entry, fact.address_key] = fact.contact
                case ContactEnded():
                    self._end(fact.contact)
                case TextPosted():
                    self._post(fact)
                case TextDelivered():
                    self.waiting.pop(fact.message, None)
                case PersonErased():
                    self._erase(fact)
        return [text for message, text in self.waiting.items() if message not in before]

    def posted(self, message: MessageId) -> bool:
        """Tell whether a text stands in a conversation already."""
        return message in self._posted

    def choices(self, entry: str, address_key: str) -> tuple[tuple[str, str], ...]:
        """Return what an address was offered last by one of our numbers."""
        contact = self._open.get((entry, address_key))
        return self._threads[contact].choices if contact is not None else ()

    def _post(self, fact: TextPosted) -> None:
        thread = self._threads.get(fact.contact)
        if thread is None:
            return
        self._posted[fact.message] = None
        if len(self._posted) > POSTED_KEPT:
            self._posted.popitem(last=False)
        if fact.author is Author.SYSTEM:
            thread.choices = fact.choices
        if fact.delivery is Delivery.PENDING:
            self.waiting[fact.message] = Outgoing(
                fact.message,
                fact.contact,
                fact.author,
                thread.entry,
                thread.address,
                fact.prompts,
                fact.choices,
                fact.language,
            )

    def _end(self, contact: ContactId) -> None:
        thread = self._threads.pop(contact, None)
        if thread is not None and self._open.get((thread.entry, thread.address_key)) == contact:
            del self._open[thread.entry, thread.address_key]

    def _erase(self, fact: PersonErased) -> None:
        for thread in self._threads.values():
            if thread.address is not None and thread.address.person == fact.person:
                thread.address = None
