"""Agents in reserve: they serve a queue while it is in need, and nobody is called and let go by turns."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from contactcenter.model import events, facts
from contactcenter.model.config import AgentConfig, CenterConfig, RelaxStep, SkillLevel
from contactcenter.model.ids import AgentId, StationId
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.words import Channel
from contactcenter.reports.live import LiveFigures
from tests.stories.centre import ANNA, FAULTS, Centre, small_config
from tests.stories.test_why import seen, told

DORA = AgentId("dora")
MANY = ReserveConfig("office", waiting=3, until_waiting=2)
LONG = ReserveConfig("office", wait_ms=60_000, until_wait_ms=20_000)
BOTH = ReserveConfig("office", 3, 60_000, 2, 20_000)


def config_with(reserve: ReserveConfig | None, **queue: Any) -> CenterConfig:
    """Anna and Bo serve faults; Dora from the office helps when the queue is in need."""
    usual = small_config(reserve=reserve, **queue)
    dora = AgentConfig(DORA, "Dora", (SkillLevel("office", 5),), station=StationId("dora-phone"))
    station = replace(usual.stations[0], id=StationId("dora-phone"))
    return replace(usual, agents=(*usual.agents, dora), stations=(*usual.stations, station))


def calls(centre: Centre, *numbers: int) -> None:
    """Callers come, one after the other."""
    for number in numbers:
        centre.calls(f"+86139000000{number:02}")


def leave(centre: Centre, *numbers: int) -> None:
    """Callers hang up."""
    for number in numbers:
        centre.hangs_up(f"+86139000000{number:02}")


def turns(centre: Centre) -> list[str]:
    """How the reserve was called and let go in the story."""
    names = {facts.ReserveCalled: "called", facts.ReserveReleased: "released"}
    return [names[type(fact)] for entry in centre.journal for fact in entry.facts if type(fact) in names]


def live(centre: Centre) -> LiveFigures:
    """The wallboard of the story."""
    figures = LiveFigures(0)
    for entry in centre.journal:
        for fact in entry.facts:
            figures.apply(fact, entry.at)
    return figures


def test_the_reserve_is_called_when_many_wait_and_takes_who_is_first() -> None:
    centre = Centre(config_with(MANY))
    centre.signs_in(DORA)
    calls(centre, 1, 2)
    assert centre.all_facts(facts.OfferMade) == []
    calls(centre, 3)
    assert turns(centre) == ["called"]
    first = centre.all_facts(facts.VisitOpened)[0].contact
    assert (centre.offer().contact, centre.offer().agent) == (first, DORA)
    centre.check_replay()


def test_it_is_let_go_only_well_below_so_that_it_does_not_flap() -> None:
    centre = Centre(config_with(MANY))
    calls(centre, 1, 2, 3)
    leave(centre, 1)
    assert turns(centre) == ["called"], "two wait: fewer than three, but not fewer than two"
    calls(centre, 4)
    leave(centre, 2)
    assert turns(centre) == ["called"]
    leave(centre, 3)
    assert turns(centre) == ["called", "released"]
    calls(centre, 5)
    assert turns(centre) == ["called", "released"], "two wait, and three call"
    centre.signs_in(DORA)
    assert centre.all_facts(facts.OfferMade) == []
    centre.check_replay()


def test_the_reserve_is_called_when_somebody_has_waited_for_long() -> None:
    centre = Centre(config_with(LONG))
    centre.signs_in(DORA)
    calls(centre, 1)
    centre.passes(40_000)
    calls(centre, 2)
    leave(centre, 1)
    centre.passes(59_999)
    assert turns(centre) == [], "the one who has waited for longest counts, and he left"
    centre.passes(1)
    assert turns(centre) == ["called"] and centre.offer().agent == DORA
    centre.check_replay()


def test_the_wait_of_who_is_next_decides_when_the_reserve_goes() -> None:
    centre = Centre(config_with(LONG))
    calls(centre, 1)
    centre.passes(35_000)
    calls(centre, 2)
    centre.passes(10_000)
    calls(centre, 3)
    centre.passes(15_000)
    assert turns(centre) == ["called"]
    leave(centre, 1)
    assert turns(centre) == ["called"], "the next has waited for 25 s"
    leave(centre, 2)
    assert turns(centre) == ["called", "released"], "the next has waited for 15 s"
    centre.passes(45_000)
    assert turns(centre) == ["called", "released", "called"]


def test_both_must_be_at_ease() -> None:
    centre = Centre(config_with(BOTH))
    calls(centre, 1)
    centre.passes(30_000)
    calls(centre, 2, 3)
    leave(centre, 2, 3)
    assert turns(centre) == ["called"], "one waits, but for 30 s"
    leave(centre, 1)
    assert turns(centre) == ["called", "released"]


def test_texts_call_nobody() -> None:
    centre = Centre(config_with(BOTH))
    for number in range(5):
        centre.texts(f"hello {number}", f"+86139000000{number:02}")
    centre.passes(120_000)
    assert turns(centre) == []


def test_a_talk_with_the_reserve_goes_on_when_it_is_let_go() -> None:
    centre = Centre(config_with(MANY))
    centre.signs_in(DORA)
    calls(centre, 1, 2, 3)
    centre.answers()
    leave(centre, 2, 3)
    assert turns(centre) == ["called", "released"]
    assert centre.all_facts(facts.TalkEnded) == []
    contact = centre.offer().contact
    leave(centre, 1)
    centre.wraps_up(DORA, contact)
    calls(centre, 4)
    assert len(centre.all_facts(facts.OfferMade)) == 1


def test_who_serves_the_queue_anyway_is_no_reserve_of_it_and_who_a_step_lets_in_stays_so() -> None:
    relax = (RelaxStep(30_000, "office"),)
    centre = Centre(config_with(replace(MANY, requires="office or fault"), relax=relax))
    calls(centre, 1, 2, 3)
    assert centre.center.routing.floor.reserves[FAULTS] == (DORA,)
    leave(centre, 2, 3)
    assert turns(centre) == ["called", "released"]
    centre.passes(30_000)
    centre.signs_in(DORA)
    assert centre.offer().agent == DORA, "the circle has widened to her"


def test_a_changed_configuration_calls_and_forgets_a_reserve() -> None:
    centre = Centre(config_with(None))
    centre.signs_in(DORA)
    calls(centre, 1, 2, 3)
    centre.happens(events.ConfigPublished("second", config_with(MANY)))
    assert turns(centre) == ["called"] and centre.offer().agent == DORA
    centre.happens(events.ConfigPublished("third", config_with(replace(MANY, waiting=9, until_waiting=3))))
    assert turns(centre) == ["called"] and FAULTS in centre.center.routing.floor.called
    centre.happens(events.ConfigPublished("fourth", config_with(None)))
    assert FAULTS not in centre.center.routing.floor.called
    assert not live(centre).queues(centre.now)[0].reserve_called
    centre.check_replay()


def test_a_crash_keeps_the_reserve_called() -> None:
    centre = Centre(config_with(MANY))
    for number in range(3):
        chat = centre.chats(f"visitor {number}")
        centre.chooses(chat, "1", f"choice {number}")
        centre.chooses(chat, "", f"meter {number}")
    centre.crash()
    assert FAULTS in centre.center.routing.floor.called
    centre.signs_in(DORA)
    assert (centre.offer().agent, centre.offer().channel) == (DORA, Channel.CHAT)
    centre.check_replay()


def test_the_wallboard_shows_it_and_counts_those_who_help() -> None:
    centre = Centre(config_with(MANY))
    centre.signs_in(ANNA, DORA)
    before = live(centre).queues(centre.now)[0]
    assert (before.reserve_called, before.agents.signed_in) == (False, 1)
    calls(centre, 1, 2, 3)
    board = live(centre)
    during = board.queues(centre.now)[0]
    assert (during.reserve_called, during.agents.signed_in, during.agents.busy) == (True, 2, 2)
    centre.happens(events.ConfigPublished("second", config_with(replace(MANY, waiting=4))))
    again = live(centre).queues(centre.now)[0]
    assert (again.reserve_called, again.agents.signed_in) == (True, 2)
    leave(centre, 1, 2, 3)
    after = live(centre).queues(centre.now)[0]
    assert (after.reserve_called, after.agents.signed_in) == (False, 1)


def test_why_tells_who_is_in_reserve() -> None:
    centre = Centre(config_with(MANY))
    centre.signs_in(ANNA, DORA)
    contact = centre.calls()
    (choice,) = told(centre, contact)
    assert seen(choice)[DORA] == "in reserve"
