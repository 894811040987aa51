"""The engine process: journal, vault, centre, telephony and the link to the desks, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Protocol

import structlog

import contactcenter
from contactcenter.adapters.accounts.phones import Phones
from contactcenter.adapters.database.store import open_database
from contactcenter.adapters.link.server import LinkServer
from contactcenter.adapters.snapshots import SnapshotFolder
from contactcenter.adapters.supervision import EX_CONFIG
from contactcenter.adapters.telephony.sip_telephony import SipTelephony
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.adapters.vault.secret import domain_secret
from contactcenter.app.parent import until_told_to_end
from contactcenter.app.places import Places
from contactcenter.app.release import release
from contactcenter.app.stores import DOMAIN, journal_of, records_of
from contactcenter.app.telephony import PhoneBook, telephony_of
from contactcenter.model.commands import Command, DestroyKey
from contactcenter.model.entry import Entry
from contactcenter.model.events import ConfigPublished, Event, LegLost
from contactcenter.model.ids import MessageId
from contactcenter.runtime.pauses import Collector, Pauses
from contactcenter.runtime.ports import EngineFigures, Receipt, StoreAway, StoreUnusable
from contactcenter.runtime.shell import Engine
from contactcenter.runtime.words import quicken
from contactcenter.settings import Settings, config_hash

__all__ = ["run_engine"]

log = structlog.get_logger(__name__)

LOOK_S = 10.0  # so often the collector is asked whether the older objects are due


class _Outside:
    """Where the engine's decisions go; telephony and link are attached once they stand."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.failed = False
        self.telephony: SipTelephony | None = None
        self.link: LinkServer | None = None
        self.vault: PersonVault | None = None
        self.collector: Collector | None = None

    def carry_out(self, command: Command) -> None:
        """Do what a command says."""
        if isinstance(command, DestroyKey):
            if self.vault is not None:
                self.vault.destroy(command.person)
        elif self.telephony is not None:
            self.telephony.carry_out(command)

    def publish(self, entries: Sequence[Entry]) -> None:
        """Tell the desks, and let what is left over from these decisions be collected."""
        if self.link is not None:
            self.link.publish(entries)
        if self.collector is not None:
            self.collector.decided(len(entries))

    def fault(self, cause: Event | Command, error: Exception) -> None:
        """Report a fault of our own, without the contents of the event or command."""
        log.error("a fault of our own", cause=type(cause).__name__, exc_info=error)

    def ended(self, reason: str) -> None:
        """Let the process end; the supervisor starts a successor."""
        log.critical("the engine ends", reason=reason)
        self.failed = True
        self.over.set()


class _Measured(Protocol):
    """Anything that has figures."""

    def figures(self) -> EngineFigures:
        """Return them."""


class _EngineSide:
    """The engine as the link sees it: figures of all parts together."""

    def __init__(self, engine: Engine, parts: list[_Measured]) -> None:
        self._engine = engine
        self.parts = parts

    async def submit(self, event: Event) -> Receipt:
        """Hand over an event; the answer comes after its commit."""
        return await self._engine.submit(event)

    def outbox(self) -> list[MessageId]:
        """Return the outgoing texts that wait for a carrier's word."""
        return self._engine.outbox()

    def figures(self) -> EngineFigures:
        """Return the figures of engine, journal, vault and telephony in one."""
        total = self._engine.figures()
        for part in self.parts:
            figures = part.figures()
            total.gauges.update(figures.gauges)
            total.counters.update(figures.counters)
            total.histograms.update(figures.histograms)
        return total


async def run_engine(settings: Settings) -> int:
    """Run the engine until told to end; return the exit status."""
    places = Places(settings.paths.var)
    outside = _Outside()
    try:
        secret = domain_secret(places.secret)
        journal = journal_of(settings)
        engine = Engine(journal, outside, SnapshotFolder(places.snapshots), release())
        outside.vault = PersonVault(journal, secret)
        database = await open_database(records_of(settings), DOMAIN)
    except StoreUnusable as problem:
        log.critical("the engine cannot start", reason=str(problem))
        return 1 if isinstance(problem, StoreAway) else EX_CONFIG
    book = PhoneBook(Phones(database, secret, settings.sip.realm))
    try:
        outside.telephony = telephony_of(settings, engine, journal, outside.vault, book, secret)
    except OSError as problem:
        log.critical("the SIP port cannot be had", port=settings.sip.port, reason=problem.strerror)
        return EX_CONFIG
    side = _EngineSide(engine, [journal, outside.vault, outside.telephony])
    outside.link = LinkServer(places.socket, side, journal, outside.vault, contactcenter.__version__)
    side.parts.append(outside.link)
    for reason in engine.recovery.passed_over:
        log.warning("a snapshot is passed over", reason=reason)
    await book.refresh()
    fresh = asyncio.create_task(book.keep_fresh())
    with Pauses() as pauses:
        side.parts.append(pauses)
        await _serve(settings, engine, outside, outside.telephony, outside.link)
    fresh.cancel()
    await database.close()
    journal.close()
    return 1 if outside.failed else 0


async def _serve(
    settings: Settings, engine: Engine, outside: _Outside, telephony: SipTelephony, link: LinkServer
) -> None:
    await telephony.start()
    await engine.start(ConfigPublished(config_hash(settings.center), settings.center), telephony.legs_held())
    for station, target in engine.phones().items():
        telephony.restore_phone(station, target)
    await link.start()
    outside.collector = collector = Collector()
    looking = asyncio.create_task(_look(collector))
    quicken()
    log.info("engine ready", sip=f"{settings.sip.bind}:{settings.sip.port}", head=engine.head())
    await until_told_to_end(outside.over)
    looking.cancel()
    await link.close()
    # Said while it can still be written down, so that calls end now and not at the next start.
    for leg in telephony.legs_held():
        engine.post(LegLost(leg, "stopping"))
    await telephony.stop()
    await engine.stop()


async def _look(collector: Collector) -> None:
    while True:
        await asyncio.sleep(LOOK_S)
        collector.look(perf_counter())
