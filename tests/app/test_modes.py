"""`contactcenter mode` against a running engine: it switches, it shows what holds, and who did it is kept."""

from __future__ import annotations

import asyncio
import getpass
from pathlib import Path

import pytest
from msgspec.structs import replace

from contactcenter.app import modes
from contactcenter.model.facts import ModeChanged
from contactcenter.model.words import ModeSource
from contactcenter.settings import load
from tests.app.installation import Installation
from tests.real.children import Children
from tests.source import ROOT


async def test_a_command_switches_and_shows_what_holds(private_dir: Path, children: Children) -> None:
    installation = Installation(private_dir, children)
    await installation.start_engine()
    settings = load(ROOT / "config", installation.environment)
    assert modes.in_force(settings) == []
    await modes.switch(settings, "storm", "faults", 30, "thunder")
    ((what, mode, since, until, by, why),) = modes.in_force(settings)
    assert (what, mode, by, why) == ("faults", "storm", getpass.getuser(), "thunder")
    assert since < until
    (changed,) = await asyncio.to_thread(installation.facts, ModeChanged)
    assert changed.source is ModeSource.COMMAND
    with pytest.raises(modes.NotSwitched, match="no such mode"):
        await modes.switch(settings, "hurricane", "", 0, "")
    await modes.switch(settings, "normal", "faults", 0, "")
    assert modes.in_force(settings) == []


async def test_a_centre_that_does_not_run_is_told(private_dir: Path) -> None:
    settings = load(ROOT / "config", {})
    paths = replace(settings.paths, var=private_dir)
    with pytest.raises(modes.NotSwitched, match="the centre does not run; start it with: contactcenter serve"):
        await modes.switch(replace(settings, paths=paths), "storm", "", 0, "")
