"""What every test may use: the real counterparts of `tests/real`, and one seeded profile for generated cases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.bounds", "tests.real.fixtures"]

# No deadline: a loaded machine is not a bug. Derandomised: a red run is red again on every machine.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

LONG = ("chaos", "app", "properties", "sim", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take long, so that in the end no worker has to wait for another."""
    items.sort(key=lambda item: next((LONG.index(name) for name in LONG if name in item.path.parts), len(LONG)))
