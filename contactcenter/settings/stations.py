"""Stations: telephones that register, that have a fixed address, or that are outside and have a number."""

from __future__ import annotations

from typing import Final

from contactcenter.model.config import OutgoingConfig, StationConfig
from contactcenter.model.ids import StationId
from contactcenter.settings.tables import Table

__all__ = ["CONTACT", "read_stations"]

CONTACT: Final = r"sips?:[^\s<>@]+@[^\s<>@]+"
CONTACT_WHAT: Final = 'an address such as "sip:1004@192.0.2.10:5060"'
NUMBER: Final = r"(\+[1-9][0-9]{6,14})?"
NUMBER_WHAT: Final = 'a number with its country, such as "+8613912345678"'


def read_stations(table: Table, outgoing: OutgoingConfig | None, prefixes: tuple[str, ...]) -> dict[str, StationConfig]:
    """Take the stations by name; numbers outside only by the rules of `[outgoing]`."""
    places: dict[str, StationConfig] = {}
    for name, station in table.inner("stations").named("station"):
        places[name] = StationConfig(
            StationId(name),
            station.text("contact", "", like=CONTACT, what=CONTACT_WHAT),
            station.flag("auto_answer", False),
            station.text("number", "", like=NUMBER, what=NUMBER_WHAT),
            station.flag("confirm", True),
        )
        if places[name].number:
            _check_number(station, places[name], outgoing, prefixes)
    return places


def _check_number(
    table: Table, station: StationConfig, outgoing: OutgoingConfig | None, prefixes: tuple[str, ...]
) -> None:
    if outgoing is None:
        table.complain("number", "is to be called, and nobody may be", "give [outgoing] in center.toml")
    elif not station.number.startswith(prefixes):
        table.complain("number", "begins with none of the prefixes of [outgoing]", "add its prefix there")
    if station.contact:
        table.complain("contact", "is given beside a number", "give one of the two")
    if station.auto_answer:
        table.complain("auto_answer", "is of no use outside", "remove it: such a telephone is answered by hand")
