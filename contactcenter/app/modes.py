"""The command that switches modes, and what it says of those in force."""

from __future__ import annotations

import getpass
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table

import contactcenter
from contactcenter.adapters.link.client import LinkClient
from contactcenter.app.history import entries_of
from contactcenter.app.places import Places
from contactcenter.model.events import ModeAsked
from contactcenter.model.ids import QueueId
from contactcenter.model.words import ModeSource
from contactcenter.reports.modes import ModesInForce
from contactcenter.runtime.ports import LinkLost
from contactcenter.settings import Settings

__all__ = ["NotSwitched", "in_force", "shown", "switch"]

MINUTE_MS = 60_000


class NotSwitched(ValueError):
    """The mode is as it was; the message says why and what to do."""


async def switch(settings: Settings, mode: str, queue: str, minutes: int, reason: str) -> None:
    """Put a queue, or for an empty name the centre, into a mode for so many minutes (0: as long as it lasts).

    Raises NotSwitched. The name of who is signed in at this machine stands in the journal.
    """
    until_at = time.time_ns() // 1_000_000 + minutes * MINUTE_MS if minutes else None
    asked = ModeAsked(QueueId(queue) if queue else None, mode, getpass.getuser(), ModeSource.COMMAND, reason, until_at)
    try:
        async with LinkClient(Places(settings.paths.var).socket, contactcenter.__version__) as link:
            receipt = await link.submit(asked)
    except LinkLost:
        raise NotSwitched("the centre does not run; start it with: contactcenter serve") from None
    if receipt.rejected:
        raise NotSwitched(receipt.rejected)


def shown(settings: Settings) -> Table | str:
    """Return what holds, for a terminal."""
    rows = in_force(settings)
    table = Table("what", "mode", "since", "until", "by", "why")
    for row in rows:
        table.add_row(*row)
    return table if rows else "everything is normal"


def in_force(settings: Settings) -> list[tuple[str, ...]]:
    """Return a row for the centre and for each queue in a mode of its own: what, mode, since, until, by, why."""
    fold, zone = ModesInForce(), ZoneInfo(settings.time_zone)
    for entry in entries_of(settings):
        for fact in entry.facts:
            fold.apply(fact, entry.at)

    def clock(at: int | None) -> str:
        return "" if at is None else datetime.fromtimestamp(at // 1_000, zone).strftime("%Y-%m-%d %H:%M")

    return [
        (each.queue or "the centre", each.mode, clock(each.since_at), clock(each.until_at), each.by, each.reason)
        for each in fold.in_force()
    ]
