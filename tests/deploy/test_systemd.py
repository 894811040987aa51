"""The systemd units: systemd finds no fault in them, and what they start is a centre, without any right of root."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from contactcenter.__main__ import cli
from contactcenter.adapters.supervision import EX_CONFIG
from tests.app.installation import Installation
from tests.deploy.units import INSTALLED, SYSTEMD, command_of, read_unit, units
from tests.real.children import Child, Children
from tests.real.programs import path_of

PATIENCE_S = 60.0
SERVICES = ("engine", "desk")  # what the target starts; displays are for who wants them
ALL = tuple(f"contactcenter-{name}.service" for name in ("engine", "desk", "keeper", "display@"))
# What `NoNewPrivileges` and an empty `CapabilityBoundingSet` leave to a process.
BARE = ("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all")
EXPOSURE_MAX = 2.0  # systemd's own measure, 0 to 10; what listens on a network cannot be 0


@pytest.fixture
def copied(private_dir: Path) -> list[Path]:
    """Copies of the units that name a program which is there."""
    program = private_dir / "contactcenter"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copies = []
    for unit in units():
        copies.append(private_dir / unit.name)
        copies[-1].write_text(unit.read_text().replace(INSTALLED, str(program)))
    return copies


def test_systemd_finds_no_fault_in_the_units(copied: list[Path]) -> None:
    command = [path_of("systemd-analyze"), "verify", "--man=no", *map(str, copied)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    told = [line for line in done.stderr.splitlines() if "contactcenter" in line]
    assert done.returncode == 0 and not told, done.stderr


@pytest.mark.parametrize("name", ALL)
def test_systemd_counts_little_that_a_service_could_reach(name: str, copied: list[Path]) -> None:
    unit = next(path for path in copied if name == path.name)
    threshold = f"--threshold={EXPOSURE_MAX * 10:.0f}"
    command = [path_of("systemd-analyze"), "security", "--offline=true", threshold, "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


def test_nothing_is_required_and_everything_belongs_to_the_target() -> None:
    target = read_unit(SYSTEMD / "contactcenter.target")
    assert target["Unit.Wants"] == [
        "contactcenter-engine.service contactcenter-desk.service contactcenter-keeper.service"
    ]
    for name in ALL:
        unit = read_unit(SYSTEMD / name)
        assert not {"Unit.Requires", "Unit.BindsTo", "Unit.Requisite"} & set(unit), "the centre outlives its servers"
        assert {"postgresql.service", "redis-server.service"} <= set(unit["Unit.After"][0].split())
        assert unit["Unit.PartOf"] == ["contactcenter.target"]
        assert str(EX_CONFIG) in unit["Service.RestartPreventExitStatus"][0].split()


def test_what_a_unit_starts_is_a_command(copied: list[Path]) -> None:
    for name in ALL:
        words = command_of(read_unit(SYSTEMD / name), copied[0])
        said = CliRunner().invoke(cli, [words[3], "--help"], env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
        assert said.exit_code == 0 and words[4] == "--config" and "--config" in said.output


def start(name: str, centre: Installation) -> Child:
    """Start what a unit starts, with the unit's variables and with as few rights."""
    unit = read_unit(SYSTEMD / f"contactcenter-{name}.service")
    given = dict(word.split("=", 1) for word in unit["Service.Environment"][-1].split()) | centre.environment
    return centre.children.start(path_of("setpriv"), *BARE, *command_of(unit, centre.config), env=given)


async def is_ready(centre: Installation, expected: bool = True) -> None:
    """Wait until the desk says that the centre is ready, or that it is not."""
    async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(f"{centre.url}/readyz") as answer:
                    if (answer.status == 200) is expected:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


@pytest.fixture
def centre(private_dir: Path, children: Children) -> Installation:
    """An installation of which nothing runs yet."""
    return Installation(private_dir, children)


async def test_the_units_commands_are_a_centre_whose_parts_die_and_come_back_alone(centre: Installation) -> None:
    desk = start("desk", centre)  # in any order: nothing requires anything
    engine = start("engine", centre)
    await is_ready(centre)
    engine.kill()
    await asyncio.to_thread(engine.wait)
    await is_ready(centre, expected=False)
    engine = start("engine", centre)
    await is_ready(centre)
    desk.kill()
    await asyncio.to_thread(desk.wait)
    assert engine.is_alive()
    desk = start("desk", centre)
    await is_ready(centre)
    for child in (engine, desk):
        child.kill(signal.SIGTERM)
        assert await asyncio.to_thread(child.wait) == 0, child.text()


async def test_a_mistake_in_the_settings_ends_with_a_status_that_systemd_does_not_repeat(
    centre: Installation, private_dir: Path
) -> None:
    centre.config = private_dir / "nothing"
    engine = start("engine", centre)
    status = await asyncio.to_thread(engine.wait)
    unit = read_unit(SYSTEMD / "contactcenter-engine.service")
    assert str(status) in unit["Service.RestartPreventExitStatus"][0].split(), engine.text()
