"""Where secrets are kept: a variable of the environment, a file, or a file of our own that is made at the first start.

A secret is read when it is needed and never kept in the settings, so that none can be printed with them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from contactcenter.settings.shapes import SecretPlace

__all__ = ["SecretMissing", "missing", "read_secret"]

SECRET_BYTES: Final = 32
"""As many random bits as the HMAC-SHA-256 keys that they become."""


class SecretMissing(Exception):
    """A secret is not where the settings say; the message names the place, never the content."""


def missing(place: SecretPlace, home: Path, environment: Mapping[str, str]) -> str:
    """Say what keeps a secret from being read, empty when nothing does."""
    if place.kind == "env":
        return "" if environment.get(place.name) else f"the variable {place.name} is not set"
    if place.kind == "file":
        return "" if os.access(home / place.name, os.R_OK) else f"the file {place.name} cannot be read"
    return ""


def read_secret(place: SecretPlace, home: Path, var: Path, environment: Mapping[str, str]) -> str:
    """Return a secret. Raises SecretMissing. `home` is where relative files begin."""
    reason = missing(place, home, environment)
    if reason:
        raise SecretMissing(reason)
    if place.kind == "env":
        return environment[place.name]
    if place.kind == "file":
        return (home / place.name).read_text().strip()
    return _kept(var / "secrets" / place.name)


def _kept(path: Path) -> str:
    """Return the secret that the first start made, making it if this is the first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))
    return path.read_text()
