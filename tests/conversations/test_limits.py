"""What a carrier may still report is remembered for so many texts and no more."""

import msgspec

from contactcenter.conversations.state import OUTBOX_DONE_MAX, RECENT_MAX
from contactcenter.conversations.threads import Conversations
from contactcenter.model.entry import Position
from contactcenter.model.facts import PromptIssued, TextDelivered, TextPosted
from contactcenter.model.ids import ContactId, MessageId, PlayId
from contactcenter.model.part import changes_of
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import Delivery
from tests.stories.centre import Centre


def test_the_oldest_sent_texts_are_forgotten() -> None:
    conversations = Conversations(Timers())
    for number in range(OUTBOX_DONE_MAX + 1):
        conversations.apply(TextDelivered(ContactId("C"), MessageId(f"M{number}"), Delivery.SENT), 0)
    assert len(conversations.threads.sent) == OUTBOX_DONE_MAX
    assert "M0" not in conversations.threads.sent


def test_messages_are_known_again_up_to_a_number() -> None:
    centre = Centre()
    centre.texts("first")
    posted = centre.all_facts(TextPosted)[0]
    for number in range(RECENT_MAX):
        again = msgspec.structs.replace(posted, message=MessageId(f"M{number}"), number=number)
        centre.center.conversations.apply(again, 0)
    recent = centre.center.conversations.threads.recent
    assert len(recent) == RECENT_MAX and "first" not in recent


def test_a_silent_prompt_posts_nothing_and_is_over_at_once() -> None:
    centre = Centre()
    conversation = centre.chats()
    contact = centre.center.conversations.threads.threads[conversation].contact
    draft = Draft(0, Position(1, 9), changes_of([centre.center.conversations]))
    centre.center.conversations.react(PromptIssued(contact, PlayId("p"), (), "en"), draft)
    assert [type(fact).__name__ for fact in draft.facts] == ["PromptEnded"]


def test_a_prompt_for_a_caller_is_not_written_anywhere() -> None:
    conversations = Conversations(Timers())
    draft = Draft(0, Position(1, 1), changes_of([conversations]))
    conversations.react(PromptIssued(ContactId("voice"), PlayId("p"), ("menu",), "en"), draft)
    assert not draft.facts
