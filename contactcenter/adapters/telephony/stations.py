"""Where stations ring and how our own legs are named: registered contacts in sealed form, static ones from settings.

The ids of a leg that we dial derive from the leg and a secret, so that a successor can withdraw it after a crash, and
so that an answer to a forgotten call is known for ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from contactcenter.model.config import CenterConfig
from contactcenter.model.ids import LegId, PersonId, StationId
from contactcenter.model.words import Channel
from contactcenter.sip.dialog import DialogSnapshot
from contactcenter.sip.grammar import DEFAULT_PORT, Address, GrammarError, Uri, parse_uri

__all__ = [
    "ConfigView",
    "LegNames",
    "Names",
    "OutsidePhone",
    "PhoneTarget",
    "locate",
    "open_dialog",
    "read_target",
    "seal_dialog",
    "seal_target",
    "station_person",
]


class PhoneTarget(msgspec.Struct, frozen=True, array_like=True):
    """A registered contact: its URI, and the address its registration came from."""

    contact: str
    host: str
    port: int


class OutsidePhone(NamedTuple):
    """A station behind a trunk: its number, which number of ours it is shown, and whether keys are listened for."""

    trunk: str
    number: str
    shown: str
    keys: bool


class Names(NamedTuple):
    """What a SIP call of ours is called."""

    call_id: str
    from_tag: str
    branch: str


class LegNames:
    """Makes and recognises the names of legs that we dial."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.new(secret, b"names of sip legs", hashlib.sha256).digest()

    def of(self, leg: LegId) -> Names:
        """Return the names of a leg, always the same."""
        mac = self._mac(leg)
        return Names(f"{leg.encode().hex()}-{mac[:24]}", mac[24:40], f"z9hG4bK{mac[40:]}")

    def owns(self, call_id: str) -> bool:
        """Whether a Call-ID was made here."""
        leg, _, mac = call_id.partition("-")
        try:
            wanted = self._mac(LegId(bytes.fromhex(leg).decode()))
        except ValueError:
            return False
        return hmac.compare_digest(wanted[:24].encode(), mac.encode("utf-8", "replace"))

    def _mac(self, leg: LegId) -> str:
        return hmac.new(self._key, leg.encode(), hashlib.sha256).hexdigest()


class ConfigView:
    """What the edge reads of the published configuration; `normalise` writes a number as E.164 where it can."""

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self.normalise = normalise
        self._entries: frozenset[str] = frozenset()
        self._contacts: dict[StationId, str] = {}
        self._outside: dict[StationId, OutsidePhone] = {}

    def publish(self, config: CenterConfig) -> None:
        """Put another configuration in force."""
        self._entries = frozenset(entry.address for entry in config.entries if entry.channel is Channel.VOICE)
        self._contacts = {station.id: station.contact for station in config.stations}
        out, outside = config.outgoing, [station for station in config.stations if station.number]
        self._outside = {
            each.id: OutsidePhone(out.trunk, each.number, out.shown, each.confirms)
            for each in outside
            if out is not None
        }

    def entry_of(self, dialled: str) -> str | None:
        """Return the address of our entry that somebody dialled, None if it is none of ours."""
        if dialled in self._entries:
            return dialled
        number = self.normalise(dialled)
        return number if number in self._entries else None

    def contact_of(self, station: StationId) -> str:
        """Return a station's static contact, empty if it must register."""
        return self._contacts.get(station, "")

    def outside(self, station: StationId) -> OutsidePhone | None:
        """Return how a station is called that is a telephone outside, None for one of ours."""
        return self._outside.get(station)

    def has_station(self, station: str) -> bool:
        """Whether a station is in the configuration."""
        return station in self._contacts


def station_person(station: StationId) -> PersonId:
    """Return whose key seals where a station's phone is."""
    return PersonId(f"station-{station}")


def _written(value: DialogSnapshot | PhoneTarget) -> str:
    """Write a value as JSON in ASCII: what SIP headers hold need not be UTF-8, and stays as it came."""
    return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def seal_dialog(snapshot: DialogSnapshot) -> str:
    """Write a dialog as text for the vault."""
    return _written(snapshot)


def open_dialog(text: str) -> DialogSnapshot | None:
    """Read a dialog back, None if it is not one."""
    try:
        return msgspec.convert(json.loads(text), DialogSnapshot)
    except ValueError:
        return None


def seal_target(target: PhoneTarget) -> str:
    """Write a registered contact as text for the vault."""
    return _written(target)


def read_target(text: str | None) -> PhoneTarget | None:
    """Read a registered contact back, None if it is not one that can be reached."""
    try:
        bound = msgspec.convert(json.loads(text or ""), PhoneTarget)
        parse_uri(bound.contact)
    except ValueError:
        return None
    return bound


async def locate(contact: str) -> tuple[Uri, Address] | None:
    """Return a static contact's URI and transport address, its name resolved; None if it leads nowhere."""
    try:
        uri = parse_uri(contact)
    except GrammarError:
        return None
    if not uri.is_sip:
        return None
    host, port = uri.host.strip("[]"), uri.port or DEFAULT_PORT
    try:
        return uri, Address(str(ipaddress.ip_address(host)), port)
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except OSError:
        return None
    return uri, Address(str(found[0][4][0]), port)
