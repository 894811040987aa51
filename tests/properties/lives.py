"""How generated lives are run: so many, of so many steps, all complaints of hypothesis about their size set aside."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.machine import CentreMachine

__all__ = ["live"]


def live(
    runs: int, steps: int, *, shrink: bool = True, again: bool = False, machine: type[CentreMachine] = CentreMachine
) -> None:
    """Let the real centre live `runs` lives, the same ones `again` or others; raise what was wrong in a bad one."""
    chosen = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        derandomize=again,
        report_multiple_bugs=False,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)
