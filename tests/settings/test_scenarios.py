"""What a supervisor may ask, as files: read with what they leave out, and never in the way of the centre."""

from __future__ import annotations

from pathlib import Path

from contactcenter.settings import load, load_scenarios
from contactcenter.settings.scenarios import Scenario, Traffic
from tests.settings.conftest import AT

STORM = """
name = "Storm, and half as many again who call"
[traffic]
calls_per_hour = 60
patience_s = 90
[what_if]
mode = "storm"
traffic = { percent = 150, talk_s = 120, chats_per_hour = 0 }
queues = { general = { priority = 3 } }
[[what_if.agents]]
like = "li_na"
from = "22:00"
to = "06:00"
count = 2
"""


def read(folder: Path, text: str) -> Scenario:
    """Read one scenario beside the shipped ones."""
    (folder / "scenarios" / "a_storm.toml").write_text(text)
    return next(each for each in load_scenarios(folder, {}, AT)[1] if each.id == "a_storm")


def test_the_shipped_questions_can_be_asked(folder: Path) -> None:
    settings, scenarios = load_scenarios(folder, {}, AT)
    assert [each.id for each in scenarios] == ["target_80_10", "two_more_at_ten"]
    target, more = scenarios
    assert target.center.agents == settings.center.agents and more.center.queues == settings.center.queues
    assert target.center.queues[0].voice_target_ms == 10_000
    assert [agent.skills for agent in more.more[0].agents] == [settings.center.agents[3].skills] * 2


def test_a_scenario_may_change_everything_at_once(folder: Path) -> None:
    scenario = read(folder, STORM)
    assert (scenario.hours, scenario.seeds, scenario.from_ms) == (24, 5, 0)
    assert scenario.usual == Traffic(calls_per_hour=60, patience_ms=90_000)
    assert scenario.changed == Traffic(150, 60, 0, None, 90_000, 120_000)
    assert scenario.center.queues[0].limit == 1_000, "as the mode has it"
    assert scenario.center.queues[2].priority == 3
    (more,) = scenario.more
    assert (more.from_ms, more.length_ms) == (22 * 3_600_000, 8 * 3_600_000), "over midnight"
    assert [agent.id for agent in scenario.center.agents[-2:]] == ["more_1_1", "more_1_2"]
    assert [station.id for station in scenario.center.stations[-2:]] == ["more_1_1", "more_1_2"]


def test_a_mistake_in_a_question_keeps_no_centre_from_starting(folder: Path) -> None:
    (folder / "scenarios" / "bad.toml").write_text("name = 3")
    assert load(folder, {}, AT).center.queues


def test_there_need_be_none(folder: Path) -> None:
    for path in (folder / "scenarios").iterdir():
        path.unlink()
    assert load_scenarios(folder, {}, AT)[1] == ()
