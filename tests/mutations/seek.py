"""`python -m tests.mutations.seek LIVES HOURS`: look for a fault in the centre as it is here, within a budget.

Runs in a copy of the sources, as a process of its own. Prints by what the fault was found, or nothing.
"""

from __future__ import annotations

import sys

from tests.properties.lives import live
from tests.properties.machine import CentreMachine
from tests.sim.storm import run_seed

STEPS = 50


class CountedMachine(CentreMachine):
    """The same machine, counting its lives."""

    lives = 0

    def __init__(self) -> None:
        """Begin one more life."""
        super().__init__()
        type(self).lives += 1


def by_life(lives: int) -> str:
    """Return in which generated life the fault shows, and how."""
    try:
        live(lives, STEPS, shrink=False, again=True, machine=CountedMachine)
    except BaseException as found:
        # The last one is the failing life again, as hypothesis runs it to report it.
        return f"life {max(1, CountedMachine.lives - 1)}\t{told(found)}"
    return ""


def by_seed(hours: int) -> str:
    """Return under which seed of the storm the fault shows, and how."""
    for seed in range(1, hours + 1):
        outcome = run_seed(seed)
        if outcome.wrong:
            return f"seed {seed}\t{outcome.wrong[0][:90]}"
    return ""


def told(found: BaseException) -> str:
    """Return the first line of what was wrong."""
    text = str(found).replace("Violation(invariant=", "").strip().splitlines()
    return (text[0] if text else type(found).__name__)[:90]


if __name__ == "__main__":
    sys.stdout.write(by_life(int(sys.argv[1])) or by_seed(int(sys.argv[2])))
