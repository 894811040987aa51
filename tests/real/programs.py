"""Independent programs that the tests talk to, and how they come onto a machine.

`make test` calls `python -m tests.real`, which installs what is absent from Debian's packages when it runs as root.
Tests only look programs up. No server that happens to run is ever used: tests start their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass

__all__ = ["PROGRAMS", "MissingProgram", "Program", "install_missing", "path_of"]

APT_LOCK_WAIT_S = 300  # another apt may be at work on a machine that has just started


class MissingProgram(Exception):
    """A program is not on this machine; the message says in one line what to install."""


@dataclass(frozen=True)
class Program:
    """One independent program: the names it goes by, and the Debian package that brings it."""

    name: str
    commands: tuple[str, ...]
    package: str


# PostgreSQL comes in a wheel (postgres.py).
PROGRAMS = {
    program.name: program
    for program in (
        Program("sipp", ("sipp",), "sip-tester"),
        Program("baresip", ("baresip",), "baresip-core"),
        Program("chromium", ("chromium", "chromium-browser", "google-chrome"), "chromium"),
        Program("mosquitto", ("mosquitto", "/usr/sbin/mosquitto"), "mosquitto"),
        Program("mosquitto_passwd", ("mosquitto_passwd",), "mosquitto"),
        Program("redis-server", ("redis-server",), "redis-server"),
        Program("systemd-analyze", ("systemd-analyze",), "systemd"),
        Program("setpriv", ("setpriv",), "util-linux"),
    )
}


def find(program: Program) -> str | None:
    """The path of a program, None when the machine does not have it."""
    return next((path for path in map(shutil.which, program.commands) if path), None)


def path_of(name: str) -> str:
    """The path of a known program; raises `MissingProgram` with the line that helps."""
    path = find(PROGRAMS[name])
    if path is None:
        raise MissingProgram(advice([PROGRAMS[name]]))
    return path


def advice(missing: list[Program]) -> str:
    """One line that says what to install."""
    names = " ".join(program.name for program in missing)
    packages = " ".join(dict.fromkeys(program.package for program in missing))
    return f"the tests need {names}: as root run  apt-get install -y --no-install-recommends {packages}"


def install_missing() -> None:
    """Installs absent programs from Debian's packages; raises `MissingProgram` where that is not possible."""
    missing = [program for program in PROGRAMS.values() if find(program) is None]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise MissingProgram(advice(missing))
    packages = list(dict.fromkeys(program.package for program in missing))
    print("tests: installing", *packages, "(a minute or two)", flush=True)
    apt("update")
    apt("install", "-y", "--no-install-recommends", *packages)
    still = [program for program in missing if find(program) is None]
    if still:
        raise MissingProgram(advice(still))


def apt(*arguments: str) -> None:
    """Runs apt-get quietly; its own words are shown only when it fails."""
    command = ["apt-get", "-q", "-o", f"DPkg::Lock::Timeout={APT_LOCK_WAIT_S}", *arguments]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", flush=True)
        raise MissingProgram(f"apt-get {arguments[0]} failed with exit code {done.returncode}; its words are above")
