"""A share of `make sim SEEDS=500`: the same seeds each time, with those that once failed."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.sim.__main__ import print_lines
from tests.sim.storm import KINDS, run_seed
from tests.sim.test_simulate import seeds_in

FIXED = range(1, 13)
MUST_HAPPEN = {
    "CallbackPromised",
    "ConferenceStarted",
    "ConsultAnswered",
    "DialEnded",
    "ExternalAnswered",
    "MessageLeft",
    "ModeChanged",
    "RecipeStepDue",
    "RequirementRelaxed",
    "ReserveCalled",
    "TransferStarted",
}
"""Facts that take several people to come about: a storm without them would prove less than it says."""


def test_nothing_is_lost_whatever_goes_wrong() -> None:
    injected, happened = Counter[str](), Counter[str]()
    for seed in (*FIXED, *seeds_in("storm.txt")):
        outcome = run_seed(seed)
        assert not outcome.wrong, (seed, outcome.wrong[:5])
        injected.update(outcome.injected)
        happened.update(outcome.facts)
    assert set(KINDS) <= set(injected), "each kind of fault struck"
    assert set(happened) >= MUST_HAPPEN


def test_what_is_wrong_is_counted_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_seed(1)
    outcome.wrong.extend(("Q1 at 5: planted", "KeyError planted"))
    print_lines([outcome])
    told = capsys.readouterr().out
    assert "fifo-breaks 1" in told and "otherwise-wrong 1" in told and "lost 0" in told
