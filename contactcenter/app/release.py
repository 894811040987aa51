"""Which release this is, to the last line of what decides: two builds that may keep other state are not the same.

The core runs as Python's own code, or compiled (`make wheel`): the same decisions, but neither reads a snapshot of the
other.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import contactcenter
from contactcenter import center

__all__ = ["is_compiled", "release"]


def is_compiled() -> bool:
    """Return whether the core that decides was compiled to machine code."""
    return Path(center.__file__).suffix != ".py"


@cache
def release() -> str:
    """Return the version with a hash over the sources of everything that has state or changes it."""
    home = Path(contactcenter.__file__).parent
    outside = ("adapters", "app", "settings", "sim", "sip", "media", "reports")
    sources = [path for path in sorted(home.rglob("*.py")) if path.relative_to(home).parts[0] not in outside]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.read_bytes())
    form = ".compiled" if is_compiled() else ""
    return f"{contactcenter.__version__}+{digest.hexdigest()[:16]}{form}"
