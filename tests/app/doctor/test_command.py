"""The command: what it says of a whole installation, in words and as JSON, and that nothing keeps it waiting."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from contactcenter.app.doctor.examination import CHECKS, WITHIN_S, Checked, examine
from contactcenter.app.doctor.findings import Level
from tests.app.installation import Installation
from tests.real.children import Children
from tests.source import ROOT

PATIENCE_S = 60
SECRET = "a word that must not be said"


def doctor(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [sys.executable, "-m", "contactcenter", "doctor", *map(str, words)]
    return subprocess.run(
        command, env=os.environ | {"COLUMNS": "80"}, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S
    )


def levels(checked: list[Checked]) -> dict[str, list[Level]]:
    """The levels of each check."""
    return {each.check: [finding.level for finding in each.findings] for each in checked}


def test_every_check_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "doctor.md").read_text(), re.MULTILINE)
    assert rows == ["settings", *CHECKS]


def test_a_centre_that_was_never_started(environment: Callable[..., None], private_dir: Path) -> None:
    done = doctor("--config", ROOT / "config", "--json")
    findings = json.loads(done.stdout)
    assert [set(finding) for finding in findings] == [{"check", "level", "seen", "do"}] * len(findings)
    assert not [finding for finding in findings if finding["level"] == "error"]
    assert done.returncode == any(finding["level"] == "warning" for finding in findings)
    assert list(dict.fromkeys(finding["check"] for finding in findings)) == ["settings", *CHECKS]
    assert not list(private_dir.iterdir()), "looking makes nothing"


def test_errors_are_told_in_words_with_what_to_do(environment: Callable[..., None], private_dir: Path) -> None:
    (private_dir / "var").mkdir(mode=0o755)
    (private_dir / "var").chmod(0o755)
    (private_dir / "secret").write_text(SECRET)
    (private_dir / "secret").chmod(0o644)
    environment(SMS__DEMO__SECRET=f"file:{private_dir / 'secret'}", HTTP__BIND="192.0.2.1")
    done = doctor("--config", ROOT / "config")
    said = done.stdout + done.stderr
    assert done.returncode == 2 and SECRET not in said and "Traceback" not in said
    for line in (
        f"error    rights        {private_dir / 'var'} is open to others (0755)",
        f"do: chmod 700 {private_dir / 'var'}",
        f"error    rights        the secret {private_dir / 'secret'} is open to others (0644)",
        "error    addresses     [http] bind 192.0.2.1 is no address of this machine",
    ):
        assert line in said, said
    assert re.search(r"^\d+ ok, \d+ warning, \d+ error$", said, re.MULTILINE)


def test_mistakes_in_the_settings_are_all_there_is_to_say(tmp_path: Path) -> None:
    done = doctor("--config", tmp_path / "none")
    assert done.returncode == 2 and "is not a folder" in done.stdout and "0 ok, 0 warning, 1 error" in done.stdout


async def test_a_running_centre_holds_its_own_ports_and_its_journal(private_dir: Path, children: Children) -> None:
    centre = Installation(private_dir / "var", children)  # the logs of this test are not the centre's
    await centre.start_engine()
    child = centre.command("doctor", "--json")
    await asyncio.to_thread(child.wait)
    findings = msgspec.json.decode(child.text())
    said = {finding["check"]: finding["seen"] for finding in findings if finding["level"] == "ok"}
    assert "held by this running centre" in said["ports"]
    held = re.compile(r"entries, held by process \d+")
    assert any(held.search(finding["seen"]) for finding in findings if finding["check"] == "journal")
    assert "rights" in said, "what the engine writes is closed to others"


async def test_a_server_that_hangs_keeps_nobody_waiting(environment: Callable[..., None]) -> None:
    with socket.socket() as silent:  # the kernel takes the connection, and nobody ever says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        environment(
            STORE__URL=f"postgresql://contactcenter@127.0.0.1:{port}/x",
            BUS__URL=f"mqtt://127.0.0.1:{port}",
            REDIS__URL=f"redis://127.0.0.1:{port}",
        )
        async with asyncio.timeout(PATIENCE_S):
            found = levels(await examine(ROOT / "config"))
    assert WITHIN_S < PATIENCE_S
    assert Level.ERROR in found["postgresql"] and Level.ERROR in found["journal"]
    assert set(found["redis"] + found["mqtt"]) & {Level.WARNING, Level.ERROR}
    assert found["disk"] and found["versions"] == [Level.OK]
