"""The tests' own machinery: children end with their test, ports are free, what is missing is said."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real import programs
from tests.real.children import Children, wait_until


def exists(pid: int) -> bool:
    """Whether a process with this id runs (a dead child that nobody has reaped counts as gone)."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_child_and_its_own_child_end_with_the_holder(private_dir: Path) -> None:
    held = Children(private_dir)
    child = held.start("sh", "-c", "sleep 600 & echo $!; wait")
    wait_until(lambda: child.text().strip(), "the grandchild's id")
    grandchild = int(child.text())
    assert exists(grandchild)
    held.end()
    assert not child.is_alive()
    wait_until(lambda: not exists(grandchild), "the grandchild is gone")


def test_a_child_dies_when_the_test_process_is_killed(private_dir: Path, children: Children) -> None:
    story = (
        "import sys, time; from pathlib import Path; from tests.real.children import Children\n"
        f"print(Children(Path({str(private_dir)!r}) / 'inner').start('sleep', '600').pid, flush=True); time.sleep(600)"
    )
    (private_dir / "inner").mkdir()
    root = str(Path(__file__).parents[2])
    tests = children.start(sys.executable, "-c", story, env={"PYTHONPATH": root})
    wait_until(lambda: tests.text().strip(), "the child's id")
    tests.kill()
    wait_until(lambda: not exists(int(tests.text())), "the orphan is gone")


def test_a_child_that_ends_early_shows_its_last_words(children: Children) -> None:
    child = children.start("sh", "-c", "echo no such scenario; exit 3")
    with pytest.raises(AssertionError, match=r"(?s)ended with 3 before 'ready'.*no such scenario"):
        child.wait_for("ready")


def test_free_ports_are_free_even_and_never_given_twice(free_port: Callable[..., int]) -> None:
    first, second = free_port(4), free_port(4)
    assert first % 2 == 0 and second >= first + 4
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", first))


def test_private_dir_is_private_and_short(private_dir: Path) -> None:
    assert private_dir.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(private_dir / "a-rather-long-name-for-a-socket.sock")) < 100


def test_programs_are_there(sipp: str, baresip: str, chromium: str, mosquitto: str) -> None:
    assert all(os.access(path, os.X_OK) for path in (sipp, baresip, chromium, mosquitto))


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(programs.MissingProgram, match=r"^the tests need sipp: .* sip-tester$"):
        programs.path_of("sipp")


def test_without_root_the_bootstrap_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(programs.MissingProgram, match=r"sipp baresip chromium .* sip-tester baresip-core chromium"):
        programs.install_missing()
