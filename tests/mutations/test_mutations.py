"""A share of `make mutations`: some seeded faults, each found within a few generated lives."""

from __future__ import annotations

import pytest

from tests.mutations.copies import found_by, with_fault
from tests.mutations.faults import FAULTS, Fault

QUICK = (
    "the ring's alarm is not cleared",
    "the agent stays idle while it rings",
    "presence does not change the idle lines",
)
LIVES = 40


@pytest.mark.parametrize("name", QUICK)
def test_a_seeded_fault_is_found_by_lives(name: str) -> None:
    fault = next(fault for fault in FAULTS if fault.name == name)
    assert found_by(fault, LIVES, 0).startswith("life "), f"{name} stayed hidden for {LIVES} lives"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_can_be_seeded_in_the_code_as_it_is(fault: Fault) -> None:
    compile(with_fault(fault), fault.path, "exec")
