"""Two histories of one run, as plain values: what the outside was promised, and what the centre holds at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from contactcenter.model.entry import Entry
from contactcenter.model.ids import ContactId, MessageId

__all__ = ["Act", "Handed", "Kept", "Promises", "Request", "Stored"]


class Act(NamedTuple):
    """An agent's act that was answered with yes; `subject` is the offer, contact or text it was about, if any."""

    kind: str
    agent: str
    subject: str = ""


class Request(NamedTuple):
    """A program's request that was answered `done`: an agent is ready, or not for a reason."""

    agent: str
    ready: bool
    reason: str = ""


class Handed(NamedTuple):
    """A text that the centre handed to the carrier, each time that it did."""

    id: str
    number: str
    body: str


class Promises(msgspec.Struct):
    """What the outside was promised. Every body and every caller's number is used once, so that each is its own mark.

    `texts` are the bodies of SMS by the carrier's id, answered 200; `chats` those of visitors' texts that were
    acknowledged; `answers` those of agents by the text's id; `callers` are numbers whose call was answered 200.
    """

    texts: dict[str, str] = {}
    chats: list[str] = []
    answers: dict[MessageId, str] = {}
    callers: list[str] = []
    acts: list[Act] = []
    requests: list[Request] = []
    handed: list[Handed] = []

    def count(self) -> int:
        """Return how many promises were made to people and programs."""
        said = len(self.texts) + len(self.chats) + len(self.answers)
        return said + len(self.callers) + len(self.acts) + len(self.requests)


class Stored(NamedTuple):
    """A text as the records hold it; `provider_id` is the carrier's id of one that came in by SMS."""

    id: MessageId
    body: str
    provider_id: str | None = None


class Kept(msgspec.Struct):
    """What the centre holds when everything has come to rest.

    `callers` are the numbers of voice contacts; `replay` says where deciding again differs, `folds` how the records
    differ from a fresh fold of the journal, `heard` what a subscriber of the bus holds otherwise than the journal.
    """

    entries: Sequence[Entry] = ()
    stored: Sequence[Stored] = ()
    callers: dict[ContactId, str] = {}
    replay: str = ""
    folds: Sequence[str] = ()
    heard: Sequence[str] = ()
