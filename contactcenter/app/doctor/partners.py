"""How the centre signs in at its servers, taken from the settings without making anything that is not there yet."""

from __future__ import annotations

import importlib.util
import os

import msgspec

from contactcenter.settings import SecretMissing, Settings, read_secret
from contactcenter.settings.shapes import BusSettings, RedisSettings, SecretPlace

__all__ = ["Partner", "PartnerUnknown", "partner"]


class PartnerUnknown(Exception):
    """A server cannot even be tried; the message says why."""


class Partner(msgspec.Struct, frozen=True):
    """A server, and how we are known there."""

    host: str
    port: int
    secure: bool
    authority: str
    username: str
    password: str

    def __str__(self) -> str:
        """Return what messages may show."""
        return f"{self.host}:{self.port}"


def partner(settings: Settings, section: BusSettings | RedisSettings, library: str) -> Partner:
    """Return where a section of the settings leads. Raises PartnerUnknown."""
    if importlib.util.find_spec(library) is None:
        raise PartnerUnknown(f"the library {library} is not installed: pip install 'contactcenter[site]'")
    home = settings.paths.config.parent
    return Partner(
        host=section.host,
        port=section.port,
        secure=section.secure,
        authority=str(home / section.authority) if section.authority else "",
        username=section.username,
        password=_secret(settings, section.password) if section.password else "",
    )


def _secret(settings: Settings, place: SecretPlace) -> str:
    """Read a secret; one that the first start would make is not made here."""
    if place.kind == "var" and not (settings.paths.var / "secrets" / place.name).exists():
        return ""
    try:
        return read_secret(place, settings.paths.config.parent, settings.paths.var, os.environ)
    except SecretMissing as missing:
        raise PartnerUnknown(f"the password: {missing}") from missing
