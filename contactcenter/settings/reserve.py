"""The reserve of a queue from TOML: `[queues.NAME.reserve]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contactcenter.model.reserve import ReserveConfig
from contactcenter.settings.tables import Table

__all__ = ["read_reserve"]

WAITING_MAX: Final = 100_000
WAIT_MS_MAX: Final = 86_400_000
EXAMPLE: Final = 'team == "back office"'


def read_reserve(table: Table, check: Callable[[Table, str], None]) -> ReserveConfig | None:
    """Take who is in reserve, and the thresholds; `check` complains of an expression that cannot be right."""
    requires = table.text("requires", what=f"an expression such as {EXAMPLE}")
    if requires:
        check(table, requires)
    waiting = table.number("waiting", 0, 2, WAITING_MAX)
    wait_ms = table.duration_ms("wait", 0, 2_000, WAIT_MS_MAX)
    until_waiting = table.number("until_waiting", (waiting + 1) // 2, 1, WAITING_MAX)
    until_wait_ms = table.duration_ms("until_wait", wait_ms // 2, 1_000, WAIT_MS_MAX)
    if not waiting and not wait_ms:
        table.complain("", "says not when it is called", 'give waiting = 8, or wait = "2min", or both')
    if waiting and waiting <= until_waiting:
        table.complain("until_waiting", f"is {until_waiting}", f"give less than waiting, which is {waiting}")
    if wait_ms and wait_ms <= until_wait_ms:
        table.complain("until_wait", "is not less than wait", "give less, so that nobody is called and let go by turns")
    return ReserveConfig(requires, waiting, wait_ms, until_waiting, until_wait_ms) if requires else None
