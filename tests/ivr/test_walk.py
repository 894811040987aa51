"""The table of a walk's phases, as a whole."""

from __future__ import annotations

import pytest

from contactcenter.ivr.walk import WALK_TRANSITIONS, Phase, Plan, Signal, Walk
from contactcenter.model.flow import HangUpNode
from contactcenter.model.ids import PlayId
from contactcenter.model.words import Channel
from tests.ivr.stage import flow_of


def walk() -> Walk:
    """A walk that has just begun."""
    return Walk(Plan.of(flow_of({"bye": HangUpNode()}, "bye"), {}), Channel.VOICE, "en")


def test_what_the_table_lacks_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        walk().shift(Signal.PROMPT_ENDED)


def test_every_phase_is_reached_and_left() -> None:
    reached = set(WALK_TRANSITIONS.values()) | {Phase.STARTED}
    assert reached == set(Phase)
    assert {phase for phase, _ in WALK_TRANSITIONS} == set(Phase)


def test_a_move_names_the_node_and_counts() -> None:
    one = walk()
    one.move("bye", 0)
    assert (one.here, one.tries, one.moves) == (HangUpNode(), 0, 1)
    one.ask(PlayId("p1"), Signal.PROMPTED)
    assert one.phase is Phase.SAYING and one.prompt == "p1"
