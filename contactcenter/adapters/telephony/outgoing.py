"""Where calls of ours leave: a trunk's address and the request for a number behind it, unless the edge forbids it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from contactcenter.adapters.telephony.stations import locate
from contactcenter.sip.grammar import Address, Uri

__all__ = ["OutgoingRules", "Place"]


class Place(NamedTuple):
    """Whom to call: the request's URI, and where the request is sent."""

    uri: Uri
    destination: Address


@dataclass(frozen=True, slots=True)
class OutgoingRules:
    """Which trunks take calls of ours, at which URI, and which numbers may be called; by default none.

    `read` gives the spelling of a number that somebody keyed in and that may be called, `spoken` the digits to say it.
    """

    trunks: Mapping[str, str] = field(default_factory=dict)
    allows: Callable[[str], bool] = lambda number: False
    read: Callable[[str], str | None] = lambda text: None
    spoken: Callable[[str], str] = lambda number: number

    async def place(self, trunk: str, number: str | None) -> Place | None:
        """Return where a number is called through a trunk; None where that leads nowhere or is not allowed."""
        if number is None or not self.allows(number):
            return None
        found = await locate(self.trunks.get(trunk, ""))
        return None if found is None else Place(found[0]._replace(user=number), found[1])
