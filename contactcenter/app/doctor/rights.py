"""Files: who may read secrets and records, who may change the settings, and who we are ourselves."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.places import Places
from contactcenter.settings import Settings
from contactcenter.settings.shapes import SecretPlace

__all__ = ["Entry", "judge_rights", "look_at_rights", "secret_places"]

OTHERS, GROUP_WRITES = 0o007, 0o020
FILES_MAX = 2_000  # of recordings there may be millions; their folder is closed for all of them


class Entry(NamedTuple):
    """A file or folder; `kind` own (the centre wrote it), secret (somebody gave it to the centre) or settings."""

    path: Path
    kind: str
    mode: int
    owner: int


def judge_rights(entries: Sequence[Entry], us: int, var: Path) -> list[Finding]:
    """Judge who may read and write what; the owner of `var` is the centre's user."""
    home = next((entry for entry in entries if entry.path == var), None)
    if home is None:
        return [fine(f"{var} is not there yet: the first start makes it, for its user alone")]
    findings = [finding for entry in entries for finding in _judged(entry, home.owner)]
    if us != home.owner:
        findings.append(
            warning(
                f"{var} belongs to {_name(home.owner)}, and this is {_name(us)}: not the centre's user",
                f"run it as that user: runuser -u {_name(home.owner)} -- contactcenter doctor",
            )
        )
    return findings or [fine(f"{len(entries)} files and folders are closed to others")]


def _judged(entry: Entry, centre: int) -> Iterator[Finding]:
    path, kind, mode, owner = entry
    folder = stat.S_ISDIR(mode)
    if kind == "own":
        if mode & 0o077:
            yield error(f"{path} is open to others ({mode & 0o777:04o})", f"chmod {'700' if folder else '600'} {path}")
        if owner != centre:
            yield error(f"{path} belongs to {_name(owner)}, not to the centre's user", f"chown {_name(centre)} {path}")
    elif kind == "secret" and mode & (OTHERS | GROUP_WRITES):
        yield error(f"the secret {path} is open to others ({mode & 0o777:04o})", f"chmod 0400 {path}")
    elif kind == "settings" and mode & stat.S_IWOTH:
        yield error(f"anybody may change {path}", f"chmod o-w {path}")


def look_at_rights(settings: Settings) -> list[Finding]:
    """Look at everything under `var`, at the secrets that the settings name, and at the settings."""
    var, config = settings.paths.var, settings.paths.config
    home = config.parent
    secrets = [home / place.name for place in secret_places(settings) if place.kind == "file"]
    found = [("own", path) for path in _own(var)]
    found += [("secret", path) for path in secrets]
    found += [("settings", path) for path in (config, *config.rglob("*.toml"))]
    entries = [Entry(path, kind, *seen) for kind, path in found if (seen := _stat(path))]
    return judge_rights(entries, os.geteuid(), var)


def _own(var: Path) -> list[Path]:
    places = Places(var)
    files = [path for pattern in ("*", "secrets/*", "run/*", "log/*") for path in var.glob(pattern)]
    return [var, *(path for path in files[:FILES_MAX] if path != places.socket)]


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mode, seen.st_uid


def secret_places(settings: Settings) -> list[SecretPlace]:
    """Return every place where the settings say that a secret is kept."""
    places = [settings.store.password, settings.bus.password, settings.redis.password, settings.redis.key]
    return [place for place in (*places, *(each.secret for each in settings.sms)) if place is not None]


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
