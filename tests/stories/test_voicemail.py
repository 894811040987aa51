"""Messages: a caller leaves one instead of waiting, and it waits in the caller's place."""

from __future__ import annotations

import msgspec
import pytest

from contactcenter.app.why import choices_of
from contactcenter.model import commands, events
from contactcenter.model.config import RelaxStep
from contactcenter.model.facts import (
    ContactEnded,
    MessageBegun,
    MessageLeft,
    OfferEnded,
    OfferMade,
    PositionTold,
    RequirementRelaxed,
    TalkStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import CustomerId, LegId
from contactcenter.model.transfers import ToQueue
from contactcenter.model.words import ContactOutcome, OfferOutcome, VisitOutcome, Work
from tests.stories.callbacks import OUTGOING, callback_config, hears
from tests.stories.centre import ANNA, BO, FAULTS, MORNING, Centre, agent, sealed
from tests.stories.voicemail import (
    FIRST,
    MINUTE_MS,
    SECOND,
    SPOKEN_MS,
    leaves_message,
    outcomes,
    running,
    speaks,
    stored,
    voicemail_config,
)


def test_who_has_waited_for_long_is_asked_for_a_message_and_it_waits_in_the_callers_place() -> None:
    centre = Centre(voicemail_config())
    contact = centre.calls()
    placed_at = centre.facts(VisitOpened)[0].placed_at
    facts = centre.passes(MINUTE_MS)

    assert [fact.prompts for fact in facts if isinstance(fact, MessageBegun)] == [
        ("voicemail_leave_message", "music/beep")
    ]
    assert outcomes(centre) == []  # whether there is a message is not known yet

    speaks(centre)
    centre.keys("#")
    assert centre.commands(commands.StopRecording)
    stored(centre)

    [ended] = centre.facts(VisitEnded)
    assert (ended.outcome, ended.wait_ms, ended.message) == (VisitOutcome.VOICEMAIL, MINUTE_MS, False)
    [left] = centre.facts(MessageLeft)
    assert (left.duration_ms, left.whole, left.recording) == (SPOKEN_MS, True, running(centre))
    [opened] = centre.facts(VisitOpened)
    assert (opened.contact, opened.placed_at, opened.message, opened.off_line) == (contact, placed_at, True, True)
    [thanks] = centre.commands(commands.Play)
    assert thanks.prompts == ("voicemail_saved",)

    hears(centre)  # thanks, and goodbye
    assert centre.commands(commands.HangUpLeg)
    centre.passes(10 * MINUTE_MS)
    assert centre.all_facts(ContactEnded) == []
    centre.check_replay()


def test_an_agent_takes_a_message_by_a_click_works_on_it_and_closes_it() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    contact = leaves_message(centre)
    centre.signs_in(ANNA)

    offer = centre.offer()
    assert (offer.contact, offer.station, offer.expires_at - MORNING > 0) == (contact, None, True)
    assert centre.center.calls.lines.legs == {}
    centre.accepts(ANNA)
    [ended] = centre.facts(VisitEnded)
    assert (ended.outcome, ended.message, ended.off_line) == (VisitOutcome.HANDLED, True, True)
    assert centre.facts(TalkStarted)
    assert centre.commands(commands.StartRecording) == []

    other = centre.calls(SECOND)  # she has a message in hand, and takes no call beside it
    assert centre.offer().contact == contact
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    assert [fact.outcome for fact in centre.all_facts(ContactEnded)] == [ContactOutcome.HANDLED]
    assert centre.offer().contact == other
    centre.check_replay()


def test_who_leaves_a_message_stands_before_those_who_came_later() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    message = leaves_message(centre)
    centre.calls(SECOND)
    centre.signs_in(ANNA)

    assert centre.offer().contact == message
    centre.check_replay()


def test_a_key_leads_to_a_message_even_while_a_telephone_rings() -> None:
    centre = Centre(voicemail_config())
    centre.signs_in(ANNA)
    centre.calls()
    centre.keys("5")

    assert [fact.outcome for fact in centre.facts(OfferEnded)] == [OfferOutcome.CALLER_GONE]
    assert centre.center.routing.floor.agents[ANNA].offer is None
    assert centre.refuses(events.KeyPressed(LegId(f"leg of {FIRST}"), "5")) == "no menu listens"
    centre.check_replay()


def test_who_waits_is_told_the_key() -> None:
    centre = Centre(voicemail_config())
    centre.calls()

    assert centre.facts(PositionTold)
    assert "voicemail_press" in centre.commands(commands.Play)[-1].prompts
    centre.check_replay()


def test_chats_are_not_asked_for_a_message() -> None:
    centre = Centre(voicemail_config())
    centre.chooses(centre.chats(), "1", "first")
    centre.passes(2 * MINUTE_MS)

    assert centre.all_facts(MessageBegun) == []
    centre.check_replay()


def test_who_has_no_console_is_not_offered_a_message() -> None:
    config = voicemail_config()
    config = msgspec.structs.replace(config, agents=(agent("anna", phone_only=True), agent("bo")))
    centre = Centre(config)
    centre.calls()
    contact = leaves_message(centre)
    centre.happens(events.PhoneBound(config.stations[0].id, sealed("sip:anna@10.0.0.9")))
    assert centre.all_facts(OfferMade) == []

    centre.signs_in(BO)
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)
    [choice] = choices_of(centre.journal, contact).choices
    assert {each.agent: each.excluded for each in choice.candidates}[ANNA] == "no console"
    centre.check_replay()


def test_an_agent_whose_console_is_gone_gives_a_message_back() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    contact = leaves_message(centre)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    centre.signs_in(BO)
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(20_000)

    assert centre.all_facts(VisitOpened)[-1].message
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)
    centre.check_replay()


def test_a_message_that_is_given_back_has_the_circle_of_its_wait_before_anybody_is_asked() -> None:
    centre = Centre(voicemail_config({"relax": (RelaxStep(3_000, "fault"),)}))
    centre.calls()
    contact = leaves_message(centre)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    centre.signs_in(BO)
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(20_000)
    told = [fact for entry in centre.journal for fact in entry.facts if getattr(fact, "contact", None) == contact]
    asked = [type(fact) for fact in told if isinstance(fact, VisitOpened | RequirementRelaxed | OfferMade)]
    assert asked[-3:] == [VisitOpened, RequirementRelaxed, OfferMade]


def test_its_caller_may_be_called_while_a_message_is_in_hand() -> None:
    centre = Centre(msgspec.structs.replace(voicemail_config(), outgoing=OUTGOING))
    centre.calls()
    contact = leaves_message(centre)
    centre.signs_in(ANNA)
    centre.accepts(ANNA)
    box = sealed(FIRST)
    centre.happens(events.DialAsked(ANNA, box, "key", box.person))
    centre.answers()

    work = centre.center.routing.floor.agents[ANNA].work
    assert [state for _, state in work.values()] == [Work.TALKING, Work.DIALLING]
    assert "in hand" in centre.refuses(events.DialAsked(ANNA, box, "key", box.person))
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.wraps_up(ANNA, contact)
    assert [fact.contact for fact in centre.facts(ContactEnded)] == [contact]
    centre.check_replay()


def test_nobody_is_consulted_about_a_message() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    contact = leaves_message(centre)
    centre.signs_in(ANNA, BO)
    centre.accepts(ANNA)

    assert "nobody on the line" in centre.refuses(events.ConsultAsked(ANNA, contact, BO))
    centre.check_replay()


def test_who_hangs_up_during_thanks_has_left_the_message_all_the_same() -> None:
    centre = Centre(voicemail_config())
    centre.calls()
    centre.keys("5")
    speaks(centre)
    centre.keys("#")
    stored(centre)
    centre.hangs_up()

    assert centre.facts(VisitEnded) == []
    assert centre.all_facts(ContactEnded) == []
    centre.check_replay()


def test_auto_answer_begins_a_message_at_once() -> None:
    centre = Centre(voicemail_config({"auto_answer": True}))
    centre.calls()
    contact = leaves_message(centre)
    centre.signs_in(ANNA)

    assert centre.all_facts(TalkStarted)[-1].contact == contact
    centre.check_replay()


def test_of_all_at_whom_a_message_rings_the_first_has_it() -> None:
    centre = Centre(voicemail_config({"strategy": "ring_all"}))
    centre.signs_in(ANNA, BO)
    for name in (ANNA, BO):
        centre.happens(events.NotReadyChosen(name, "break"))
    centre.calls()
    contact = leaves_message(centre)
    for name in (ANNA, BO):
        centre.happens(events.ReadyChosen(name))
    offers = [fact for fact in centre.all_facts(OfferMade) if fact.contact == contact]
    assert {offer.agent for offer in offers} == {ANNA, BO}
    centre.accepts(BO, offers[-1].offer)

    assert centre.center.routing.floor.contacts[contact].agent == BO
    centre.check_replay()


def test_who_is_being_asked_about_a_callback_may_be_led_to_a_message() -> None:
    config = callback_config(queue={"voicemail": voicemail_config().queues[0].voicemail})
    config = msgspec.structs.replace(
        config, queues=(msgspec.structs.replace(config.queues[0], recipe=voicemail_config().queues[0].recipe),)
    )
    centre = Centre(config)
    centre.calls()
    centre.passes(58_000)
    centre.keys("1")
    centre.passes(2_000)
    assert centre.all_facts(MessageBegun)
    contact = centre.all_facts(MessageBegun)[0].contact
    speaks(centre)
    centre.hangs_up()
    stored(centre)
    assert centre.all_facts(VisitOpened)[-1].contact == contact
    centre.check_replay()


def test_the_recording_of_an_earlier_talk_is_not_taken_for_the_message() -> None:
    centre = Centre(voicemail_config())
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    talk = running(centre)
    centre.happens(events.TransferAsked(ANNA, contact, ToQueue(FAULTS)))
    centre.keys("5")
    centre.happens(events.RecordingStored(talk, 60_000, 480_000, "digest"))
    assert centre.facts(MessageLeft) == []
    speaks(centre)
    centre.hangs_up()
    assert centre.all_facts(MessageLeft) == []
    stored(centre)
    assert len(centre.all_facts(MessageLeft)) == 1
    centre.check_replay()


@pytest.mark.parametrize("known_after", ["tone", "message"])
def test_a_customer_whose_class_becomes_known_meanwhile_goes_before_others(known_after: str) -> None:
    centre = Centre(voicemail_config({"class_priority": (("VIP", 20),)}))
    contact = centre.calls()
    centre.keys("5")
    known = events.CustomerIdentified(contact, CustomerId("42"), "VIP", "en")
    if known_after == "tone":
        centre.happens(known)
    speaks(centre)
    centre.hangs_up()
    stored(centre)
    if known_after == "message":
        centre.happens(known)

    assert centre.center.routing.floor.contacts[contact].priority == 20
    centre.check_replay()
