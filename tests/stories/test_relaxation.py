"""Who waits for long may be served by more people: a queue's circle widens in steps."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.model import events
from contactcenter.model.config import AgentConfig, CenterConfig, RelaxStep, SkillLevel
from contactcenter.model.facts import PositionTold, RequirementRelaxed
from contactcenter.model.ids import AgentId, StationId
from tests.stories.centre import ANNA, BO, Centre, small_config
from tests.stories.test_why import seen, told

CARL = AgentId("carl")
STEPS = (RelaxStep(20_000, "fault >= 3"), RelaxStep(40_000, "other or fault"))


def config_with(steps: tuple[RelaxStep, ...] = STEPS) -> CenterConfig:
    """Anna is an expert, Bo a beginner, Carl knows something else."""
    usual = small_config()
    levels = {ANNA: 9, BO: 4}
    agents = tuple(replace(each, skills=(SkillLevel("fault", levels[each.id]),)) for each in usual.agents)
    carl = AgentConfig(CARL, "Carl", (SkillLevel("other", 5),), station=StationId("carl-phone"))
    return replace(
        usual,
        queues=(replace(usual.queues[0], min_level=8, relax=steps, wrap_up_ms=0),),
        agents=(*agents, carl),
        stations=(*usual.stations, replace(usual.stations[0], id=StationId("carl-phone"))),
    )


def test_the_circle_widens_with_the_wait() -> None:
    centre = Centre(config_with())
    centre.signs_in(BO, CARL)
    contact = centre.calls()
    centre.passes(19_999)
    assert told(centre, contact) == []
    centre.passes(1)
    (choice,) = told(centre, contact)
    assert (choice.agent, choice.step, choice.waited_ms) == (BO, 1, 20_000)
    assert (seen(choice)[CARL], seen(choice)[ANNA]) == ("lacks what the queue asks for", "signed out")
    centre.check_replay()


def test_an_agent_who_comes_free_is_offered_whom_a_step_has_opened_to_him() -> None:
    centre = Centre(config_with())
    contact = centre.calls()
    centre.passes(40_000)
    assert [fact.step for fact in centre.all_facts(RequirementRelaxed)] == [1, 2]
    centre.signs_in(CARL)
    assert (centre.offer().contact, centre.offer().agent) == (contact, CARL)


def test_who_may_serve_at_once_may_serve_at_every_step() -> None:
    centre = Centre(config_with((RelaxStep(5_000, "other"),)))
    contact = centre.calls()
    centre.passes(6_000)
    centre.signs_in(ANNA)
    assert (centre.offer().contact, centre.offer().agent) == (contact, ANNA)


def test_the_place_counts_over_all_steps() -> None:
    centre = Centre(config_with())
    first = centre.calls("+8613900000001")
    centre.passes(25_000)
    second = centre.calls("+8613900000002")
    places = {fact.contact: fact.position for fact in centre.all_facts(PositionTold)}
    assert places == {first: 1, second: 2}


def test_a_step_that_comes_while_a_telephone_rings_holds_when_it_was_in_vain() -> None:
    centre = Centre(config_with())
    centre.signs_in(ANNA, BO)
    centre.passes(1_000)
    contact = centre.calls()
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(15_000)
    assert centre.offer().agent == ANNA, "Bo is no expert, and nobody else is there"
    centre.passes(5_000)
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)


def test_a_step_that_comes_in_the_middle_of_the_ringing_moves_nobody() -> None:
    centre = Centre(config_with((RelaxStep(5_000, "fault >= 3"),)))
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.tries(events.LegRinging(centre.ringing_leg()))
    centre.passes(6_000)
    assert [fact.step for fact in centre.all_facts(RequirementRelaxed)] == [1]
    assert (centre.offer().contact, centre.offer().agent) == (contact, ANNA)
    centre.passes(9_000)
    assert centre.offer().agent == BO


def test_a_changed_rule_holds_for_those_who_wait_already() -> None:
    centre = Centre(config_with())
    centre.signs_in(BO)
    contact = centre.calls()
    centre.passes(10_000)
    centre.happens(events.ConfigPublished("second", config_with((RelaxStep(5_000, "fault"),))))
    assert (centre.offer().contact, centre.offer().agent) == (contact, BO)
    centre.check_replay()


def test_a_rule_that_became_stricter_takes_the_step_back() -> None:
    centre = Centre(config_with())
    contact = centre.calls()
    centre.passes(25_000)
    centre.happens(events.ConfigPublished("second", config_with((RelaxStep(60_000, "fault"),))))
    centre.signs_in(BO)
    assert told(centre, contact) == []
    centre.passes(34_000)
    assert centre.offer().agent == BO
    centre.check_replay()


def test_a_crash_keeps_the_steps() -> None:
    centre = Centre(config_with())
    centre.texts("hello")
    centre.passes(30_000)
    centre.crash()
    centre.passes(10_000)
    centre.signs_in(CARL)
    assert (centre.offer().agent, centre.center.routing.floor.contacts[centre.offer().contact].step) == (CARL, 2)
