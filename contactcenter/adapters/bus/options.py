"""What the bus needs to know; holds no library, so that a desk without a broker needs none."""

from __future__ import annotations

from pathlib import Path

import msgspec

__all__ = ["BusOptions"]


class BusOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One broker and how we are known there; `position` is the file that remembers what was published.

    `authority` names a file with the certificate that the broker's own is signed with, empty for the machine's store.
    """

    host: str
    port: int
    position: Path
    secure: bool = False
    authority: str = ""
    username: str = ""
    password: str = ""
    prefix: str = "cc"
    snapshots_per_s: int = 2
