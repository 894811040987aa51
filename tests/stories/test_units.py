"""How much fits into two hands: so many of each channel, and all together so many units."""

import msgspec
import pytest

from contactcenter.model import events
from contactcenter.model.config import AgentConfig, CenterConfig
from contactcenter.model.facts import OfferMade
from contactcenter.reports.live import LiveFigures
from tests.stories.centre import ANNA, MORNING, Centre, agent, small_config


def config_of(anna: AgentConfig) -> CenterConfig:
    """Return a centre in which this Anna alone is at work."""
    return msgspec.structs.replace(small_config(), agents=(anna,))


def centre_of(anna: AgentConfig) -> Centre:
    """Open that centre, with Anna ready."""
    centre = Centre(config_of(anna))
    centre.signs_in(ANNA)
    return centre


def chat(centre: Centre, name: str) -> None:
    """A visitor comes and waits."""
    conversation = centre.chats(name)
    centre.chooses(conversation, "1", f"choice of {name}")
    centre.chooses(conversation, "", f"meter of {name}")


def taken(centre: Centre) -> int:
    """Accept whatever rings until nothing does; return how many rang so far."""
    while centre.center.routing.floor.agents[ANNA].offer is not None:
        centre.accepts(ANNA)
    return len(centre.all_facts(OfferMade))


@pytest.mark.parametrize(("chats", "texts", "fit"), [(4, 0, 3), (0, 9, 6), (2, 9, 4), (1, 9, 5), (3, 9, 3)])
def test_a_chat_is_two_of_six_units_and_a_text_is_one(chats: int, texts: int, fit: int) -> None:
    centre = centre_of(agent("anna", units=6, chat_units=2, sms_capacity=100))
    for number in range(chats):
        chat(centre, f"v{number}")
        taken(centre)
    for number in range(texts):
        centre.texts(f"hello {number}", f"+{number}")
        taken(centre)
    assert taken(centre) == fit
    centre.check_replay()


def test_without_units_channels_count_apart() -> None:
    centre = centre_of(agent("anna"))
    for number in range(9):
        centre.texts(f"text {number}", f"+{number}")
        taken(centre)
    for number in range(9):
        chat(centre, f"v{number}")
        taken(centre)
    assert taken(centre) == 3 + 5


def test_a_text_that_ends_gives_its_units_to_the_next() -> None:
    centre = centre_of(agent("anna", units=2, chat_units=2))
    centre.texts("one", "+1")
    taken(centre)
    text = centre.offer().contact
    chat(centre, "mei")
    assert taken(centre) == 1, "one unit is left, a chat takes two"
    centre.texts("two", "+2")
    assert taken(centre) == 2
    second = centre.offer().contact
    for contact in (text, second):
        centre.happens(events.ContactClosed(ANNA, contact))
        assert taken(centre) == 2, "what is wrapped up keeps its unit"
        centre.wraps_up(ANNA, contact)
    assert taken(centre) == 3


def test_a_configuration_with_fewer_units_takes_nothing_away() -> None:
    centre = centre_of(agent("anna", units=6, chat_units=2))
    for name in ("a", "b"):
        chat(centre, name)
        taken(centre)
    smaller = config_of(agent("anna", units=2, chat_units=2))
    centre.happens(events.ConfigPublished("second", smaller))
    assert len(centre.center.routing.floor.agents[ANNA].work) == 2
    chat(centre, "c")
    assert taken(centre) == 2


def test_the_wallboard_shows_the_units_in_use() -> None:
    centre = centre_of(agent("anna", units=6, chat_units=2))
    chat(centre, "a")
    taken(centre)
    centre.texts("hello", "+1")
    taken(centre)
    live = LiveFigures(MORNING)
    for entry in centre.journal:
        for fact in entry.facts:
            live.apply(fact, entry.at)
    [anna] = live.agents()
    assert (anna.units_used, anna.units) == (3, 6)
