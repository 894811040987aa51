"""The example's settings for the doctor's eyes: records of their own, free ports, and what a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contactcenter.app.places import read_settings
from contactcenter.settings import Settings
from tests.real.ports import free_ports
from tests.source import ROOT

Configured = Callable[..., Settings]


@pytest.fixture
def environment(private_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say settings by the environment: `environment(STORE__URL="…")`."""

    def say(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"CONTACTCENTER__{name}", value)

    say(PATHS__VAR=str(private_dir / "var"), HTTP__PORT=str(free_ports()), SIP__PORT=str(free_ports()))
    return say


@pytest.fixture
def configured(environment: Callable[..., None]) -> Configured:
    """Give settings with what is said: `configured(BUS__URL="…")`."""

    def read(**values: str) -> Settings:
        environment(**values)
        return read_settings(ROOT / "config")

    return read
