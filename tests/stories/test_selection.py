"""Which of the free agents is chosen: each queue by the strategy that it names, ties by the longest idle."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from contactcenter.model import events
from contactcenter.model.config import AgentAttribute, CenterConfig, SkillLevel
from contactcenter.model.ids import AgentId, StationId
from tests.stories.centre import ANNA, BO, Centre, small_config


def config_with(strategy: str, anna: int = 5, bo: int = 5, requires: str = "") -> CenterConfig:
    """A centre's configuration whose only queue chooses by `strategy`."""
    usual, levels = small_config(), {ANNA: anna, BO: bo}
    return replace(
        usual,
        queues=(replace(usual.queues[0], strategy=strategy, requires=requires, wrap_up_ms=0),),
        agents=tuple(
            replace(agent, skills=(SkillLevel("fault", levels[agent.id]),), attributes=region_of(agent.id))
            for agent in usual.agents
        ),
    )


def centre_with(strategy: str, anna: int = 5, bo: int = 5, requires: str = "") -> Centre:
    """That centre, with Anna ready a second before Bo."""
    centre = Centre(config_with(strategy, anna, bo, requires))
    centre.signs_in(ANNA, BO)
    return centre


def region_of(agent: AgentId) -> tuple[AgentAttribute, ...]:
    """Bo works in the north."""
    return (AgentAttribute("region", "north"),) if agent == BO else ()


def serves_one(centre: Centre, talk_ms: int = 1_000) -> AgentId:
    """A caller is answered, talks and hangs up; return by whom."""
    number = f"+86139{len(centre.journal):08}"
    centre.calls(number)
    agent = centre.offer().agent
    centre.answers()
    centre.passes(talk_ms)
    centre.hangs_up(number)
    centre.passes(1_000)
    return agent


@pytest.mark.parametrize(
    ("strategy", "anna", "bo", "chosen"),
    [
        ("longest_available", 1, 9, [ANNA, BO, ANNA, BO]),
        ("most_skilled", 1, 9, [BO, BO, BO, BO]),
        ("most_skilled", 5, 5, [ANNA, BO, ANNA, BO]),
        ("least_skilled", 3, 2, [BO, BO, BO, BO]),
        ("ordered", 1, 9, [ANNA, ANNA, ANNA, ANNA]),
        ("round_robin", 5, 5, [ANNA, BO, ANNA, BO]),
        ("fewest_handled", 5, 5, [ANNA, BO, ANNA, BO]),
    ],
)
def test_the_strategy_chooses(strategy: str, anna: int, bo: int, chosen: list[AgentId]) -> None:
    centre = centre_with(strategy, anna, bo)
    assert [serves_one(centre) for _ in chosen] == chosen
    centre.check_replay()


def test_the_least_occupied_is_who_was_busy_for_the_smallest_share_of_the_shift() -> None:
    centre = centre_with("least_occupied")
    assert serves_one(centre, talk_ms=600_000) is ANNA
    assert [serves_one(centre, talk_ms=1_000) for _ in range(4)] == [BO, BO, BO, BO]
    centre.check_replay()


def test_a_new_shift_begins_with_nothing_done() -> None:
    centre = centre_with("fewest_handled")
    assert [serves_one(centre) for _ in range(3)] == [ANNA, BO, ANNA]
    centre.happens(events.AgentSignedOut(ANNA))
    centre.happens(events.AgentSignedIn(ANNA, StationId("anna-phone")))
    centre.happens(events.ReadyChosen(ANNA))
    assert serves_one(centre) is ANNA


def test_who_did_not_answer_is_last_in_the_round() -> None:
    centre = centre_with("round_robin")
    centre.calls()
    assert centre.offer().agent == ANNA
    centre.passes(15_000)
    assert centre.offer().agent == BO


def test_an_expression_says_who_serves_a_queue() -> None:
    centre = centre_with("longest_available", requires='fault >= 4 and region == "north"')
    assert [serves_one(centre) for _ in range(2)] == [BO, BO]
    centre.check_replay()


def test_another_strategy_counts_from_the_next_choice_on() -> None:
    centre = centre_with("ordered")
    assert [serves_one(centre) for _ in range(2)] == [ANNA, ANNA]
    centre.happens(events.ConfigPublished("second", config_with("longest_available")))
    assert serves_one(centre) is BO


def test_of_several_who_come_free_in_one_step_the_strategy_chooses_too() -> None:
    centre = Centre(config_with("ordered"))
    centre.signs_in(BO)
    centre.calls("+1")
    centre.answers()
    centre.signs_in(ANNA)
    centre.calls("+2")
    centre.answers()
    centre.texts("hello", "+3")
    centre.crash()
    assert centre.offer().agent == ANNA, "though Bo's call was lost first"
    centre.check_replay()
