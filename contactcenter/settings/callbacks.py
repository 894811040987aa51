"""The keys by which queues call customers back, and the hours in which they may be called."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from contactcenter.model.callbacks import CallbackConfig
from contactcenter.model.config import OutgoingConfig, QueueConfig
from contactcenter.settings.hours import Calendar, compiled, read_spans
from contactcenter.settings.tables import Table

__all__ = ["check_callbacks", "read_callback", "read_callback_hours"]

USUAL_HOURS: Final = ("08:00-21:00",)
"""When people expect to be called; earlier and later ones are unlawful in many countries."""

KEY: Final = "[0-9]?"
KEY_WHAT: Final = 'one digit such as "1", or "" for none'
WHO: Final = ("agent", "customer")
MINUTE_MS: Final = 60_000
DAYS_PER_WEEK: Final = 7


def read_callback(table: Table, usual: CallbackConfig | None) -> CallbackConfig | None:
    """Take a queue's rules for callbacks; None where `callback` does not allow them."""
    rules = usual or CallbackConfig(key="1")
    given = CallbackConfig(
        key=table.text("callback_key", rules.key, like=KEY, what=KEY_WHAT),
        tries=table.number("callback_tries", rules.tries, 1, 10),
        retry_ms=MINUTE_MS * table.number("callback_retry_min", rules.retry_ms // MINUTE_MS, 1, 240),
        web=table.flag("callback_web", rules.web),
        customer_first=table.choice("callback_first", WHO, WHO[rules.customer_first]) == WHO[True],
    )
    return given if table.flag("callback", usual is not None) else None


def read_callback_hours(table: Table, zone: str, today: date) -> tuple[tuple[int, int], ...]:
    """Take the spans of every day in which customers may be called, as UTC intervals."""
    spans = read_spans(table, "callback_hours", USUAL_HOURS)
    every_day = Calendar("callbacks", ZoneInfo(zone), (spans,) * DAYS_PER_WEEK, {})
    return compiled(every_day, today).open


def check_callbacks(table: Table, queues: tuple[QueueConfig, ...], outgoing: OutgoingConfig | None) -> None:
    """Complain of queues that promise callbacks where nobody may be called."""
    promising = [queue.id for queue in queues if queue.callback is not None]
    if promising and outgoing is None:
        reason = f"is missing, and {promising[0]} promises callbacks"
        table.complain("outgoing", reason, "say through which trunk customers are called, or callback = false")
