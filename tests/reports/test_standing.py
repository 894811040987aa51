"""A report that begins in the middle, from what stood there, agrees with one made of everything."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.model.entry import Entry
from contactcenter.model.facts import WorkChanged
from contactcenter.reports.live import LiveFigures
from contactcenter.reports.standing import Standing
from contactcenter.reports.tables import KINDS, report
from contactcenter.sim.habits import HOUR_MS
from contactcenter.sim.simulate import START_AT, Simulation
from tests.reports.day import ANN, QUARTER, Day, agent_days
from tests.sim.centres import hotline

MORNING_AT = START_AT + 8 * HOUR_MS


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """What stands after some entries."""
    fold = Standing()
    for entry in entries:
        for fact in entry.facts:
            fold.apply(fact, entry.at)
    return fold.entries()


def both_ways(entries: list[Entry], cut: int, day_from_at: int) -> tuple[LiveFigures, LiveFigures]:
    """Live figures of all entries, and of what stood at the cut with what came after it."""
    boards = (LiveFigures(day_from_at), LiveFigures(day_from_at))
    for board, told in zip(boards, (entries, [*standing(entries[:cut]), *entries[cut:]]), strict=True):
        for entry in told:
            for fact in entry.facts:
                board.apply(fact, entry.at)
    return boards


def test_reports_of_a_simulated_morning_may_begin_anywhere() -> None:
    simulation = Simulation(hotline(), 3, 17, start_at=MORNING_AT)
    simulation.run()
    entries = simulation.engine.entries
    until_at = simulation.until_at
    for cut in (0, 1, len(entries) // 4, len(entries) // 2):
        begins_at = entries[cut].at
        from_at = begins_at + QUARTER - begins_at % QUARTER
        shorter = [*standing(entries[:cut]), *entries[cut:]]
        for kind in ("intervals", "agents"):
            whole = report(kind, entries, from_at, until_at)
            assert whole.rows and report(kind, shorter, from_at, until_at) == whole, (kind, cut)
        assert report("contacts", shorter, from_at, until_at) == report("contacts", entries, from_at, until_at)


def test_live_figures_go_on_from_what_stands() -> None:
    simulation = Simulation(hotline(), 2, 18, start_at=MORNING_AT)
    simulation.run()
    entries = [entry for entry in simulation.engine.entries if entry.at < simulation.until_at]
    half = len(entries) // 2
    boards = both_ways(entries, half, entries[half].at)
    assert boards[0].queues(simulation.until_at) == boards[1].queues(simulation.until_at)
    assert boards[0].agents() == boards[1].agents()


@given(agent_days(), st.integers(0, 40))
def test_presence_stands_since_it_was_first_told(day: Day, cut: int) -> None:
    day.facts = [(at, fact) for at, fact in day.facts if not isinstance(fact, WorkChanged)]
    boards = both_ways(day.entries(), cut, 0)
    assert {row.id: row for row in boards[0].agents()} == {row.id: row for row in boards[1].agents()}


def test_what_is_over_does_not_stand() -> None:
    day = Day()
    day.configure()
    day.arrive("c1")
    day.enter("c1")
    day.ring("c1", ANN)
    day.answer("c1", ANN)
    day.part("c1", ANN)
    assert len(standing(day.entries())) > 5
    day.finish("c1", ANN)
    assert len(standing(day.entries())) == 1, "the configuration"
    assert standing([]) == [] and set(KINDS) == {"intervals", "agents", "contacts", "modes"}
