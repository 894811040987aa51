"""kill -9 in the middle of everything: what waits keeps its place, what was lost says so, nobody is stuck."""

import msgspec

from contactcenter.model import commands, events
from contactcenter.model.facts import (
    ContactEnded,
    CustomerKnown,
    OfferEnded,
    OfferMade,
    PersonErased,
    PlaceKept,
    RecordingChanged,
    TalkEnded,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import ContactId, CustomerId, LegId, PersonId, StationId
from contactcenter.model.words import ContactOutcome, OfferOutcome, Party, RecordingState, VisitOutcome, Work
from tests.stories.centre import ANNA, BO, Centre, agent, small_config

TEN_MINUTES_MS = 600_000


def test_calls_end_as_failed_node_with_a_bye_for_each_journaled_dialog(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    centre.calls("+1")
    centre.answers()
    centre.calls("+2")
    centre.calls("+3")
    centre.calls("+4", dialled="95598")
    centre.crash()
    assert len(centre.commands(commands.ReleaseDialog)) == 6
    assert all(command.dialog or command.target for command in centre.commands(commands.ReleaseDialog))
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.FAILED_NODE] * 4
    assert [fact.outcome for fact in centre.facts(VisitEnded)] == [VisitOutcome.FAILED] * 2
    assert [fact.state for fact in centre.facts(RecordingChanged)] == [RecordingState.FAILED]
    floor = centre.center.routing.floor
    assert not any(agent.work or agent.offer for agent in floor.agents.values())


def test_the_next_call_rings_without_a_new_registration(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls("+1")
    centre.crash()
    centre.calls("+2")
    assert centre.commands(commands.DialStation) or centre.offer().agent == ANNA
    dial = [command for command in centre.step.commands if isinstance(command, commands.DialStation)]
    assert centre.offer().station == StationId("anna-phone") or dial


def test_a_caller_whom_we_failed_gets_the_old_place_back(centre: Centre) -> None:
    centre.calls("+1")
    centre.passes(60_000)
    centre.calls("+2")
    placed_at = centre.all_facts(VisitOpened)[0].placed_at
    centre.crash()
    assert [fact.address_key for fact in centre.facts(PlaceKept)] == ["key +1", "key +2"]
    centre.passes(TEN_MINUTES_MS - 1)
    centre.calls("+2", leg="again 2")
    first = centre.calls("+1", leg="again 1")
    assert centre.all_facts(VisitOpened)[-1].placed_at == placed_at
    centre.signs_in(ANNA)
    assert centre.offer().contact == first


def test_the_old_place_is_kept_for_ten_minutes_only(centre: Centre) -> None:
    centre.calls("+1")
    centre.crash()
    centre.passes(TEN_MINUTES_MS)
    centre.calls("+1", leg="again")
    assert centre.all_facts(VisitOpened)[-1].placed_at == centre.now


def test_texts_go_on_waiting_in_the_same_order_and_are_offered_anew(centre: Centre) -> None:
    centre.texts("one", "+1")
    centre.passes(1_000)
    centre.texts("two", "+2")
    centre.signs_in(ANNA)
    first = centre.offer().contact
    centre.crash()
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.WITHDRAWN
    assert centre.offer().contact == first
    centre.accepts(ANNA)
    assert centre.offer().contact != first


def test_whose_turn_it_is_counts_over_a_take_over() -> None:
    centre = Centre(small_config(strategy="round_robin"))
    centre.signs_in(ANNA, BO)
    centre.texts("one")
    assert centre.offer().agent == ANNA
    centre.crash()
    assert centre.offer().agent == BO, "Anna was asked last"


def test_when_several_offers_are_made_anew_who_came_first_is_first(centre: Centre) -> None:
    centre.signs_in(BO, ANNA)
    centre.texts("one", "+1")
    first = centre.offer().contact
    centre.texts("two", "+2")
    assert centre.offer().agent == ANNA
    unskilled = msgspec.structs.replace(agent("anna"), skills=())
    centre.happens(
        events.ConfigPublished("next", msgspec.structs.replace(small_config(), agents=(unskilled, agent("bo"))))
    )
    centre.crash()
    assert [(fact.agent, fact.contact) for fact in centre.facts(OfferMade)] == [(BO, first)]


def test_a_wrap_up_begins_anew_and_still_ends(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.hangs_up()
    centre.passes(50_000)
    centre.crash()
    assert centre.facts(WorkChanged)[0].work is Work.WRAP_UP
    centre.passes(59_999)
    assert centre.center.routing.floor.agents[ANNA].work
    centre.passes(1)
    assert not centre.center.routing.floor.agents[ANNA].work


def test_a_live_chat_goes_on_with_its_agent(centre: Centre) -> None:
    centre.signs_in(ANNA)
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "12")
    centre.accepts(ANNA)
    centre.crash()
    assert next(iter(centre.center.routing.floor.agents[ANNA].work.values()))[1] is Work.TALKING


def test_legs_that_the_adapters_still_hold_live_on(centre: Centre) -> None:
    contact = centre.calls()
    centre.happens(events.EngineStarted("story", (LegId("leg of +8613900000001"),)))
    assert contact in centre.center.routing.floor.contacts


def test_a_lost_leg_fails_the_contact_once(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.happens(events.LegLost(LegId("leg of +8613900000001"), "worker died"))
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.FAILED_NODE
    assert centre.refuses(events.LegLost(LegId("leg of +8613900000001"), "again")) == "this leg is gone"


def test_whichever_leg_is_lost_first_the_call_is_failed_and_the_place_kept(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.happens(events.LegLost(centre.ringing_leg(), "worker_lost"))
    assert [fact.outcome for fact in centre.facts(ContactEnded)] == [ContactOutcome.FAILED_NODE]
    assert [fact.by for fact in centre.facts(TalkEnded)] == [Party.SYSTEM]
    assert centre.facts(PlaceKept) and centre.commands(commands.HangUpLeg)
    assert not centre.center.routing.floor.agents[ANNA].work
    centre.check_replay()


def test_a_caller_who_is_held_without_the_agent_is_failed_too(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    centre.happens(events.EngineStarted("story", (LegId("leg of +8613900000001"),)))
    assert [fact.contact for fact in centre.facts(ContactEnded)] == [contact], "the caller's line alone is no talk"


def test_a_line_that_nobody_knows_is_hung_up(centre: Centre) -> None:
    centre.happens(events.EngineStarted("story", (LegId("stray"),)))
    assert centre.commands(commands.HangUpLeg) == [commands.HangUpLeg(LegId("stray"))]


def test_a_text_does_not_take_the_place_that_is_kept_for_the_caller(centre: Centre) -> None:
    centre.calls("+1")
    centre.passes(60_000)
    centre.crash()
    placed_at = centre.all_facts(VisitOpened)[0].placed_at
    centre.texts("when?", "+1")
    assert centre.facts(VisitOpened)[0].placed_at == centre.now
    centre.calls("+1", leg="again")
    assert centre.facts(VisitOpened)[0].placed_at == placed_at


def test_a_person_is_erased_by_destroying_the_key(centre: Centre) -> None:
    centre.calls()
    centre.happens(events.ErasureAsked(PersonId("person of +8613900000001")))
    assert centre.facts(PersonErased)
    assert centre.commands(commands.DestroyKey)[0].person == "person of +8613900000001"


def test_the_look_up_names_the_customer_of_a_live_contact_only(centre: Centre) -> None:
    contact = centre.calls()
    centre.happens(events.CustomerIdentified(contact, CustomerId("42"), "A", "zh"))
    assert centre.facts(CustomerKnown)[0].customer == "42"
    late = events.CustomerIdentified(ContactId("none"), CustomerId("42"))
    assert centre.refuses(late) == "this contact is over"


def test_a_step_of_the_wall_clock_is_only_noted(centre: Centre) -> None:
    centre.happens(events.ClockStepped(3_600_000))
    assert not centre.facts(OfferMade)
