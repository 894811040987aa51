"""The same days run two ways: what changes is the change, and a person can read and see it."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed_config
from rich.console import Console

from contactcenter.sim.habits import HOUR_MS, Habits, Shift
from contactcenter.sim.simulate import START_AT, shifts_for
from contactcenter.sim.whatif.chart import draw
from contactcenter.sim.whatif.compare import Day, Variant, interval_of, run
from contactcenter.sim.whatif.table import Answer, levels_by_half_hour, show, waiting_by_half_hour
from tests.sim.centres import FAULTS, hotline

MORNING_AT = START_AT + 8 * HOUR_MS
# Nobody is passed on, called or called back, so that what waits is who came.
BUSY = Habits(
    calls_per_hour=90,
    chats_per_hour=5,
    texts_per_hour=5,
    pass_on_permille=0,
    consult_permille=0,
    requests_per_hour=0,
    dials_per_shift=0,
    known_permille=0,
)


def variant(name: str, agents: int = 4, **queue: int) -> Variant:
    """A hotline with so many agents, all of them there, and a queue as given."""
    config = hotline(8)
    queues = tuple(changed_config(each, **queue) for each in config.queues)
    people = config.agents[:agents]
    shifts = [Shift(0, 24 * HOUR_MS)] * agents
    return Variant(name, changed_config(config, agents=people, queues=queues), BUSY, shifts)


def days_of(asked: Variant, seeds: int = 2, hours: int = 2) -> list[Day]:
    """Some days of a variant."""
    return run(asked, hours, MORNING_AT, range(seeds), lambda: None)


@pytest.fixture(scope="module")
def answer() -> Answer:
    """What two more agents would change."""
    usual, more = variant("as it is"), variant("Two <more> agents", agents=6)
    return Answer(usual, days_of(usual), more, days_of(more), MORNING_AT)


def test_more_agents_let_fewer_people_wait(answer: Answer) -> None:
    for usual, more in zip(answer.usual_days, answer.changed_days, strict=True):
        assert sum(more.waiting) < sum(usual.waiting)
        assert more.occupancy < usual.occupancy
    assert len(answer.usual_days[0].half_hours) == 4


def test_both_ways_meet_the_same_customers(answer: Answer) -> None:
    offered = [[day.queues[FAULTS].offered for day in days] for days in (answer.usual_days, answer.changed_days)]
    assert offered[0] == pytest.approx(offered[1], abs=3), "who leaves in the menu may differ by who was served before"


def test_a_stricter_target_changes_no_routing_but_its_figure() -> None:
    usual, strict = days_of(variant("as it is"), 1), days_of(variant("strict", voice_target_ms=1_000), 1)
    assert usual[0].waiting == strict[0].waiting
    levels = [day[0].queues[FAULTS].service_level() for day in (usual, strict)]
    assert levels[0] is not None and levels[1] is not None and levels[1] < levels[0]


def test_progress_is_told_day_by_day() -> None:
    told: list[int] = []
    run(variant("as it is", agents=1), 1, MORNING_AT, range(3), lambda: told.append(1))
    assert len(told) == 3


def test_the_table_says_what_is_sure(answer: Answer) -> None:
    console = Console(width=100, record=True, file=None, highlight=False)
    with console.capture() as printed:
        show(answer, console)
    text = printed.get()
    assert "Two <more> agents: means of 2 days" in text
    assert "Faults" in text and "80 in 20 s" in text and "would be" in text and "occupancy" in text
    assert "hour           8" in text


def test_a_queue_without_a_soul_and_a_changed_target_are_shown_too(answer: Answer) -> None:
    empty = [Day({}, day.half_hours, day.waiting, day.occupancy) for day in answer.usual_days]
    strict = variant("strict", voice_target_ms=10_000)
    console = Console(width=100)
    with console.capture() as printed:
        show(replace(answer, usual_days=empty, changed=strict), console)
    assert "then 80 in 10 s" in printed.get()


def test_the_picture_is_whole_and_safe(answer: Answer) -> None:
    drawn = draw(answer)
    root = Xml.fromstring(drawn)
    lines = [each for each in root if each.tag.endswith("polyline")]
    assert len(lines) >= 4 and "Two &lt;more&gt; agents" in drawn
    heights = [int(point.split(",")[1]) for line in lines for point in line.attrib["points"].split()]
    assert min(heights) >= 0 and max(heights) <= 560


def test_where_nothing_is_known_the_line_has_a_gap() -> None:
    lonely = variant("nobody calls", agents=1)
    nobody = replace(BUSY, calls_per_hour=0, chats_per_hour=0, texts_per_hour=0)
    quiet = Variant("quiet", lonely.config, nobody, lonely.shifts)
    days = days_of(quiet, 2, 1)
    assert levels_by_half_hour(days) == [None, None] and waiting_by_half_hour(days) == [0.0, 0.0]
    assert "polyline" in draw(Answer(quiet, days, quiet, days, MORNING_AT))


@pytest.mark.parametrize(("values", "half"), [([1.0, 3.0], 12.71), ([1.0] * 30, 0.0)])
def test_the_interval_is_students(values: list[float], half: float) -> None:
    mean, width = interval_of(values)
    assert mean == sum(values) / len(values) and width == pytest.approx(half)


def test_shifts_of_the_shipped_kind_are_one_for_each_agent() -> None:
    assert len(shifts_for(hotline(8))) == 8
