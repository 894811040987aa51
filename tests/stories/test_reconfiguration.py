"""Who and what leaves the configuration leaves nobody stuck: agents, stations, queues and flows that are gone."""

import msgspec

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, StationConfig
from contactcenter.model.facts import (
    AgentSeated,
    ContactEnded,
    OfferMade,
    PositionTold,
    PresenceChanged,
    TalkStarted,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.flow import Branch, EnqueueNode, Flow, HangUpNode
from contactcenter.model.ids import QueueId, StationId
from contactcenter.model.words import ContactOutcome, Presence, VisitOutcome
from tests.stories.centre import ANNA, BO, Centre, agent, small_config

ANNAS, BOS = StationId("anna-phone"), StationId("bo-phone")
LIGHTS = QueueId("lights")


def publishes(centre: Centre, **changes: object) -> None:
    """Put the small configuration in force with changes."""
    config = msgspec.structs.replace(small_config(), **changes)
    centre.happens(events.ConfigPublished(f"the one after {centre.center.position}", config))


def with_lights() -> CenterConfig:
    """Return the small configuration with a second queue for texts, which needs the same skill."""
    config = small_config()
    lights = msgspec.structs.replace(config.queues[0], id=LIGHTS)
    flow = Flow("lights", "q", (Branch("q", EnqueueNode(LIGHTS, "bye")), Branch("bye", HangUpNode())))
    entries = (*config.entries[:3], msgspec.structs.replace(config.entries[3], flow="lights"))
    queues, flows = (*config.queues, lights), (*config.flows, flow)
    return msgspec.structs.replace(config, queues=queues, flows=flows, entries=entries)


def test_an_agent_who_is_gone_is_signed_out_and_his_texts_go_to_others(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one")
    centre.accepts(ANNA)
    centre.signs_in(BO)
    publishes(centre, agents=(agent("bo"),))
    assert [fact.presence for fact in centre.facts(PresenceChanged)] == [Presence.NOT_READY, Presence.LOGGED_OUT]
    assert len(centre.facts(VisitOpened)) == 1 and [fact.agent for fact in centre.facts(OfferMade)] == [BO]
    assert not centre.facts(PositionTold), "who is served at once is told no place"
    assert centre.refuses(events.AgentSignedIn(ANNA, None)) == "this agent is not in the configuration"
    publishes(centre, agents=(agent("bo"), agent("anna")))
    centre.happens(events.AgentSignedIn(ANNA, ANNAS))


def test_an_agent_who_is_gone_ends_the_call_in_hand(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    publishes(centre, agents=(agent("bo"),))
    assert not centre.facts(ContactEnded)
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    assert centre.facts(ContactEnded)[0].outcome is ContactOutcome.HANDLED


def test_a_station_that_is_gone_is_not_rung(centre: Centre) -> None:
    centre.signs_in(ANNA)
    publishes(centre, stations=(StationConfig(BOS),))
    assert centre.facts(AgentSeated)[0].station is None
    centre.calls()
    assert not centre.center.routing.floor.offers
    centre.happens(events.AgentSignedIn(ANNA, BOS))
    centre.happens(events.PhoneBound(BOS, centre.center.calls.lines.targets[ANNAS]))
    assert centre.offer().station == BOS


def test_who_waits_in_a_queue_that_is_gone_is_served_or_may_leave() -> None:
    centre = Centre(with_lights())
    centre.texts("one", "+1")
    centre.texts("two", "+2")
    assert {fact.queue for fact in centre.all_facts(VisitOpened)} == {LIGHTS}
    publishes(centre)
    centre.signs_in(ANNA)
    first = centre.offer().contact
    centre.accepts(ANNA)
    centre.happens(events.ContactClosed(ANNA, first))
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    centre.passes(86_400_000)
    assert [fact.outcome for fact in centre.all_facts(VisitEnded)] == [VisitOutcome.HANDLED, VisitOutcome.ABANDONED]
    assert not centre.center.routing.floor.contacts
    centre.check_replay()


def test_a_caller_walks_the_flow_that_greeted_him(centre: Centre) -> None:
    centre.calls(dialled="95598")
    publishes(centre, flows=small_config().flows[1:], entries=small_config().entries[1:2])
    centre.keys("1")
    assert centre.commands(commands.Collect)[0].max_keys == 8


def test_an_agent_without_a_console_moves_with_the_configuration() -> None:
    alone = agent("anna", phone_only=True)
    stations = (StationConfig(ANNAS, "sip:a@10.0.0.1"), StationConfig(BOS, "sip:b@10.0.0.1"))
    centre = Centre(msgspec.structs.replace(small_config(), agents=(alone,), stations=stations))
    for _ in range(2):
        publishes(centre, agents=(msgspec.structs.replace(alone, station=BOS),), stations=stations)
    centre.calls()
    assert centre.offer().station == BOS
    centre.happens(events.ConsoleConnected(ANNA))
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(15_000)
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    publishes(centre, agents=(), stations=stations)
    publishes(centre, agents=(agent("bo"),), stations=stations)
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.LOGGED_OUT
    centre.check_replay()


def test_who_has_no_console_gets_his_own_phone_back_from_whoever_sits_there(centre: Centre) -> None:
    centre.signs_in(ANNA)
    publishes(centre, agents=(agent("anna"), agent("bo", phone_only=True)))
    alone = msgspec.structs.replace(agent("bo", phone_only=True), station=ANNAS)
    publishes(centre, agents=(agent("anna"), alone))
    assert centre.center.routing.floor.seats == {ANNAS: BO}
    assert centre.center.routing.floor.agents[ANNA].station is None


def test_a_phone_that_learns_to_answer_on_command_while_it_rings_is_not_rung_twice(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    publishes(centre, stations=(StationConfig(ANNAS, auto_answer=True), StationConfig(BOS)))
    assert centre.refuses(events.OfferAccepted(ANNA, centre.offer().offer)) == "answer this call on the phone"
    centre.answers()
    assert centre.all_facts(TalkStarted)


def test_a_phone_that_forgets_to_answer_on_command_is_still_rung_by_accept() -> None:
    stations = (StationConfig(ANNAS, auto_answer=True), StationConfig(BOS))
    centre = Centre(msgspec.structs.replace(small_config(), stations=stations))
    centre.signs_in(ANNA)
    centre.calls()
    publishes(centre)
    centre.accepts(ANNA)
    centre.answers()
    assert centre.all_facts(TalkStarted)


def test_a_fixed_phone_that_also_registers_stays_reachable_without() -> None:
    fixed = (StationConfig(ANNAS, "sip:desk@10.0.0.1"),)
    centre = Centre(msgspec.structs.replace(small_config(), stations=fixed))
    centre.signs_in(ANNA)
    centre.happens(events.PhoneUnbound(ANNAS, "expired"))
    centre.calls()
    assert centre.commands(commands.DialStation)[0].target is None


def test_a_new_phone_is_not_punished_for_the_old_one(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.happens(events.LegFailed(centre.ringing_leg(), 486))
    assert not centre.center.routing.floor.offers
    centre.happens(events.PhoneBound(BOS, centre.center.calls.lines.targets[ANNAS]))
    centre.happens(events.AgentSignedIn(ANNA, BOS))
    assert centre.offer().station == BOS


def test_the_earlier_place_is_served_first_whatever_the_queue() -> None:
    centre = Centre(with_lights())
    first = centre.calls()
    centre.passes(1_000)
    centre.texts("one")
    centre.signs_in(ANNA)
    assert centre.offer().contact == first
