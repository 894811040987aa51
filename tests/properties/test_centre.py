"""Generated lives of the centre: a bounded share here, `make properties` for 2,000, other ones each time."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.machine import CentreMachine

RUNS, STEPS = 150, 50


def test_whatever_happens_every_invariant_holds() -> None:
    chosen = settings(max_examples=RUNS, stateful_step_count=STEPS, report_multiple_bugs=False)
    run_state_machine_as_test(CentreMachine, settings=chosen)
