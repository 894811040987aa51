"""Contacts that begin without a click, where the queue or the agent asks for it and the agent sees them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contactcenter.adapters.console.desktop import Desktop
from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig
from contactcenter.model.facts import OfferMade, OfferTaken, TalkStarted
from tests.stories.centre import ANNA, BO, Centre, small_config


def config(agent: bool = False, on_command: bool = False, **queue: Any) -> CenterConfig:
    """The small centre, asked for by Anna or by the queue, with phones that answer on command or not."""
    usual = small_config(**queue)
    anna = replace(usual.agents[0], auto_answer=agent)
    stations = tuple(replace(station, auto_answer=on_command) for station in usual.stations)
    return replace(usual, agents=(anna, *usual.agents[1:]), stations=stations)


@pytest.mark.parametrize("settings", [{"agent": True}, {"auto_answer": True}])
def test_a_text_begins_in_the_step_in_which_it_is_offered(settings: dict[str, bool]) -> None:
    centre = Centre(config(**settings))
    centre.signs_in(ANNA)
    centre.texts("hello")
    assert [fact.auto for fact in centre.facts(OfferMade)] == [True]
    assert [fact.agent for fact in centre.facts(TalkStarted)] == [ANNA]
    desktop = Desktop()
    for entry in centre.journal:
        desktop.apply(entry)
    assert desktop.agents[ANNA].work[centre.offer().contact].auto, "the console says so"
    centre.check_replay()


def test_only_who_asked_for_it_is_spared_the_click() -> None:
    centre = Centre(config(agent=True))
    centre.signs_in(BO)
    centre.texts("hello")
    assert [fact.auto for fact in centre.facts(OfferMade)] == [False]
    assert not centre.facts(TalkStarted)


def test_a_phone_that_can_is_answered_on_command() -> None:
    centre = Centre(config(auto_answer=True, on_command=True))
    centre.signs_in(ANNA)
    centre.calls()
    assert [fact.agent for fact in centre.facts(OfferTaken)] == [ANNA]
    assert [command.auto_answer for command in centre.commands(commands.DialStation)] == [True]
    assert centre.refuses(events.OfferAccepted(ANNA, centre.offer().offer)) == "answer this call on the phone"
    centre.answers()
    assert [fact.agent for fact in centre.facts(TalkStarted)] == [ANNA]
    centre.check_replay()


def test_a_phone_that_cannot_rings_as_always() -> None:
    centre = Centre(config(auto_answer=True))
    centre.signs_in(ANNA)
    centre.calls()
    assert [command.auto_answer for command in centre.commands(commands.DialStation)] == [False]
    assert not centre.facts(OfferTaken)


def test_nothing_is_answered_for_who_does_not_see_it() -> None:
    centre = Centre(config(auto_answer=True, on_command=True))
    centre.signs_in(ANNA)
    centre.happens(events.ConsoleLost(ANNA))
    centre.calls()
    centre.texts("hello", "+2")
    assert not any(fact.auto for fact in centre.all_facts(OfferMade))
    assert not centre.all_facts(TalkStarted)


def test_a_group_has_a_race_and_no_automatic_winner() -> None:
    centre = Centre(config(auto_answer=True, strategy="ring_all"))
    centre.signs_in(ANNA, BO)
    centre.texts("hello")
    assert [fact.auto for fact in centre.facts(OfferMade)] == [False, False]


def test_a_kill_answers_nothing_twice() -> None:
    centre = Centre(config(auto_answer=True))
    centre.texts("hello")
    centre.signs_in(ANNA)
    centre.crash()
    assert len(centre.all_facts(TalkStarted)) == 1
    centre.check_replay()
