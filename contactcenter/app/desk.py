"""The desk process: records, accounts, consoles, carriers and figures, following the engine over the link."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from urllib.parse import urlsplit

import structlog

import contactcenter
from contactcenter.adapters.bus.options import BusOptions
from contactcenter.adapters.console.options import ConsoleOptions
from contactcenter.adapters.database.records import RecordsAhead
from contactcenter.adapters.desk import DeskOptions, run_desk
from contactcenter.adapters.link.client import LinkClient
from contactcenter.adapters.sms.carrier import CarrierOptions
from contactcenter.adapters.supervision import EX_CONFIG
from contactcenter.adapters.vault.secret import domain_secret
from contactcenter.app.parent import until_told_to_end
from contactcenter.app.places import Places
from contactcenter.app.shared import ExtraMissing, redis_options
from contactcenter.app.stores import records_of
from contactcenter.runtime.ports import StoreAway, StoreUnusable
from contactcenter.settings import SecretMissing, Settings, read_secret
from contactcenter.settings.shapes import SmsProvider

__all__ = ["HOUR_MS", "MINUTE_MS", "console_options", "desk_options", "exit_status", "run_desk_process"]

MINUTE_MS, HOUR_MS = 60_000, 3_600_000

log = structlog.get_logger(__name__)


async def run_desk_process(settings: Settings) -> int:
    """Run the desk until told to end; return the exit status."""
    places = Places(settings.paths.var)
    try:
        options = desk_options(settings)
    except (ExtraMissing, SecretMissing, StoreUnusable) as problem:
        log.critical("the desk cannot start", reason=str(problem))
        return EX_CONFIG
    over = asyncio.Event()
    async with LinkClient(places.socket, contactcenter.__version__) as link:
        desk = asyncio.create_task(run_desk(options, link))
        desk.add_done_callback(lambda _: over.set())
        await until_told_to_end(over)
        desk.cancel()
        results = await asyncio.gather(desk, return_exceptions=True)
    return exit_status(results[0], "desk")


def exit_status(result: object, name: str) -> int:
    """Return the exit status of the process `name` whose work ended so, and say why in the log."""
    match result:
        case asyncio.CancelledError() | None:
            return 0
        case StoreAway():
            log.error(f"the {name} waits for its records", reason=str(result))
            return 1
        case RecordsAhead() | StoreUnusable() | OSError():
            log.critical(f"the {name} cannot run", reason=str(result))
            return EX_CONFIG
        case BaseException():
            log.critical(f"the {name} ends", exc_info=result)
    return 1


def desk_options(settings: Settings) -> DeskOptions:
    """Return the desk's part of the settings, secrets included. Raises ExtraMissing, SecretMissing, StoreUnusable."""
    return DeskOptions(
        records=records_of(settings),
        master=domain_secret(Places(settings.paths.var).secret),
        console=console_options(settings),
        carriers=tuple(_carrier(settings, provider) for provider in settings.sms),
        region=settings.default_region,
        session_idle_ms=settings.sessions.idle_min * MINUTE_MS,
        session_absolute_ms=settings.sessions.longest_h * HOUR_MS,
        bus=_bus(settings) if settings.bus.host else None,
        dial_prefixes=settings.dial_prefixes,
        redis=redis_options(settings),
    )


def console_options(settings: Settings) -> ConsoleOptions:
    """Return the web side's part of the settings."""
    public = urlsplit(settings.http.public_url)
    return ConsoleOptions(
        host=settings.http.bind,
        port=settings.http.port,
        secure=public.scheme == "https",
        names=(public.hostname,) if public.hostname else (),
        chat_origins=settings.http.chat_origins,
        texts=settings.texts,
        recordings=settings.paths.recordings,
        time_zone=settings.time_zone,
        why=(sys.executable, "-m", "contactcenter", "why", "--json", "--config", str(settings.paths.config)),
    )


def _bus(settings: Settings) -> BusOptions:
    if importlib.util.find_spec("aiomqtt") is None:
        raise ExtraMissing("[bus] needs a library that is not installed: pip install 'contactcenter[site]'")
    bus, home, var = settings.bus, settings.paths.config.parent, settings.paths.var
    return BusOptions(
        host=bus.host,
        port=bus.port,
        position=var / "bus.position",
        secure=bus.secure,
        authority=str(home / bus.authority) if bus.authority else "",
        username=bus.username,
        password=read_secret(bus.password, home, var, os.environ) if bus.password is not None else "",
        prefix=bus.prefix,
        snapshots_per_s=bus.snapshots_per_s,
    )


def _carrier(settings: Settings, provider: SmsProvider) -> CarrierOptions:
    home = settings.paths.config.parent
    return CarrierOptions(
        name=provider.name,
        kind=provider.kind,
        number=provider.number,
        send_url=provider.send_url,
        secret=read_secret(provider.secret, home, settings.paths.var, os.environ),
        account=provider.account,
        reports=provider.reports,
        public_url=settings.http.public_url,
    )
