"""Who serves what is found by an index, and is the same as by asking each agent about each queue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.model.config import AgentAttribute, AgentConfig, QueueConfig, RelaxStep, SkillLevel
from contactcenter.model.eligibility import Serving, steps_served
from contactcenter.model.ids import AgentId, QueueId

ASKED = st.sampled_from(
    ("a", "a >= 3", "b and not c", "not c", 'a or team == "t1"', "c and (a or b)", 'team != "t2"', "b >= 2 or not a")
)
HELD = st.dictionaries(st.sampled_from("abc"), st.integers(1, 4), max_size=3)


@given(st.lists(st.tuples(ASKED, st.lists(ASKED, max_size=2)), max_size=6), HELD, st.sampled_from(("", "t1", "t2")))
def test_the_index_finds_what_asking_each_queue_finds(
    asked: list[tuple[str, list[str]]], held: dict[str, int], team: str
) -> None:
    queues = [
        QueueConfig(QueueId(f"q{place}"), "", "a", requires=requires, relax=tuple(RelaxStep(1, step) for step in wider))
        for place, (requires, wider) in enumerate(asked)
    ]
    skills = tuple(SkillLevel(skill, level) for skill, level in held.items())
    agent = AgentConfig(AgentId("anna"), "Anna", skills, team=team, attributes=(AgentAttribute("night", True),))
    one_by_one = [(queue.id, steps) for queue in queues if (steps := steps_served(agent, queue))]
    assert Serving(queues).steps_of(agent) == one_by_one
