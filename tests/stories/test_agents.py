"""Agents coming, going, choosing: last wish wins, texts go back to their place, nobody is stuck."""

import msgspec

from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig, StationConfig
from contactcenter.model.facts import OfferEnded, OfferMade, PresenceChanged, TalkEnded, VisitOpened, WorkChanged
from contactcenter.model.ids import AgentId, LegId, OfferId, StationId
from contactcenter.model.words import OfferOutcome, Party, Presence, Work
from tests.stories.centre import ANNA, BO, Centre, agent, small_config


def with_stations(*stations: StationConfig, **agents: bool) -> CenterConfig:
    """Return the small configuration with other stations."""
    return msgspec.structs.replace(small_config(), stations=stations)


def test_after_sign_in_an_agent_is_not_ready(centre: Centre) -> None:
    centre.happens(events.AgentSignedIn(ANNA, None))
    assert centre.facts(PresenceChanged)[0].presence is Presence.NOT_READY
    centre.happens(events.ConsoleConnected(ANNA))
    centre.happens(events.ReadyChosen(ANNA))
    centre.calls()
    assert not centre.center.routing.floor.offers, "no station, no voice"


def test_what_agents_may_not_do_is_said_in_words(centre: Centre) -> None:
    nobody = AgentId("nobody")
    assert "not in the configuration" in centre.refuses(events.AgentSignedIn(nobody, None))
    assert "station is not" in centre.refuses(events.AgentSignedIn(ANNA, StationId("roof")))
    assert centre.refuses(events.ReadyChosen(ANNA)) == "sign in first"
    assert centre.refuses(events.NotReadyChosen(ANNA, "lunch")) == "sign in first"
    assert centre.refuses(events.AgentSignedOut(ANNA)) == "not signed in"
    assert centre.refuses(events.ConsoleLost(ANNA)) == "nothing new about this console"
    centre.signs_in(ANNA)
    assert centre.refuses(events.ConsoleConnected(ANNA)) == "nothing new about this console"
    assert centre.refuses(events.ReadyChosen(ANNA)) == "already ready"
    assert "already signed in" in centre.refuses(events.AgentSignedIn(ANNA, StationId("anna-phone")))
    assert "another agent" in centre.refuses(events.AgentSignedIn(BO, StationId("anna-phone")))
    assert "unknown reason" in centre.refuses(events.NotReadyChosen(ANNA, "boredom"))
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    assert "already not ready" in centre.refuses(events.NotReadyChosen(ANNA, "lunch"))
    assert centre.refuses(events.OfferAccepted(ANNA, OfferId("old"))) == "this offer is over"
    assert centre.refuses(events.OfferRejected(ANNA, OfferId("old"))) == "this offer is over"


def test_not_ready_while_it_rings_moves_the_call_to_the_next(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    centre.calls()
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    assert centre.facts(OfferEnded)[0].outcome is OfferOutcome.WITHDRAWN
    assert centre.offer().agent == BO


def test_not_ready_during_a_talk_holds_after_it(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    centre.answers()
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    assert not centre.facts(TalkEnded)
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    centre.calls("+2")
    assert len(centre.all_facts(OfferMade)) == 1
    centre.happens(events.ReadyChosen(ANNA))
    assert len(centre.all_facts(OfferMade)) == 2


def test_nobody_signs_out_in_a_call(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    assert centre.refuses(events.AgentSignedOut(ANNA)) == "end your call before you sign out"
    assert "before you change" in centre.refuses(events.AgentSignedIn(ANNA, None))
    centre.hangs_up()
    assert "end your call" in centre.refuses(events.AgentSignedOut(ANNA)), "wrap-up is work too"


def test_signing_out_while_it_rings_moves_the_call_on(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    centre.calls()
    centre.happens(events.AgentSignedOut(ANNA))
    assert centre.offer().agent == BO
    assert centre.center.routing.floor.agents[ANNA].station is None
    centre.happens(events.AgentSignedIn(ANNA, StationId("anna-phone")))


def test_changing_the_station_keeps_the_state(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.happens(events.AgentSignedIn(ANNA, None))
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    centre.calls()
    assert not centre.center.routing.floor.offers


def test_a_console_that_comes_back_in_time_changes_nothing(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(14_999)
    centre.happens(events.ConsoleConnected(ANNA))
    centre.passes(60_000)
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY


def test_a_lost_console_gives_its_chats_back_at_their_old_place(centre: Centre) -> None:
    centre.signs_in(ANNA)
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.chooses(chat, "", "my meter is 12")
    centre.accepts(ANNA)
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(15_000)
    assert centre.all_facts(TalkEnded)[0].by is Party.SYSTEM
    first, second = centre.all_facts(VisitOpened)
    assert second.placed_at == first.placed_at
    assert centre.center.routing.floor.agents[ANNA].reason == "console_lost"
    centre.signs_in(BO)
    assert centre.offer().agent == BO


def test_a_lost_console_while_signed_out_or_not_ready_is_quiet(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    centre.happens(events.ConsoleLost(ANNA))
    assert not [fact for fact in centre.passes(15_000) if isinstance(fact, PresenceChanged)]
    centre.happens(events.AgentSignedOut(ANNA))
    centre.happens(events.ConsoleConnected(ANNA))
    centre.happens(events.ConsoleLost(ANNA))
    assert not centre.passes(15_000)


def test_a_lost_console_while_a_chat_rings_is_a_lost_device(centre: Centre) -> None:
    centre.signs_in(ANNA)
    chat = centre.chats()
    centre.chooses(chat, "1")
    centre.happens(events.ConsoleLost(ANNA))
    centre.chooses(chat, "", "12")
    centre.happens(events.ConsoleConnected(ANNA))
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(15_000)
    assert centre.all_facts(OfferEnded)[-1].outcome is OfferOutcome.DEVICE_LOST


def test_signing_out_ends_the_wrap_up_of_texts_and_gives_live_ones_back(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one", "+1")
    centre.accepts(ANNA)
    centre.texts("two", "+2")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.happens(events.AgentSignedOut(ANNA))
    ended = [fact.work for fact in centre.facts(WorkChanged)]
    assert ended == [Work.ENDED, Work.ENDED]
    assert len(centre.facts(VisitOpened)) == 1


def test_an_agent_without_a_console_is_ready_at_once_and_has_no_wrap_up() -> None:
    config = small_config()
    desk = StationConfig(StationId("anna-phone"), contact="sip:desk@10.0.0.1")
    config = msgspec.structs.replace(config, agents=(agent("anna", phone_only=True),), stations=(desk,))
    centre = Centre(config)
    centre.calls()
    assert centre.commands(commands.DialStation)[0].target is None
    centre.answers()
    centre.hangs_up()
    assert not centre.center.routing.floor.agents[ANNA].work
    centre.calls("+2")
    leg = centre.ringing_leg()
    centre.happens(events.LegRinging(leg))
    centre.passes(15_000)
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY, "there is no console to come back with"
    assert not centre.center.routing.floor.offers, "the phone is left alone for a while"
    centre.passes(30_000)
    assert len(centre.all_facts(OfferMade)) == 3
    centre.happens(events.LegHungUp(LegId("leg of +2")))
    centre.happens(events.ConsoleConnected(ANNA))
    centre.texts("hello")
    assert len(centre.all_facts(OfferMade)) == 3, "texts need somebody at a console"
    centre.check_replay()


def test_accept_shows_its_effect_only_where_the_phone_can_answer_by_itself() -> None:
    station = StationConfig(StationId("anna-phone"), auto_answer=True)
    centre = Centre(msgspec.structs.replace(small_config(), stations=(station, StationConfig(StationId("bo-phone")))))
    centre.signs_in(ANNA)
    centre.calls()
    assert not centre.commands(commands.DialStation)
    centre.passes(5_000)
    centre.accepts(ANNA)
    assert centre.commands(commands.DialStation)[0].auto_answer
    assert centre.refuses(events.OfferAccepted(ANNA, centre.offer().offer)) == "answer this call on the phone"
    centre.answers()
    assert centre.facts(TalkEnded) == []
    centre.check_replay()


def test_a_phone_without_that_gift_is_answered_by_hand(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    assert centre.refuses(events.OfferAccepted(ANNA, centre.offer().offer)) == "answer this call on the phone"


def test_a_new_configuration_keeps_agents_and_brings_new_ones(centre: Centre) -> None:
    centre.signs_in(ANNA)
    config = small_config()
    more = msgspec.structs.replace(config, agents=(*config.agents, agent("cleo")))
    centre.happens(events.ConfigPublished("second", more))
    assert centre.center.routing.floor.agents[ANNA].presence is Presence.READY
    assert centre.refuses(events.ConfigPublished("second", more)) == "this configuration is in force already"
    centre.happens(events.AgentSignedIn(AgentId("cleo"), None))


def test_a_lost_console_does_not_end_the_call_on_the_phone(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.calls()
    centre.answers()
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(15_000)
    assert not centre.all_facts(TalkEnded)
    assert centre.center.routing.floor.agents[ANNA].reason == "console_lost"
    centre.hangs_up()
    assert centre.facts(TalkEnded)


def test_a_new_skill_is_used_at_once() -> None:
    config = small_config()
    unskilled = msgspec.structs.replace(config, agents=(msgspec.structs.replace(agent("anna"), skills=()),))
    centre = Centre(unskilled)
    centre.signs_in(ANNA)
    centre.calls()
    assert not centre.center.routing.floor.offers
    centre.happens(events.ConfigPublished("second", config))
    assert centre.offer().agent == ANNA
    centre.check_replay()


def test_nobody_is_kept_for_an_agent_who_lost_the_skill(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("one")
    centre.accepts(ANNA)
    first = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, first))
    centre.wraps_up(ANNA, first)
    centre.happens(events.NotReadyChosen(ANNA, "lunch"))
    centre.signs_in(BO)
    centre.texts("two")
    config = small_config()
    unskilled = msgspec.structs.replace(agent("anna"), skills=())
    centre.happens(events.ConfigPublished("second", msgspec.structs.replace(config, agents=(unskilled, agent("bo")))))
    assert centre.offer().agent == BO


def test_texts_of_an_agent_who_does_not_come_back_go_to_somebody_else(centre: Centre) -> None:
    centre.signs_in(ANNA)
    centre.texts("help")
    centre.accepts(ANNA)
    centre.signs_in(BO)
    centre.happens(events.ConsoleLost(ANNA))
    centre.passes(899_999)
    assert centre.offer().agent == ANNA
    centre.passes(1)
    assert centre.offer().agent == BO
