"""All text threads as values, and how facts change them. Holds no rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contactcenter.model.config import EntryConfig
from contactcenter.model.facts import (
    ConfigApplied,
    ContactArrived,
    ContactEnded,
    CustomerLeft,
    FlowEnded,
    PromptEnded,
    PromptIssued,
    TalkEnded,
    TalkStarted,
    TextDelivered,
    TextPosted,
    VisitOpened,
    VisitorSeen,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, ConversationId, MessageId, PlayId
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel, Delivery, Work

__all__ = ["CHANGES", "Thread", "Threads", "sms_thread"]

SILENCE_MS = 86_400_000  # an SMS contact ends after a day without a word
VISITOR_GRACE_MS = 300_000  # a chat page may be gone that long (reload, tunnel, dead battery) before the visitor left
OUTBOX_DONE_MAX = 10_000  # sent texts whose delivery may still be reported; the oldest give way

RECENT_MAX = 50_000  # messages that are known again when they are delivered twice; the records know older ones


@dataclass(slots=True)
class Thread:
    """One customer's conversation with one of our entries; `contact` is the open contact in it."""

    contact: ContactId
    channel: Channel
    language: str
    count: int = 0
    in_flow: bool = True
    collecting: PlayId | None = None
    agent: AgentId | None = None
    talked: bool = False
    left: bool = False
    base: ConversationId | None = None
    silent_at: int = 0
    parked_at: int | None = None


@dataclass(eq=False, repr=False, slots=True)
class Threads:
    """The whole state of text conversations."""

    timers: Timers
    threads: dict[ConversationId, Thread] = field(default_factory=dict)
    open_sms: dict[ConversationId, ConversationId] = field(default_factory=dict)
    by_contact: dict[ContactId, ConversationId] = field(default_factory=dict)
    entries: dict[tuple[Channel, str], EntryConfig] = field(default_factory=dict)
    outbox: dict[MessageId, ContactId] = field(default_factory=dict)
    sent: dict[MessageId, ContactId] = field(default_factory=dict)
    recent: dict[MessageId, None] = field(default_factory=dict)

    def of(self, contact: ContactId) -> tuple[ConversationId, Thread] | None:
        """Return the thread of an open text contact."""
        conversation = self.by_contact.get(contact)
        return None if conversation is None else (conversation, self.threads[conversation])


def sms_thread(entry: str, address_key: str) -> ConversationId:
    """Return the base id of one customer's thread with one of our numbers."""
    return ConversationId(f"{entry}/{address_key}")


def _config(threads: Threads, fact: ConfigApplied, now: int) -> None:
    threads.entries = {(entry.channel, entry.address): entry for entry in fact.config.entries}


def _arrived(threads: Threads, fact: ContactArrived, now: int) -> None:
    if fact.conversation is None:
        return
    threads.threads[fact.conversation] = Thread(fact.contact, fact.channel, fact.language)
    threads.by_contact[fact.contact] = fact.conversation
    if fact.channel is Channel.SMS:
        base = sms_thread(fact.entry, fact.address_key)
        threads.open_sms[base] = fact.conversation
        threads.threads[fact.conversation].base = base


def _posted(threads: Threads, fact: TextPosted, now: int) -> None:
    thread = threads.threads[fact.conversation]
    thread.count = fact.number
    threads.recent[fact.message] = None
    if len(threads.recent) > RECENT_MAX:
        del threads.recent[next(iter(threads.recent))]
    thread.silent_at = now + SILENCE_MS
    if thread.parked_at is not None:
        thread.parked_at = now  # the clock begins anew, and stands still
    elif thread.channel is Channel.SMS:
        threads.timers.set(("conversations", "silence", fact.conversation), thread.silent_at)
    if fact.delivery is Delivery.PENDING:
        threads.outbox[fact.message] = fact.contact


def _delivered(threads: Threads, fact: TextDelivered, now: int) -> None:
    threads.outbox.pop(fact.message, None)
    threads.sent.pop(fact.message, None)
    if fact.delivery is Delivery.SENT:
        threads.sent[fact.message] = fact.contact
        if len(threads.sent) > OUTBOX_DONE_MAX:
            del threads.sent[next(iter(threads.sent))]


def _prompt_issued(threads: Threads, fact: PromptIssued, now: int) -> None:
    found = threads.of(fact.contact)
    if found is not None:
        found[1].collecting = fact.prompt if fact.collect else None


def _prompt_ended(threads: Threads, fact: PromptEnded, now: int) -> None:
    found = threads.of(fact.contact)
    if found is not None and found[1].collecting == fact.prompt:
        found[1].collecting = None


def _flow_ended(threads: Threads, fact: FlowEnded, now: int) -> None:
    found = threads.of(fact.contact)
    if found is not None:
        found[1].in_flow = False


def _talk_started(threads: Threads, fact: TalkStarted, now: int) -> None:
    found = threads.of(fact.contact)
    if found is not None:
        found[1].agent, found[1].talked = fact.agent, True


def _visit_opened(threads: Threads, fact: VisitOpened, now: int) -> None:
    found = threads.of(fact.contact)
    if found is not None:
        found[1].talked = False  # given back to its queue: the conversation goes on


def _talk_ended(threads: Threads, fact: TalkEnded, now: int) -> None:
    found = threads.of(fact.contact)
    if found is not None:
        found[1].agent = None
        if fact.passed_on:
            found[1].talked = False  # passed on to somebody else: the conversation goes on


def _work_changed(threads: Threads, fact: WorkChanged, now: int) -> None:
    """Let the clock of an SMS thread stand still while its agent is in a call."""
    found = threads.of(fact.contact) if fact.channel is Channel.SMS else None
    if found is None or found[1].left:
        return
    conversation, thread = found
    if fact.work is Work.PARKED:
        thread.parked_at = now
        threads.timers.clear(("conversations", "silence", conversation))
    elif thread.parked_at is not None:
        thread.silent_at += now - thread.parked_at
        thread.parked_at = None
        threads.timers.set(("conversations", "silence", conversation), thread.silent_at)


def _visitor_seen(threads: Threads, fact: VisitorSeen, now: int) -> None:
    alarm = ("conversations", "visitor", fact.conversation)
    if fact.connected:
        threads.timers.clear(alarm)
    else:
        threads.timers.set(alarm, now + VISITOR_GRACE_MS)


def _left(threads: Threads, fact: CustomerLeft, now: int) -> None:
    found = threads.of(fact.contact)
    if found is not None:
        found[1].left = True
        threads.timers.clear(("conversations", "visitor", found[0]))
        threads.timers.clear(("conversations", "silence", found[0]))


def _ended(threads: Threads, fact: ContactEnded, now: int) -> None:
    conversation = threads.by_contact.pop(fact.contact, None)
    if conversation is None:
        return
    thread = threads.threads.pop(conversation)
    if thread.base is not None and threads.open_sms.get(thread.base) == conversation:
        del threads.open_sms[thread.base]
    for kind in ("visitor", "silence"):
        threads.timers.clear(("conversations", kind, conversation))


CHANGES: dict[type[Any], Callable[[Threads, Any, int], None]] = {
    ConfigApplied: _config,
    ContactArrived: _arrived,
    TextPosted: _posted,
    TextDelivered: _delivered,
    PromptIssued: _prompt_issued,
    PromptEnded: _prompt_ended,
    FlowEnded: _flow_ended,
    TalkStarted: _talk_started,
    TalkEnded: _talk_ended,
    VisitOpened: _visit_opened,
    VisitorSeen: _visitor_seen,
    WorkChanged: _work_changed,
    CustomerLeft: _left,
    ContactEnded: _ended,
}
