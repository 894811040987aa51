"""Free agents in their lines: who goes is passed over, who is passed over stays, and void entries do not pile up."""

from contactcenter.acd.lines import SPARE, IdleKey, IdleLines, ring_of
from contactcenter.model.ids import AgentId, QueueId
from contactcenter.model.words import Channel

LINE = ring_of(QueueId("q"), 0, None)
WIDER = ring_of(QueueId("q"), 1, None)
VOICE = (Channel.VOICE,)


def stand(idle: IdleLines, number: int, line: tuple[str, Channel | None] = LINE) -> AgentId:
    """Let an agent come and stand in a line, at the place of his number."""
    agent = AgentId(f"a{number}")
    idle.come(agent, VOICE)
    idle.place(agent, [(line, (number, 0, 0, 0, agent))])
    return agent


def in_order(idle: IdleLines, lines: list[tuple[str, Channel | None]], *unplaced: IdleKey) -> list[AgentId]:
    """Return everybody in some lines and those who would stand there."""
    return idle.first(lines, unplaced, 1_000, lambda agent: True)


def test_agents_come_out_in_order_over_lines_and_those_who_came_last() -> None:
    idle = IdleLines()
    for number, line in ((4, LINE), (2, WIDER), (7, LINE)):
        stand(idle, number, line)
    last = AgentId("a3")
    idle.come(last, VOICE)
    assert in_order(idle, [LINE, WIDER], (3, 0, 0, 0, last)) == ["a2", "a3", "a4", "a7"]
    assert in_order(idle, [LINE]) == ["a4", "a7"]
    assert list(idle.unplaced()) == [last]


def test_nobody_is_looked_at_after_the_last_who_is_wanted() -> None:
    idle = IdleLines()
    for number in range(5):
        stand(idle, number)
    seen: list[AgentId] = []

    def is_odd(agent: AgentId) -> bool:
        seen.append(agent)
        return agent in ("a1", "a3")

    assert idle.first([LINE], [], 1, is_odd) == ["a1"]
    assert seen == ["a0", "a1"]
    assert idle.first([LINE], [], 2, is_odd) == ["a1", "a3"]
    assert idle.first([LINE], [], 0, is_odd) == []
    assert in_order(idle, [LINE]) == ["a0", "a1", "a2", "a3", "a4"], "whoever was passed over stands there still"


def test_who_was_called_away_is_there_no_more() -> None:
    idle = IdleLines()
    first, second = stand(idle, 1), stand(idle, 2)
    idle.go(first)
    stand(idle, 0)  # goes before all others from now on
    assert in_order(idle, [LINE]) == ["a0", second]
    assert idle.free_for(first) == ()


def test_void_entries_do_not_pile_up_in_a_line_of_which_nobody_asks() -> None:
    idle = IdleLines()
    for _ in range(20):
        for number in range(SPARE):
            stand(idle, number)
    assert len(idle._lines[LINE]) <= 3 * SPARE + 1
    assert in_order(idle, [LINE]) == [f"a{number}" for number in range(SPARE)]
