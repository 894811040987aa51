"""The command `simulate`: a day of a configuration in virtual time, shown as tables and a picture."""

from __future__ import annotations

from rich.console import Console

from contactcenter.model.config import CenterConfig
from contactcenter.sim.picture import simulate_and_show
from contactcenter.sim.simulate import START_AT

__all__ = ["START_AT", "print_simulation"]


def print_simulation(config: CenterConfig, hours: int, seed: int) -> int:
    """Simulate and print; return 1 when an invariant was violated."""
    report = simulate_and_show(config, hours, seed, Console(highlight=False))
    return 1 if report.violations or not report.identity_holds else 0
