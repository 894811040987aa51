"""Agents, stations and queues as they are written."""

from __future__ import annotations

from contactcenter.model.config import AgentAttribute, AgentConfig, RelaxStep, SkillLevel, StationConfig
from contactcenter.model.ids import AgentId, StationId
from contactcenter.settings.people import AGENTS_MAX, People, read_people, read_queues
from contactcenter.settings.problems import Problem, Source
from contactcenter.settings.stations import read_stations
from contactcenter.settings.tables import Table

SKILLS = {"fault": "Faults", "general": "General"}


def people_of(agents: dict[str, object], stations: dict[str, object] | None = None) -> tuple[People, list[str]]:
    """Read agents and stations as from their files."""
    problems: list[Problem] = []
    tables = [
        Table(Source("agents.toml", ""), (), agents, problems),
        Table(Source("stations.toml", ""), (), {"stations": stations or {}}, problems),
    ]
    people = read_people(tables[0], read_stations(tables[1], None, ()), SKILLS)
    for table in tables:
        table.close()
    return people, [str(problem) for problem in problems]


def test_an_agent_with_and_without_what_may_be_left_out() -> None:
    people, problems = people_of(
        {
            "defaults": {"chat_capacity": 2, "team": "day"},
            "agents": {
                "li": {
                    "name": "Li",
                    "skills": {"fault": 9, "general": 1},
                    "station": "1001",
                    "sms_capacity": 0,
                    "sms_unanswered": 2,
                },
                "wu": {"name": "Wu", "skills": {"fault": 1}, "team": "night"},
            },
        },
        {"1001": {"auto_answer": True}, "depot": {"contact": "sip:depot@192.0.2.1:5060"}},
    )
    assert problems == []
    skills = (SkillLevel("fault", 9), SkillLevel("general", 1))
    assert people.agents[0] == AgentConfig(
        AgentId("li"), "Li", skills, "day", StationId("1001"), chat_capacity=2, sms_capacity=0, sms_unanswered=2
    )
    assert people.agents[1] == AgentConfig(AgentId("wu"), "Wu", (SkillLevel("fault", 1),), "night", chat_capacity=2)
    assert people.stations == (
        StationConfig(StationId("1001"), "", True),
        StationConfig(StationId("depot"), "sip:depot@192.0.2.1:5060"),
    )


def test_an_agent_who_can_do_nothing() -> None:
    _, problems = people_of({"agents": {"li": {"name": "Li"}}})
    assert problems == [
        "agents.toml: [agents.li] skills: is missing; give at least one, as in skills = { general = 5 }"
    ]


RANGE = {
    "prefix": "a",
    "count": 10_000,
    "contact": "sip:a{n}@127.0.0.1:17000",
    "phone_only": True,
    "skills": {"fault": 5},
}


def test_ten_thousand_in_five_lines() -> None:
    people, problems = people_of({"agents_range": [RANGE, {**RANGE, "prefix": "b", "first": 0, "count": 1}]})
    assert problems == [] and len(people.agents) == len(people.stations) == 10_001
    assert people.agents[9_999] == AgentConfig(
        AgentId("a10000"), "a10000", (SkillLevel("fault", 5),), station=StationId("a10000"), phone_only=True
    )
    assert people.stations[0] == StationConfig(StationId("a1"), "sip:a1@127.0.0.1:17000")
    assert people.agents[-1].id == "b0"


def test_names_of_a_range_must_be_free_and_few_enough() -> None:
    _, problems = people_of({"agents_range": [RANGE, RANGE]})
    assert problems == [
        "agents.toml: [agents_range 2] prefix: 'a1' is given already; choose another prefix or first number"
    ]
    _, problems = people_of({"agents_range": [{**RANGE, "count": AGENTS_MAX}, {**RANGE, "prefix": "b", "count": 1}]})
    assert problems == ["agents.toml: has 20001 agents; give at most 20000"]


def test_a_queue_takes_from_the_defaults_what_it_does_not_say() -> None:
    content: dict[str, object] = {
        "defaults": {"ring_s": 20, "record": False, "welcome": ["hello"]},
        "queues": {"one": {"name": "One", "skill": "fault", "record": True}, "two": {"name": "Two", "skill": "fault"}},
    }
    problems: list[Problem] = []
    one, two = read_queues(Table(Source("queues.toml", ""), (), content, problems), SKILLS, ())
    assert problems == []
    assert (one.id, one.name, one.ring_ms, one.record, one.welcome) == ("one", "One", 20_000, True, ("hello",))
    assert (two.record, two.ring_ms, two.wrap_up_ms) == (False, 20_000, 60_000)


def test_a_queue_may_ask_for_more_than_one_skill() -> None:
    content: dict[str, object] = {
        "queues": {"one": {"name": "One", "requires": 'fault >= 4 and region == "north"', "strategy": "most_skilled"}}
    }
    problems: list[Problem] = []
    agent = AgentConfig(AgentId("a"), "A", (SkillLevel("fault", 4),), attributes=(AgentAttribute("region", "north"),))
    (one,) = read_queues(Table(Source("queues.toml", ""), (), content, problems), SKILLS, [agent])
    assert problems == []
    assert (one.requires, one.strategy, one.skill) == ('fault >= 4 and region == "north"', "most_skilled", "")


def test_an_agent_has_attributes_of_all_kinds() -> None:
    attributes = {"region": "north", "floor": 3, "night": True}
    people, problems = people_of({"agents": {"a": {"name": "A", "skills": {"fault": 5}, "attributes": attributes}}})
    assert problems == []
    assert {each.name: each.value for each in people.agents[0].attributes} == attributes


def test_the_circle_of_a_queue_widens_in_steps() -> None:
    steps = [{"after_s": 20, "requires": "fault"}, {"after_s": 40, "requires": "fault or general"}]
    content: dict[str, object] = {"queues": {"one": {"name": "One", "skill": "fault", "min_level": 8, "relax": steps}}}
    problems: list[Problem] = []
    (one,) = read_queues(Table(Source("queues.toml", ""), (), content, problems), SKILLS, ())
    assert problems == []
    assert one.relax == (RelaxStep(20_000, "fault"), RelaxStep(40_000, "fault or general"))


def test_nobody_can_explain_eleven_steps() -> None:
    steps = [{"after_s": number + 1, "requires": "fault"} for number in range(11)]
    content: dict[str, object] = {"queues": {"one": {"name": "One", "skill": "fault", "relax": steps}}}
    problems: list[Problem] = []
    read_queues(Table(Source("queues.toml", ""), (), content, problems), SKILLS, ())
    assert [problem.reason for problem in problems] == ["has 11 steps"]


def test_steps_stand_in_the_order_of_their_times() -> None:
    steps = [{"after_s": 20, "requires": "fault"}, {"after_s": 20, "requires": "general"}]
    content: dict[str, object] = {"queues": {"one": {"name": "One", "skill": "fault", "relax": steps}}}
    problems: list[Problem] = []
    read_queues(Table(Source("queues.toml", ""), (), content, problems), SKILLS, ())
    assert [(problem.table, problem.reason) for problem in problems] == [
        ("queues.one.relax 2", "is not later than the step before")
    ]
