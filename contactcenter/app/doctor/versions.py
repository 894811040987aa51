"""Python and the libraries: are those there that these settings need, and are they new enough?"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.release import is_compiled
from contactcenter.settings import Settings

__all__ = ["Wanted", "judge_versions", "look_at_versions"]

PYTHON_LEAST = (3, 11)
PACKAGE = "contactcenter"
REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?>=(?P<least>[0-9.]+)(?:.*extra == ['\"](?P<extra>\w+))?"
)


class Wanted(NamedTuple):
    """A library and its least version; `extra` is what installs it, empty for what is always installed."""

    name: str
    least: str
    extra: str


def judge_versions(
    python: tuple[int, ...],
    wanted: Sequence[Wanted],
    installed: Mapping[str, str],
    site: Sequence[str],
    compiled: bool = False,
) -> list[Finding]:
    """Compare what is installed with what is wanted; `site` names the libraries of the extra that the settings need.

    Whether the core is `compiled` is only told: either way is fine.
    """
    findings = []
    shown = ".".join(map(str, python))
    if python < PYTHON_LEAST:
        findings.append(error(f"Python {shown}", "install Python 3.11 or newer"))
    needed = [each for each in wanted if not each.extra or (each.extra == "site" and each.name in site)]
    for name, least, extra in needed:
        install = f"pip install '{PACKAGE}[{extra}]'" if extra else f"pip install --upgrade {PACKAGE}"
        version = installed.get(name)
        if version is None:
            findings.append(error(f"{name} is not installed", install))
        elif _numbers(version) < _numbers(least):
            findings.append(error(f"{name} is {version}, {least} is the least", install))
    if sys.platform == "linux" and "uvloop" not in installed:
        findings.append(warning("no uvloop: calls cost more of a core", f"pip install '{PACKAGE}[fast]'"))
    core = "compiled" if compiled else "not compiled"
    return findings or [fine(f"Python {shown}, {len(needed)} libraries as wanted, the core {core}")]


def look_at_versions(settings: Settings) -> list[Finding]:
    """Look at this interpreter and what is installed beside it."""
    try:
        requirements = importlib.metadata.requires(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return [warning("the package is not installed, it only lies here", f"pip install {PACKAGE}")]
    wanted = [
        Wanted(m["name"], m["least"], m["extra"] or "") for line in requirements if (m := REQUIREMENT.match(line))
    ]
    installed = {name: version for name, _, _ in wanted if (version := _version(name))}
    return judge_versions(sys.version_info[:3], wanted, installed, _site_libraries(settings), is_compiled())


def _site_libraries(settings: Settings) -> list[str]:
    asked = {
        "asyncpg": settings.store.url,
        "aiomqtt": settings.bus.host,
        "paho-mqtt": settings.bus.host,
        "redis": settings.redis.host,
    }
    return [name for name, place in asked.items() if place]


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's leading numbers, which is all that `>=` of ours ever names."""
    return tuple(int(part) for part in re.findall(r"[0-9]+", version.split("+")[0])[:3])
