"""The built package: what a wheel carries, and lock files that hold every dependency with its hash."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import contactcenter
from tests.source import ROOT


def locked(name: str) -> dict[str, set[str]]:
    """The versions of each package in a lock file (some have one for each Python)."""
    versions: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE):
        versions.setdefault(package, set()).add(version)
    return versions


def declared(*extras: str) -> set[str]:
    """The packages that pyproject.toml names, with those of some extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return {re.split(r"[\[<>=!~; ]", line)[0] for line in lines}


def test_a_wheel_carries_the_pages_and_their_libraries(private_dir: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(private_dir)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = private_dir.glob(f"contactcenter-{contactcenter.__version__}-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    static = ROOT / "contactcenter" / "adapters" / "console" / "static"
    pages = {str(path.relative_to(ROOT)) for path in static.rglob("*") if path.is_file()}
    assert pages <= names
    assert "contactcenter/adapters/console/static/vendor/importmap.json" in names
    assert "contactcenter/py.typed" in names


def test_what_runs_is_locked_and_tests_run_the_same_versions() -> None:
    to_run, to_test = locked("requirements.lock"), locked("requirements-test.lock")
    assert declared("fast", "build") <= set(to_run)
    assert declared("fast", "build", "site", "test") <= set(to_test)
    assert {name: to_test.get(name) for name in to_run} == to_run


def test_nothing_under_the_gpl_is_installed_by_default() -> None:
    assert not (declared("softphone") - declared()) & set(locked("requirements-test.lock"))


def test_every_locked_version_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "requirements-node.lock", "requirements-theory.lock"):
        entries = re.split(r"\n(?=[\w.-]+==)", (ROOT / name).read_text())
        assert all("--hash=sha256:" in entry for entry in entries), name
