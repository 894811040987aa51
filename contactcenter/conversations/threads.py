"""What is written in text conversations and what follows from it: arrivals, messages, choices, silence.

One customer's texts to one of our numbers make one open contact; a chat is a contact of its own. The customer may
write on while the agent wraps up an SMS contact: then a new contact begins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.conversations.state import CHANGES, Thread, Threads, sms_thread
from contactcenter.model import events, facts
from contactcenter.model.events import Event
from contactcenter.model.ids import AgentId, ContactId, ConversationId, MessageId
from contactcenter.model.part import Part, answering, changing
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import Author, Channel, Delivery

__all__ = ["Conversations"]

NEXT_KEY = ""  # a text that names no choice: the flow takes it for a wrong key


class Conversations(Part):
    """SMS and chat threads with their outbox."""

    def __init__(self, timers: Timers) -> None:
        """Begin with no thread."""
        self.threads = Threads(timers)
        self.bind()

    def bind(self) -> None:
        """Let facts change and be answered by the state as it is."""
        self.changes = changing(self.threads, CHANGES)
        self.answers = answering(self.threads, _ANSWERS)

    def handle(self, event: Event, draft: Draft) -> None:
        """Answer what a customer, an agent or a carrier did."""
        _EVENTS[type(event)](self.threads, event, draft)

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """A texter fell silent for good, or a visitor's page did not come back."""
        thread = self.threads.threads[ConversationId(name[2])]
        draft.emit(facts.CustomerLeft(thread.contact))


def _chat_started(threads: Threads, event: events.ChatStarted, draft: Draft) -> None:
    entry = threads.entries.get((Channel.CHAT, event.entry))
    if event.conversation in threads.threads:
        draft.reject("this chat is already here")
    elif entry is None:
        draft.reject("there is no such chat entry")
    else:
        contact = ContactId(draft.new_id("C"))
        language = event.language or entry.language
        arrived = facts.ContactArrived(
            contact,
            Channel.CHAT,
            event.entry,
            entry.flow,
            language,
            event.person,
            event.name,
            "",
            None,
            event.conversation,
        )
        draft.emit(arrived)


def _text_arrived(threads: Threads, event: events.TextArrived, draft: Draft) -> None:
    if event.message in threads.recent:
        draft.reject("this message is already here")
        return
    if event.channel is Channel.SMS:
        _sms_arrived(threads, event, draft)
        return
    thread = threads.threads.get(event.conversation)
    if thread is None or thread.left:
        draft.reject("this chat is over")
    else:
        _customer_wrote(thread, event.conversation, event, draft)


def _sms_arrived(threads: Threads, event: events.TextArrived, draft: Draft) -> None:
    entry = threads.entries.get((Channel.SMS, event.entry))
    if entry is None:
        draft.reject("nobody has this number")
        return
    base = sms_thread(event.entry, event.address_key)
    conversation = threads.open_sms.get(base, base)
    thread = threads.threads.get(conversation)
    if thread is not None and _over(thread):
        # The last contact is being wrapped up under this id; the new one gets an id of its own.
        conversation = ConversationId(f"{base}/{event.message}")
        thread = None
    if thread is None:
        _open_sms(conversation, entry.flow, entry.language, event, draft)
        thread = threads.threads[conversation]
    _customer_wrote(thread, conversation, event, draft)


def _over(thread: Thread) -> bool:
    return thread.left or (thread.agent is None and thread.talked)


def _open_sms(conversation: ConversationId, flow: str, language: str, event: events.TextArrived, draft: Draft) -> None:
    contact = ContactId(draft.new_id("C"))
    draft.emit(
        facts.ContactArrived(
            contact,
            Channel.SMS,
            event.entry,
            flow,
            language,
            event.person,
            event.address,
            event.address_key,
            None,
            conversation,
        )
    )


def _customer_wrote(thread: Thread, conversation: ConversationId, event: events.TextArrived, draft: Draft) -> None:
    first = thread.count == 0
    draft.emit(facts.TextPosted(thread.contact, conversation, thread.count + 1, Author.CUSTOMER, event.message))
    if thread.collecting is not None:
        draft.emit(facts.PromptEnded(thread.contact, thread.collecting, "done"))
    elif thread.in_flow and not (first and thread.channel is Channel.SMS):
        draft.emit(facts.KeyHeard(thread.contact, event.key or NEXT_KEY))


def _visitor_lost(threads: Threads, event: events.VisitorLost, draft: Draft) -> None:
    _seen(threads, event.conversation, False, draft)


def _visitor_connected(threads: Threads, event: events.VisitorConnected, draft: Draft) -> None:
    _seen(threads, event.conversation, True, draft)


def _seen(threads: Threads, conversation: ConversationId, connected: bool, draft: Draft) -> None:
    thread = threads.threads.get(conversation)
    if thread is None or thread.left:
        draft.reject("this chat is over")
    else:
        draft.emit(facts.VisitorSeen(thread.contact, conversation, connected))


def _visitor_left(threads: Threads, event: events.VisitorLeft, draft: Draft) -> None:
    thread = threads.threads.get(event.conversation)
    if thread is None or thread.left:
        draft.reject("this chat is over")
    else:
        draft.emit(facts.CustomerLeft(thread.contact))


def _agent_wrote(threads: Threads, event: events.AgentTextWritten, draft: Draft) -> None:
    found = threads.of(event.contact)
    if event.message in threads.recent:
        draft.reject("this message is already here")
        return
    if found is None or found[1].agent != event.agent:
        draft.reject("this conversation is not yours or is over")
        return
    conversation, thread = found
    _post(thread, conversation, draft, Author.AGENT, event.message, event.agent)


def _post(
    thread: Thread,
    conversation: ConversationId,
    draft: Draft,
    author: Author,
    message: MessageId,
    agent: AgentId | None = None,
    prompts: tuple[str, ...] = (),
    choices: tuple[tuple[str, str], ...] = (),
) -> None:
    """State that we wrote; what goes out by a carrier waits in the outbox, a chat is read from the feed."""
    delivery = Delivery.PENDING if thread.channel is Channel.SMS else Delivery.SENT
    draft.emit(
        facts.TextPosted(
            thread.contact,
            conversation,
            thread.count + 1,
            author,
            message,
            agent,
            prompts,
            choices,
            thread.language,
            delivery,
        )
    )


def _post_prompt(threads: Threads, fact: facts.PromptIssued, draft: Draft) -> None:
    """Write a flow's prompt into the thread; a written prompt is over at once, a question waits for its answer."""
    found = threads.of(fact.contact)
    if found is None:
        return
    conversation, thread = found
    if fact.prompts or fact.choices:
        message = MessageId(draft.new_id("M"))
        _post(thread, conversation, draft, Author.SYSTEM, message, prompts=fact.prompts, choices=fact.choices)
    if not fact.collect:
        draft.emit(facts.PromptEnded(fact.contact, fact.prompt))


def _post_announcement(threads: Threads, fact: facts.AnnouncementMade | facts.FarewellBegun, draft: Draft) -> None:
    """Write to who waits what callers are told."""
    found = threads.of(fact.contact)
    if found is not None:
        conversation, thread = found
        message = MessageId(draft.new_id("M"))
        _post(thread, conversation, draft, Author.SYSTEM, message, prompts=fact.prompts)


def _post_farewell(threads: Threads, fact: facts.FarewellBegun, draft: Draft) -> None:
    """Write the last words; what is written is over at once."""
    if threads.of(fact.contact) is not None:
        _post_announcement(threads, fact, draft)
        draft.emit(facts.PromptEnded(fact.contact, fact.prompt))


def _delivered(threads: Threads, event: events.TextDelivery, draft: Draft) -> None:
    contact = threads.outbox.get(event.message) or threads.sent.get(event.message)
    if contact is None:
        draft.reject("this text is not in the outbox")
    elif event.delivery is Delivery.SENT and event.message in threads.sent:
        draft.reject("this text was already sent")
    else:
        draft.emit(facts.TextDelivered(contact, event.message, event.delivery))


_EVENTS: dict[type[Any], Callable[[Threads, Any, Draft], None]] = {
    events.ChatStarted: _chat_started,
    events.TextArrived: _text_arrived,
    events.VisitorConnected: _visitor_connected,
    events.VisitorLost: _visitor_lost,
    events.VisitorLeft: _visitor_left,
    events.AgentTextWritten: _agent_wrote,
    events.TextDelivery: _delivered,
}

_ANSWERS: dict[type[Any], tuple[Callable[[Threads, Any, Draft], None], ...]] = {
    facts.PromptIssued: (_post_prompt,),
    facts.AnnouncementMade: (_post_announcement,),
    facts.FarewellBegun: (_post_farewell,),
}
