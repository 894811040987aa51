"""Chats and SMS: one contact per customer, the same agent again, and nothing is lost when pages or carriers falter."""

import msgspec
import pytest

from contactcenter.model import events
from contactcenter.model.facts import (
    ContactArrived,
    ContactEnded,
    CustomerAnswered,
    CustomerLeft,
    OfferMade,
    TextDelivered,
    TextPosted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.flow import Branch, EnqueueNode, Flow, HangUpNode
from contactcenter.model.ids import ContactId, ConversationId, MessageId, PersonId, QueueId
from contactcenter.model.words import Author, Channel, ContactOutcome, Delivery, VisitOutcome
from tests.stories.centre import ANNA, BO, FAULTS, Centre, small_config

DAY_MS = 86_400_000


def test_a_chat_walks_the_same_menu_as_a_call_and_is_queued(centre: Centre) -> None:
    centre.signs_in(ANNA)
    chat = centre.chats()
    question = centre.facts(TextPosted)[0]
    assert (question.author, question.prompts) == (Author.SYSTEM, ("menu_main",))
    assert question.choices == (("1", "fault"), ("2", "info"))
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "my meter is 123")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.AgentTextWritten(ANNA, contact, MessageId("hello")))
    assert centre.facts(TextPosted)[0].delivery is Delivery.SENT
    numbers = [fact.number for fact in centre.all_facts(TextPosted)]
    assert numbers == list(range(1, len(numbers) + 1))
    centre.happens(events.ContactClosed(ANNA, contact))
    assert centre.refuses(events.ContactClosed(ANNA, contact)) == "this conversation is over"
    assert "not yours" in centre.refuses(events.AgentTextWritten(ANNA, contact, MessageId("late")))
    centre.wraps_up(ANNA, contact)
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.HANDLED
    assert centre.refuses(events.VisitorLeft(chat)) == "this chat is over"


def test_a_text_that_is_no_choice_is_answered_with_the_menu_again(centre: Centre) -> None:
    chat = centre.chats()
    centre.chooses(chat, "", "hello?")
    assert ("menu_wrong_key", "menu_main") in [fact.prompts for fact in centre.facts(TextPosted)]


def test_a_chat_that_only_wants_information_ends_itself(centre: Centre) -> None:
    centre.chooses(centre.chats(), "2")
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.SELF_SERVED


def test_an_agent_holds_three_chats_and_no_fourth(centre: Centre) -> None:
    centre.signs_in(ANNA)
    for name in ("one", "two", "three", "four"):
        chat = centre.chats(name)
        centre.chooses(chat, "1", f"choice of {name}")
        centre.chooses(chat, "", f"meter of {name}")
        if name != "four":
            centre.accepts(ANNA)
    assert len(centre.all_facts(OfferMade)) == 3
    centre.happens(events.ContactClosed(ANNA, centre.offer().contact))
    centre.wraps_up(ANNA, centre.offer().contact)
    assert len(centre.all_facts(OfferMade)) == 4


def test_a_call_is_not_offered_beside_a_live_chat_nor_a_chat_beside_a_call(centre: Centre) -> None:
    centre.signs_in(ANNA)
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "12")
    centre.accepts(ANNA)
    centre.calls()
    assert len(centre.all_facts(OfferMade)) == 1
    centre.happens(events.VisitorLeft(chat))
    assert len(centre.all_facts(OfferMade)) == 2, "the wrap-up of a text takes only its own unit"


def test_a_visitor_who_reloads_stays_and_one_who_is_gone_for_five_minutes_left(centre: Centre) -> None:
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "12")
    centre.happens(events.VisitorLost(chat))
    centre.passes(299_999)
    centre.happens(events.VisitorConnected(chat))
    centre.passes(600_000)
    centre.happens(events.VisitorLost(chat))
    centre.passes(300_000)
    assert centre.all_facts(VisitEnded)[0].outcome is VisitOutcome.ABANDONED
    for late in (events.VisitorConnected(chat), events.VisitorLost(chat)):
        assert centre.refuses(late) == "this chat is over"


def test_a_chat_on_no_entry_or_started_twice_is_refused(centre: Centre) -> None:
    chat = centre.chats()
    again = events.ChatStarted(chat, "web", PersonId("visitor"), None, "en")
    assert centre.refuses(again) == "this chat is already here"
    nowhere = events.ChatStarted(ConversationId("x"), "nowhere", PersonId("p"), None, "")
    assert centre.refuses(nowhere) == "there is no such chat entry"
    stray = events.TextArrived(ConversationId("x"), MessageId("m"), Channel.CHAT)
    assert centre.refuses(stray) == "this chat is over"


def test_texts_of_one_customer_make_one_contact(centre: Centre) -> None:
    centre.texts("my light is out")
    centre.texts("and the fridge too")
    assert len(centre.all_facts(ContactArrived)) == 1
    assert [fact.message for fact in centre.all_facts(TextPosted)] == ["my light is out", "and the fridge too"]
    centre.texts("hello", "+2")
    assert len(centre.all_facts(ContactArrived)) == 2


def test_a_text_to_a_number_that_nobody_has_is_refused(centre: Centre) -> None:
    stray = events.TextArrived(ConversationId(""), MessageId("m"), Channel.SMS, entry="+999", address_key="k")
    assert centre.refuses(stray) == "nobody has this number"


def test_the_answer_waits_in_the_outbox_until_the_carrier_speaks(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("help")
    centre.accepts(ANNA)
    answer = MessageId("we come")
    centre.happens(events.AgentTextWritten(ANNA, centre.offer().contact, answer))
    assert centre.center.outbox() == [answer]
    centre.crash()
    assert centre.center.outbox() == [answer]
    centre.happens(events.TextDelivery(answer, Delivery.SENT, "carrier-1"))
    assert centre.center.outbox() == []
    assert "already sent" in centre.refuses(events.TextDelivery(answer, Delivery.SENT))
    centre.happens(events.TextDelivery(answer, Delivery.DELIVERED))
    assert centre.facts(TextDelivered)[0].delivery is Delivery.DELIVERED
    assert "not in the outbox" in centre.refuses(events.TextDelivery(answer, Delivery.DELIVERED))


def test_the_next_text_goes_to_the_same_agent_first(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    centre.texts("one")
    centre.accepts(ANNA)
    first = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, first))
    centre.wraps_up(ANNA, first)
    centre.texts("two")
    assert centre.offer().agent == ANNA, "although Bo has been idle for longer"


def test_the_same_agent_is_waited_for_a_minute_and_no_longer(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one")
    centre.accepts(ANNA)
    first = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, first))
    centre.wraps_up(ANNA, first)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    centre.signs_in(BO)
    centre.texts("two")
    assert len(centre.all_facts(OfferMade)) == 1
    centre.passes(60_000)
    assert centre.offer().agent == BO


def test_the_same_agent_who_went_home_is_not_waited_for(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one")
    centre.accepts(ANNA)
    first = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, first))
    centre.happens(events.AgentSignedOut(ANNA))
    centre.signs_in(BO)
    centre.texts("two")
    assert centre.offer().agent == BO


def test_a_text_during_the_wrap_up_begins_one_new_contact(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one")
    centre.accepts(ANNA)
    first = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, first))
    centre.texts("two")
    centre.texts("three")
    assert len(centre.all_facts(ContactArrived)) == 2
    centre.wraps_up(ANNA, first)
    centre.texts("four")
    assert len(centre.all_facts(ContactArrived)) == 2


def test_a_day_of_silence_ends_an_sms_contact_without_wrap_up(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one")
    centre.accepts(ANNA)
    centre.passes(DAY_MS)
    assert centre.all_facts(ContactEnded)[0].outcome is ContactOutcome.HANDLED
    assert not centre.center.routing.floor.agents[ANNA].work


def test_an_sms_that_nobody_took_in_a_day_is_an_abandon(centre: Centre) -> None:
    centre.texts("one")
    centre.passes(DAY_MS)
    assert centre.all_facts(VisitEnded)[0].outcome is VisitOutcome.ABANDONED
    centre.texts("two")
    assert len(centre.all_facts(ContactArrived)) == 2


def test_a_chat_offer_runs_out_and_goes_on(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "12")
    centre.passes(30_000)
    assert centre.offer().agent == BO
    assert centre.center.routing.floor.agents[ANNA].reason == "no_answer"


@pytest.mark.parametrize("waited", [True, False])
def test_a_visitor_who_ends_the_chat_left(centre: Centre, waited: bool) -> None:
    chat = centre.chats()
    if waited:
        centre.chooses(chat, "1")
        centre.chooses(chat, "", "12")
    centre.passes(6_000)
    centre.happens(events.VisitorLeft(chat))
    assert centre.facts(CustomerLeft)
    outcome = ContactOutcome.ABANDONED if waited else ContactOutcome.LEFT_IN_IVR
    assert centre.facts(ContactEnded)[0].outcome is outcome


def test_closing_a_contact_that_is_not_ones_own_is_refused(centre: Centre) -> None:
    assert centre.refuses(events.ContactClosed(ANNA, ContactId("none"))) == "this conversation is over"


def test_a_visitor_who_leaves_during_the_wrap_up_changes_nothing(centre: Centre) -> None:
    centre.signs_in(ANNA)
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "12")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.happens(events.VisitorLeft(chat))
    assert [type(fact) for fact in centre.step.facts] == [CustomerLeft]
    centre.wraps_up(ANNA, contact)


def test_the_wait_for_the_same_agent_ends_even_while_it_rings_there(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one")
    centre.accepts(ANNA)
    first = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, first))
    centre.wraps_up(ANNA, first)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    centre.texts("two")
    centre.passes(45_000)
    centre.happens(events.ReadyChosen(ANNA))
    centre.signs_in(BO)
    centre.passes(30_000)
    assert centre.offer().agent == BO, "Anna did not answer, and the minute is over"


def test_the_service_clock_of_a_text_stops_at_the_first_answer_of_a_person(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("help")
    centre.passes(10_000)
    centre.accepts(ANNA)
    assert not centre.facts(CustomerAnswered), "taking it is no answer"
    contact = centre.offer().contact
    centre.passes(5_000)
    centre.happens(events.AgentTextWritten(ANNA, contact, MessageId("we come")))
    (answered,) = centre.facts(CustomerAnswered)
    assert (answered.agent, answered.queue, answered.answer_ms) == (ANNA, FAULTS, 15_000)
    centre.happens(events.AgentTextWritten(ANNA, contact, MessageId("in an hour")))
    assert not centre.facts(CustomerAnswered)


def test_who_is_given_back_unanswered_is_answered_by_the_next(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("help")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.AgentTextWritten(ANNA, contact, MessageId("one moment")))
    centre.happens(events.AgentSignedOut(ANNA))
    centre.passes(7_000)
    centre.signs_in(BO)
    centre.accepts(BO)
    centre.happens(events.AgentTextWritten(BO, contact, MessageId("I am Bo")))
    assert [fact.answer_ms for fact in centre.all_facts(CustomerAnswered)] == [0, 8_000]


def test_a_message_delivered_twice_is_one_message(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("help")
    assert centre.refuses(centre.journal[-1].event) == "this message is already here"
    centre.accepts(ANNA)
    written = events.AgentTextWritten(ANNA, centre.offer().contact, MessageId("we come"))
    centre.happens(written)
    assert centre.refuses(written) == "this message is already here"


def test_the_same_agent_is_not_kept_for_what_he_does_not_serve() -> None:
    config = small_config()
    sales = msgspec.structs.replace(config.queues[0], id=QueueId("sales"), skill="sales")
    entry = msgspec.structs.replace(config.entries[3], address="+8620", flow="sales")
    flow = Flow("sales", "s", (Branch("s", EnqueueNode(QueueId("sales"), "bye")), Branch("bye", HangUpNode())))
    queues, entries, flows = (*config.queues, sales), (*config.entries, entry), (*config.flows, flow)
    centre = Centre(msgspec.structs.replace(config, queues=queues, entries=entries, flows=flows))
    centre.signs_in(ANNA)
    centre.texts("one")
    text = centre.journal[-1].event
    centre.accepts(ANNA)
    centre.happens(msgspec.structs.replace(text, message=MessageId("two"), entry="+8620"))
    assert centre.facts(VisitOpened)[0].preferred is None
    centre.check_replay()
