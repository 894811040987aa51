"""All checks side by side, each within its time; one that fails or hangs is a finding and keeps no other waiting."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from contactcenter.app.doctor.broker import look_at_broker
from contactcenter.app.doctor.certificates import look_at_certificates
from contactcenter.app.doctor.clock import look_at_clock
from contactcenter.app.doctor.database import look_at_database
from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.doctor.journal import look_at_journal, look_at_voices
from contactcenter.app.doctor.machine import look_at_kernel, look_at_room
from contactcenter.app.doctor.network import look_at_addresses, look_at_ports
from contactcenter.app.doctor.rights import look_at_rights
from contactcenter.app.doctor.shared import look_at_redis
from contactcenter.app.doctor.versions import look_at_versions
from contactcenter.app.places import read_settings
from contactcenter.settings import Settings, SettingsError

__all__ = ["CHECKS", "Checked", "examine"]

WITHIN_S = 5.0

Look = Callable[[Settings], Awaitable[list[Finding]]]


class Checked(msgspec.Struct, frozen=True):
    """What one check found."""

    check: str
    findings: list[Finding]


def _beside(look: Callable[[Settings], list[Finding]]) -> Look:
    """Let a look that waits for a disk or a name server do so in a thread."""

    async def looked(settings: Settings) -> list[Finding]:
        return await asyncio.to_thread(look, settings)

    return looked


CHECKS: dict[str, Look] = {
    "versions": _beside(look_at_versions),
    "clock": _beside(lambda settings: look_at_clock()),
    "rights": _beside(look_at_rights),
    "disk": _beside(look_at_room),
    "kernel": _beside(look_at_kernel),
    "ports": _beside(look_at_ports),
    "addresses": _beside(look_at_addresses),
    "certificates": look_at_certificates,
    "postgresql": look_at_database,
    "redis": look_at_redis,
    "mqtt": _beside(look_at_broker),
    "journal": _beside(look_at_journal),
    "voices": _beside(look_at_voices),
}
"""Every check by its name, in the order in which they are told; `settings` goes before them all."""


async def examine(folder: Path) -> list[Checked]:
    """Look at everything that the settings in `folder` speak of; with mistakes there, nothing else can be looked at."""
    try:
        settings = read_settings(folder)
    except SettingsError as mistakes:
        found = [
            error(": ".join(filter(None, (each.file, each.table, each.key, each.reason))), each.remedy)
            for each in mistakes.problems
        ]
        return [Checked("settings", found)]
    checked = await asyncio.gather(*(_check(name, look, settings) for name, look in CHECKS.items()))
    return [Checked("settings", [fine(f"{folder} is good")]), *checked]


async def _check(name: str, look: Look, settings: Settings) -> Checked:
    try:
        async with asyncio.timeout(WITHIN_S):
            return Checked(name, await look(settings))
    except TimeoutError:
        return Checked(name, [error(f"no answer within {WITHIN_S:.0f} s", "see whether the disk or the server hangs")])
    except OSError as failure:
        reason = os.strerror(failure.errno) if failure.errno else type(failure).__name__
        return Checked(name, [warning(f"could not be looked at: {reason}", "run it as the centre's user")])
    except Exception as fault:  # its words may hold an address with a password
        return Checked(
            name, [warning(f"could not be looked at ({type(fault).__name__})", "tell us: it is a fault of ours")]
        )
