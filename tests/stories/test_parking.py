"""A call interrupts texts, never chats: parked, their clocks stand still, and they are back in hand afterwards."""

import msgspec

from contactcenter.model import events
from contactcenter.model.config import CenterConfig, OutgoingConfig
from contactcenter.model.facts import (
    ContactEnded,
    CustomerAnswered,
    Fact,
    OfferMade,
    TalkEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import ContactId, MessageId
from contactcenter.model.transfers import ToAgent
from contactcenter.model.words import ContactOutcome, Work, WrapUpKind
from contactcenter.reports.contacts import ContactRecords, SegmentKind
from tests.stories.centre import ANNA, BO, Centre, agent, sealed, small_config

DAY_MS = 86_400_000


def texting(centre: Centre, number: str = "+2") -> ContactId:
    """Let Anna have a text in hand."""
    centre.texts(f"hello from {number}", number)
    centre.accepts(ANNA)
    return centre.offer().contact


def called(centre: Centre, number: str = "+1") -> ContactId:
    """Let a caller be answered."""
    contact = centre.calls(number)
    centre.answers()
    return contact


def works(centre: Centre, contact: ContactId) -> list[Work]:
    """Return what was done with a contact, in order."""
    return [fact.work for fact in centre.all_facts(WorkChanged) if fact.contact == contact]


def in_hand(centre: Centre) -> dict[ContactId, Work]:
    """Return what Anna has in hand."""
    return {contact: work for contact, (_, work) in centre.center.routing.floor.agents[ANNA].work.items()}


def restricted(config: CenterConfig, **anna: object) -> CenterConfig:
    """Return the configuration with another Anna."""
    return msgspec.structs.replace(config, agents=(agent("anna", **anna), agent("bo")))


def test_a_call_parks_a_text_and_gives_it_back_after_its_wrap_up(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    call = called(centre)
    assert in_hand(centre) == {text: Work.PARKED, call: Work.TALKING}
    centre.hangs_up("+1")
    assert in_hand(centre)[text] is Work.PARKED, "the wrap-up of a call is part of it"
    centre.wraps_up(ANNA, call)
    assert in_hand(centre) == {text: Work.TALKING}
    assert works(centre, text) == [Work.RINGING, Work.TALKING, Work.PARKED, Work.TALKING]
    assert not centre.all_facts(TalkEnded)[1:], "the customer was not parted from her"


def test_while_it_rings_the_text_is_still_in_hand(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.calls("+1")
    assert in_hand(centre)[text] is Work.TALKING
    centre.hangs_up("+1")
    assert works(centre, text)[-1] is Work.TALKING


def test_all_texts_are_parked_and_nothing_is_offered_beside_the_call(centre: Centre) -> None:
    centre.signs_in(ANNA)
    texts = [texting(centre, f"+2{number}") for number in range(3)]
    call = called(centre)
    assert [in_hand(centre)[text] for text in texts] == [Work.PARKED] * 3
    centre.texts("one more", "+3")
    offers = len(centre.all_facts(OfferMade))
    centre.hangs_up("+1")
    assert len(centre.all_facts(OfferMade)) == offers
    centre.wraps_up(ANNA, call)
    assert len(centre.all_facts(OfferMade)) == offers + 1


def test_hold_and_back_leaves_what_is_parked_parked(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    called(centre)
    leg = centre.ringing_leg()
    centre.happens(events.LegHeld(leg))
    centre.happens(events.LegResumed(leg))
    assert works(centre, text).count(Work.PARKED) == 1


def test_a_chat_is_never_interrupted(centre: Centre) -> None:
    centre.signs_in(ANNA)
    chat = centre.chats()
    centre.chooses(chat, "1", "a")
    centre.chooses(chat, "", "b")
    centre.accepts(ANNA)
    centre.calls("+1")
    assert len(centre.all_facts(OfferMade)) == 1


def test_who_is_not_to_be_interrupted_is_offered_no_call_beside_a_text() -> None:
    centre = Centre(restricted(small_config(), calls_interrupt=()))
    centre.signs_in(ANNA)
    text = texting(centre)
    call = centre.calls("+1")
    assert len(centre.all_facts(OfferMade)) == 1
    centre.happens(events.ContactClosed(ANNA, text))
    assert centre.offer().contact == call, "what is only written up is no conversation"
    centre.answers()
    assert in_hand(centre)[text] is Work.PARKED
    centre.check_replay()


def test_the_wrap_up_of_a_text_is_parked_too_and_its_time_begins_anew(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.happens(events.ContactClosed(ANNA, text))
    centre.passes(50_000)
    call = called(centre)
    facts = centre.passes(120_000)
    assert not [fact for fact in facts if isinstance(fact, ContactEnded)], "nobody can write and talk at once"
    assert "no limit to extend" in centre.refuses(events.ExtensionAsked(ANNA, text, 1))
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, call)
    assert in_hand(centre) == {text: Work.WRAP_UP}
    assert not _ends(centre.passes(59_999), text)
    assert _ends(centre.passes(1), text)


def _ends(facts: list[Fact], contact: ContactId) -> bool:
    return any(isinstance(fact, ContactEnded) and fact.contact == contact for fact in facts)


def test_a_parked_wrap_up_may_be_finished_in_the_call(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.happens(events.ContactClosed(ANNA, text))
    called(centre)
    centre.wraps_up(ANNA, text)
    assert centre.facts(ContactEnded)[0].contact == text


def test_a_parked_text_may_be_answered_and_closed_and_is_then_written_up_after_the_call(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    call = called(centre)
    centre.happens(events.AgentTextWritten(ANNA, text, MessageId("one moment")))
    centre.happens(events.ContactClosed(ANNA, text))
    assert in_hand(centre)[text] is Work.PARKED
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, call)
    assert in_hand(centre) == {text: Work.WRAP_UP}


def test_the_clock_of_silence_stands_still_while_a_text_is_parked(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.passes(DAY_MS - 60_000)
    call = called(centre)
    centre.passes(600_000)
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, call)
    assert not _ends(centre.passes(58_000), text)
    assert _ends(centre.passes(10_000), text)


def test_a_text_that_comes_while_it_is_parked_begins_the_clock_anew(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    call = called(centre)
    centre.passes(600_000)
    centre.texts("are you there?", "+2")
    centre.passes(600_000)
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, call)
    assert not _ends(centre.passes(DAY_MS - 1_000), text)
    assert _ends(centre.passes(2_000), text)


def test_the_service_clock_leaves_out_what_was_parked(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    opened_at = centre.now
    centre.passes(5_000)
    call = called(centre)
    centre.passes(100_000)
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, call)
    centre.passes(7_000)
    centre.happens(events.AgentTextWritten(ANNA, text, MessageId("now")))
    assert centre.facts(CustomerAnswered)[0].answer_ms == 12_000
    assert centre.now - opened_at == 112_000


def test_an_answer_given_while_it_is_parked_counts_up_to_the_parking(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.passes(5_000)
    called(centre)
    centre.passes(100_000)
    centre.happens(events.AgentTextWritten(ANNA, text, MessageId("one moment")))
    assert centre.facts(CustomerAnswered)[0].answer_ms == 5_000


def test_the_record_has_the_parked_stretch_apart_from_the_talk(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.passes(3_000)
    call = called(centre)
    centre.passes(20_000)
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, call)
    centre.passes(4_000)
    centre.happens(events.ContactClosed(ANNA, text))
    centre.wraps_up(ANNA, text)
    records = ContactRecords()
    for entry in centre.journal:
        for fact in entry.facts:
            records.apply(fact, entry.at)
    record = next(record for record in records.take_ended() if record.contact == text)
    assert (record.spent_ms(SegmentKind.TALK), record.spent_ms(SegmentKind.PARKED)) == (7_000, 20_000)


def test_a_texter_who_falls_silent_for_good_or_an_agent_who_is_let_go_leaves_nothing_parked(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    called(centre)
    config = small_config()
    centre.happens(events.ConfigPublished("second", msgspec.structs.replace(config, agents=config.agents[1:])))
    assert centre.facts(VisitOpened)[0].contact == text, "somebody else takes it"
    assert text not in in_hand(centre)


def test_a_parked_wrap_up_of_one_who_is_let_go_is_settled() -> None:
    centre = Centre(small_config(wrap_up=WrapUpKind.MANDATORY))
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.happens(events.ContactClosed(ANNA, text))
    called(centre)
    config = small_config()
    centre.happens(events.ConfigPublished("second", msgspec.structs.replace(config, agents=config.agents[1:])))
    assert [fact.contact for fact in centre.facts(ContactEnded)] == [text]
    centre.check_replay()


def test_a_take_over_that_loses_the_call_gives_the_text_back(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    call = called(centre)
    centre.crash()
    assert in_hand(centre) == {text: Work.TALKING}
    assert [fact.outcome for fact in centre.all_facts(ContactEnded) if fact.contact == call] == [
        ContactOutcome.FAILED_NODE
    ]


def test_a_call_of_our_own_interrupts_as_well() -> None:
    config = msgspec.structs.replace(small_config(), outgoing=OutgoingConfig("carrier", "+861095598000"))
    centre = Centre(config)
    centre.signs_in(ANNA)
    text = texting(centre)
    box = sealed("+9")
    centre.happens(events.DialAsked(ANNA, box, "key +9", box.person))
    assert in_hand(centre)[text] is Work.TALKING
    centre.happens(events.LegAnswered(centre.ringing_leg(), box))
    called_leg = list(centre.center.calls.lines.legs)[-1]
    centre.happens(events.LegAnswered(called_leg, box))
    assert in_hand(centre)[text] is Work.PARKED
    centre.check_replay()


def test_after_the_call_the_next_one_may_ring_before_the_text_is_answered(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    first = called(centre)
    second = centre.calls("+5")
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, first)
    assert centre.offer().contact == second
    assert in_hand(centre)[text] is Work.TALKING
    centre.answers()
    assert in_hand(centre)[text] is Work.PARKED


def test_what_the_sender_parks_of_a_text_passed_on_is_her_writing_not_its_clock(centre: Centre) -> None:
    centre.signs_in(ANNA)
    text = texting(centre)
    centre.signs_in(BO)
    centre.happens(events.TransferAsked(ANNA, text, ToAgent(BO)))
    centre.accepts(BO)
    called(centre)
    assert in_hand(centre)[text] is Work.PARKED
    centre.passes(9_000)
    centre.happens(events.AgentTextWritten(BO, text, MessageId("first")))
    [answer] = centre.facts(CustomerAnswered)
    assert answer.answer_ms == 10_000
    centre.check_replay()


def test_after_the_call_the_next_one_rings_beside_the_wrap_up_of_a_chat_that_is_parked(centre: Centre) -> None:
    centre.signs_in(ANNA)
    visitor = centre.chats()
    centre.chooses(visitor, "1", "a")
    centre.chooses(visitor, "", "b")
    chat = centre.offer().contact
    centre.accepts(ANNA)
    centre.happens(events.ContactClosed(ANNA, chat))
    call = called(centre)
    assert in_hand(centre)[chat] is Work.PARKED
    waiting = centre.calls("+3")
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, call)
    assert [offer.contact for offer in centre.facts(OfferMade)] == [waiting]
    centre.check_replay()
