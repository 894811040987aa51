"""Free agents in their lines: who goes is passed over, who is passed over stays, and void entries do not pile up."""

from contactcenter.acd.lines import SPARE, IdleLines, ring_of
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


def test_agents_come_out_in_order_over_lines_and_those_who_came_last() -> None:
    idle = IdleLines()
    for number, line in ((4, LINE), (2, WIDER), (7, LINE)):
        stand(idle, number, line)
    last = AgentId("a3")
    idle.come(last, VOICE)
    assert list(idle.in_order([LINE, WIDER], [(3, 0, 0, 0, last)])) == ["a2", "a3", "a4", "a7"]
    assert list(idle.in_order([LINE], [])) == ["a4", "a7"], "whoever was passed over stands there still"
    assert list(idle.unplaced()) == [last]


def test_who_is_called_away_while_others_are_looked_at_is_there_no_more() -> None:
    idle = IdleLines()
    first, second = stand(idle, 1), stand(idle, 2)
    seen = []
    for agent in idle.in_order([LINE], []):
        seen.append(agent)
        idle.go(agent)
        if agent == first:
            stand(idle, 0)  # goes before all others from now on
    assert seen == [first, "a0", second]
    assert not list(idle.in_order([LINE], [])) and idle.free_for(first) == ()


def test_void_entries_do_not_pile_up_in_a_line_of_which_nobody_asks() -> None:
    idle = IdleLines()
    for _ in range(20):
        for number in range(SPARE):
            stand(idle, number)
    assert len(idle._lines[LINE]) <= 3 * SPARE + 1
    assert list(idle.in_order([LINE], [])) == [f"a{number}" for number in range(SPARE)]
