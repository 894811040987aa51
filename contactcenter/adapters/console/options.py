"""What the web side needs to know from the settings, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

__all__ = ["ConsoleOptions"]


class ConsoleOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where the console listens, whom it believes, and what it shows.

    `names` are host names under which browsers may reach it besides IP literals and `localhost`; `chat_origins` are
    other sites whose pages may open the chat socket and frame `/chat`. `secure` marks cookies for HTTPS alone.
    `texts` are prompts: name, then language, then text. `time_zone` (IANA) says when the centre's day begins. `why` is
    the command that explains the offers of the contact whose id follows it, empty where none can.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    secure: bool = False
    names: tuple[str, ...] = ()
    chat_origins: tuple[str, ...] = ()
    texts: Mapping[str, Mapping[str, str]] = {}
    recordings: Path | None = None
    time_zone: str = "UTC"
    service_level_variant: str = "abandons_ignored"
    why: tuple[str, ...] = ()
