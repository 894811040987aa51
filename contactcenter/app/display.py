"""The display process: what a supervisor's screen needs, on any machine that reaches the records and Redis."""

from __future__ import annotations

import asyncio

import structlog

from contactcenter.adapters.supervision import EX_CONFIG
from contactcenter.app.desk import HOUR_MS, MINUTE_MS, console_options, exit_status
from contactcenter.app.parent import until_told_to_end
from contactcenter.app.shared import ExtraMissing, redis_options
from contactcenter.app.stores import DOMAIN, records_of
from contactcenter.runtime.ports import StoreUnusable
from contactcenter.settings import SecretMissing, Settings

__all__ = ["run_display_process"]

log = structlog.get_logger(__name__)


async def run_display_process(settings: Settings) -> int:
    """Run a display until told to end; return the exit status."""
    try:
        redis, records = redis_options(settings), records_of(settings)
    except (ExtraMissing, SecretMissing, StoreUnusable) as problem:
        log.critical("the display cannot start", reason=str(problem))
        return EX_CONFIG
    if redis is None:
        log.critical("the display cannot start", reason="[redis] names no server, and figures come from there alone")
        return EX_CONFIG
    from contactcenter.adapters.display import DisplayOptions, run_display  # needs the library of the extra `site`

    options = DisplayOptions(
        records=records,
        redis=redis,
        console=console_options(settings),
        center=settings.center,
        domain=DOMAIN,
        session_idle_ms=settings.sessions.idle_min * MINUTE_MS,
        session_absolute_ms=settings.sessions.longest_h * HOUR_MS,
    )
    over = asyncio.Event()
    display = asyncio.create_task(run_display(options))
    display.add_done_callback(lambda _: over.set())
    await until_told_to_end(over)
    display.cancel()
    results = await asyncio.gather(display, return_exceptions=True)
    return exit_status(results[0], "display")
