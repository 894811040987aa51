"""A backlog of chats cannot starve calls, nor one of calls the texts: some agents are kept for the other work."""

import msgspec

from contactcenter.acd.why import explain
from contactcenter.model import events
from contactcenter.model.config import CenterConfig, StationConfig
from contactcenter.model.facts import OfferMade, VisitOpened
from contactcenter.model.ids import AgentId, ContactId, OfferId, StationId
from contactcenter.model.words import Channel
from tests.stories.centre import ANNA, BO, FAULTS, Centre, agent, small_config

CLEO = AgentId("cleo")
EVERYBODY = (ANNA, BO, CLEO)


def config_of(**queue: int | str) -> CenterConfig:
    """Return a centre of three agents."""
    config = small_config(**queue)
    stations = tuple(StationConfig(StationId(f"{name}-phone")) for name in EVERYBODY)
    return msgspec.structs.replace(config, agents=tuple(agent(name) for name in EVERYBODY), stations=stations)


def opened(**queue: int | str) -> Centre:
    """Return that centre with all three ready."""
    centre = Centre(config_of(**queue))
    centre.signs_in(*EVERYBODY)
    return centre


def chat(centre: Centre, name: str) -> None:
    """A visitor comes and waits; whoever is offered the chat takes it."""
    conversation = centre.chats(name)
    centre.chooses(conversation, "1", f"choice of {name}")
    centre.chooses(conversation, "", f"meter of {name}")
    take(centre)


def take(centre: Centre) -> None:
    """Let everybody take what rings on the console."""
    for offer_id, offer in list(centre.center.routing.floor.offers.items()):
        if offer.channel is not Channel.VOICE:
            centre.accepts(offer.agent, offer_id)
            take(centre)
            return


def offered(centre: Centre, channel: Channel) -> list[AgentId]:
    """Return who was offered contacts of a channel, in order."""
    return [fact.agent for fact in centre.all_facts(OfferMade) if fact.channel is channel]


def call(centre: Centre, number: str) -> ContactId:
    """A caller comes and is answered, if anybody is rung."""
    before = len(centre.all_facts(OfferMade))
    contact = centre.calls(number)
    if len(centre.all_facts(OfferMade)) > before:
        centre.answers()
    return contact


def test_without_a_reserve_a_backlog_of_chats_takes_everybody() -> None:
    centre = opened()
    for number in range(3):
        chat(centre, f"v{number}")
    call(centre, "+1")
    assert offered(centre, Channel.VOICE) == [], "this is what users of other products complain of (complaint 39)"


def test_the_last_agents_who_could_take_a_call_are_offered_no_chat() -> None:
    centre = opened(keep_for_calls=1)
    for number in range(20):
        chat(centre, f"v{number}")
    assert sorted(offered(centre, Channel.CHAT)) == sorted([ANNA, BO] * 3), "they take all that fits, and no third does"
    call(centre, "+1")
    assert offered(centre, Channel.VOICE) == [CLEO]
    centre.check_replay()


def test_who_is_in_a_chat_already_takes_another() -> None:
    centre = opened(keep_for_calls=2)
    chat(centre, "first")
    chat(centre, "second")
    assert offered(centre, Channel.CHAT) == [ANNA, ANNA]


def test_texts_by_sms_bind_nobody_and_are_offered_to_all() -> None:
    centre = opened(keep_for_calls=2)
    for number in range(3):
        centre.texts(f"hello {number}", f"+{number}")
        take(centre)
    assert offered(centre, Channel.SMS) == [ANNA, BO, CLEO]


def test_who_comes_free_lets_the_one_who_stood_in_take_the_chat() -> None:
    centre = opened(keep_for_calls=1)
    contact = call(centre, "+1")
    centre.happens(events.NotReadyChosen(CLEO, "lunch"))
    chat(centre, "waits")
    assert offered(centre, Channel.CHAT) == [], "Bo is the last who could take a call"
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, contact)
    take(centre)
    assert len(offered(centre, Channel.CHAT)) == 1, "and now the other one of the two could"


def test_an_agent_of_another_queue_who_comes_free_frees_the_one_who_serves_the_chat() -> None:
    config = config_of(keep_for_calls=1)
    [faults] = config.queues
    voice = msgspec.structs.replace(faults, id="calls", name="Calls", requires="fault", keep_for_calls=1)
    chats = msgspec.structs.replace(faults, skill="chat", requires="chat and fault", keep_for_calls=0)
    skilled = agent("anna")
    skilled = msgspec.structs.replace(
        skilled, skills=(*skilled.skills, msgspec.structs.replace(skilled.skills[0], skill="chat"))
    )
    config = msgspec.structs.replace(config, queues=(chats, voice), agents=(skilled, agent("bo")))
    centre = Centre(config)
    centre.signs_in(ANNA)
    chat(centre, "waits")
    assert offered(centre, Channel.CHAT) == [], "she is the only one for calls"
    centre.signs_in(BO)
    take(centre)
    assert offered(centre, Channel.CHAT) == [ANNA], "Bo could take a call now"
    centre.check_replay()


def test_the_last_agents_off_the_phone_are_offered_no_call() -> None:
    centre = opened(keep_for_texts=1)
    for number in range(3):
        call(centre, f"+{number}")
    assert offered(centre, Channel.VOICE) == [ANNA, BO]
    chat(centre, "mei")
    assert offered(centre, Channel.CHAT) == [CLEO]
    centre.check_replay()


def excluded(centre: Centre, contact: ContactId, channel: Channel) -> list[str]:
    """Return what excluded each agent from a contact that waits, were it offered to Anna now."""
    visit = centre.all_facts(VisitOpened)[-1].visit
    made = OfferMade(OfferId("O"), contact, visit, FAULTS, channel, ANNA, None, 0)
    return [each.excluded for each in explain(centre.center.routing.floor, made, centre.now).candidates]


def test_why_says_who_was_kept_for_what() -> None:
    centre = opened(keep_for_calls=3)
    chat(centre, "mei")
    waiting = next(iter(centre.center.routing.floor.contacts))
    assert excluded(centre, waiting, Channel.CHAT) == ["kept for calls"] * 3
    centre = opened(keep_for_texts=3)
    assert excluded(centre, centre.calls("+1"), Channel.VOICE) == ["kept for texts"] * 3


def test_a_call_that_ends_lets_the_next_one_ring_at_whoever_stood_in() -> None:
    centre = opened(keep_for_texts=2)
    first = call(centre, "+1")
    second = call(centre, "+2")
    assert offered(centre, Channel.VOICE) == [ANNA]
    centre.hangs_up("+1")
    centre.wraps_up(ANNA, first)
    assert centre.offer().contact == second


def test_a_reserve_that_is_taken_away_lets_everybody_work() -> None:
    centre = opened(keep_for_calls=2)
    for number in range(4):
        chat(centre, f"v{number}")
    assert offered(centre, Channel.CHAT) == [ANNA] * 3
    centre.happens(events.ConfigPublished("second", config_of()))
    take(centre)
    assert offered(centre, Channel.CHAT)[3:] == [BO]
    centre.check_replay()


def test_who_comes_and_is_the_only_one_for_calls_is_not_offered_the_chat_that_waits() -> None:
    centre = Centre(config_of(keep_for_calls=1))
    chat(centre, "waits")
    centre.signs_in(ANNA)
    assert offered(centre, Channel.CHAT) == []
    call(centre, "+1")
    assert offered(centre, Channel.VOICE) == [ANNA]
    centre.check_replay()


def test_a_call_that_rings_at_all_leaves_one_off_the_phone_for_texts() -> None:
    centre = opened(keep_for_texts=1, strategy="ring_all")
    centre.calls("+1")
    assert offered(centre, Channel.VOICE) == [ANNA, BO], "each one who rings leaves fewer for texts"
    chat(centre, "first")
    assert offered(centre, Channel.CHAT) == [CLEO]
    centre.check_replay()
