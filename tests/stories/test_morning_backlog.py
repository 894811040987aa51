"""The texts of the night: who comes first in the morning does not take them all, and who goes hands them over."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from contactcenter.model import events
from contactcenter.model.facts import CustomerAnswered, OfferMade, TalkStarted
from contactcenter.model.ids import AgentId, ContactId, MessageId
from tests.stories.centre import ANNA, BO, Centre, agent, small_config

CY = AgentId("cy")
NIGHT = 6


def morning(unanswered: int = 1, **queue: Any) -> Centre:
    """Open a centre in which texts have come in the night, and nobody is there yet."""
    people = tuple(agent(name, sms_unanswered=unanswered) for name in ("anna", "bo", "cy"))
    centre = Centre(msgspec.structs.replace(small_config(**queue), agents=people))
    for number in range(NIGHT):
        centre.texts(f"night {number}", f"+86139000000{number:02}")
        centre.passes(60_000)
    return centre


def comes(centre: Centre, *names: AgentId) -> None:
    """Agents come one after the other; each takes what rings until nothing does."""
    for name in names:
        centre.happens(events.ConsoleConnected(name))
        centre.happens(events.AgentSignedIn(name, None))
        centre.happens(events.ReadyChosen(name))
        takes(centre, name)


def takes(centre: Centre, name: AgentId) -> None:
    """An agent accepts whatever rings."""
    while centre.center.routing.floor.agents[name].offer is not None:
        centre.accepts(name)


def held(centre: Centre, name: AgentId) -> list[ContactId]:
    """Return what an agent has in hand."""
    return list(centre.center.routing.floor.agents[name].work)


def answers(centre: Centre, name: AgentId, contact: ContactId) -> None:
    """An agent writes, and takes what rings then."""
    written = len(centre.journal)
    centre.happens(events.AgentTextWritten(name, contact, MessageId(f"answer {written}")))
    takes(centre, name)


def test_without_a_limit_the_first_who_comes_takes_as_many_as_fit() -> None:
    centre = morning(unanswered=0)
    comes(centre, ANNA, BO)
    assert (len(held(centre, ANNA)), len(held(centre, BO))) == (5, 1)


def test_who_comes_first_has_one_to_answer_and_the_others_are_for_who_comes_next() -> None:
    centre = morning()
    comes(centre, ANNA)
    assert len(held(centre, ANNA)) == 1
    [first] = held(centre, ANNA)
    comes(centre, BO, CY)
    assert [len(held(centre, name)) for name in (ANNA, BO, CY)] == [1, 1, 1]
    answers(centre, ANNA, first)
    assert centre.all_facts(CustomerAnswered)[-1].agent == ANNA
    assert len(held(centre, ANNA)) == 2, "what is answered lies in her hand, and makes room for the next"
    talks = [fact.contact for fact in centre.all_facts(TalkStarted)]
    assert talks == [fact.contact for fact in centre.all_facts(OfferMade)], "the oldest first, to the last"
    centre.check_replay()


def test_the_backlog_is_dealt_by_how_fast_each_one_answers() -> None:
    centre = morning()
    comes(centre, ANNA, BO)
    for _ in range(3):
        answers(centre, BO, held(centre, BO)[-1])
    assert (len(held(centre, ANNA)), len(held(centre, BO))) == (1, 4)
    centre.check_replay()


def test_what_comes_by_day_goes_to_who_has_answered_by_the_strategy() -> None:
    centre = morning(strategy="fewest_handled")
    comes(centre, ANNA, BO)
    for name in (ANNA, BO) * 3:
        answers(centre, name, held(centre, name)[-1])
    assert sorted(len(held(centre, name)) for name in (ANNA, BO)) == [3, 3]
    comes(centre, CY)
    centre.texts("by day", "+8613900000099")
    assert centre.offer().agent == CY


@pytest.mark.parametrize("limit", [1, 2])
def test_an_owner_who_goes_off_shift_hands_over_and_nobody_is_flooded_by_it(limit: int) -> None:
    centre = morning(unanswered=limit)
    comes(centre, ANNA)
    for _ in range(NIGHT):
        answers(centre, ANNA, held(centre, ANNA)[-1])
    mine = held(centre, ANNA)
    assert len(mine) == 5
    centre.happens(events.AgentSignedOut(ANNA))
    comes(centre, BO, CY)
    assert (len(held(centre, BO)), len(held(centre, CY))) == (limit, limit)
    assert set(held(centre, BO) + held(centre, CY)) <= {fact.contact for fact in centre.all_facts(TalkStarted)}
    centre.check_replay()


def test_calls_and_chats_come_all_the_same() -> None:
    centre = morning()
    comes(centre, BO)
    centre.signs_in(ANNA)
    takes(centre, ANNA)
    contact = centre.calls("+8613900000088")
    assert centre.offer().contact == contact
