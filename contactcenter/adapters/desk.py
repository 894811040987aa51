"""The desk: everything between the engine's entries and people, put together for one process.

It holds no truth of its own about contacts: killed and started again it reads the journal anew, its records go on from
where they were, and what waited for a carrier or a look-up is taken up again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import structlog

from contactcenter.adapters.accounts.passwords import Passwords
from contactcenter.adapters.accounts.people import People
from contactcenter.adapters.accounts.sessions import ABSOLUTE_MS, IDLE_MS, Session, Sessions
from contactcenter.adapters.background import Background
from contactcenter.adapters.bus.options import BusOptions
from contactcenter.adapters.chat.visitors import Visitors
from contactcenter.adapters.console.acts import Acts
from contactcenter.adapters.console.agent_pages import AgentPages
from contactcenter.adapters.console.callback_requests import CallbackRequests
from contactcenter.adapters.console.callbacks import Callbacks
from contactcenter.adapters.console.chat_desk import ChatDesk
from contactcenter.adapters.console.chat_pages import ChatPages
from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.explanations import Explanations
from contactcenter.adapters.console.follower import Follower
from contactcenter.adapters.console.gate import Gate
from contactcenter.adapters.console.health import Health
from contactcenter.adapters.console.messages import Messages
from contactcenter.adapters.console.modes import Modes
from contactcenter.adapters.console.options import ConsoleOptions
from contactcenter.adapters.console.overseeing import Overseeing
from contactcenter.adapters.console.pages import Pages
from contactcenter.adapters.console.panels import Boxes, Panels
from contactcenter.adapters.console.reads import Reads
from contactcenter.adapters.console.reports import Reports
from contactcenter.adapters.console.rights import BUS_REQUESTS
from contactcenter.adapters.console.server import Handler, WebServer, build_application
from contactcenter.adapters.console.sign_in import SignIn
from contactcenter.adapters.console.wallboard import Board, Wallboards
from contactcenter.adapters.customers.directory import Customers
from contactcenter.adapters.customers.lookup import Lookup
from contactcenter.adapters.database.history import History
from contactcenter.adapters.database.messages import Bodies
from contactcenter.adapters.database.records import RecordsWriter
from contactcenter.adapters.database.store import Database, RecordsServer, open_database
from contactcenter.adapters.dialling import Dialler, DialRules
from contactcenter.adapters.metrics.registry import Metrics
from contactcenter.adapters.shared_state.opened import shared_state
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.sms.carrier import Carrier, CarrierOptions
from contactcenter.adapters.sms.generic import GenericCarrier
from contactcenter.adapters.sms.inbound import Inbound
from contactcenter.adapters.sms.outbox import Outbox
from contactcenter.adapters.sms.threads import Threads
from contactcenter.adapters.sms.twilio import TwilioCarrier
from contactcenter.adapters.texts import Texts
from contactcenter.model.entry import Entry
from contactcenter.model.facts import PersonErased
from contactcenter.model.ids import ContactId, ConversationId
from contactcenter.runtime.ports import Link, LinkLost, StoreAway

__all__ = ["Desk", "DeskOptions", "run_desk", "running_desk"]

SWEEP_S = 600.0

log = structlog.get_logger(__name__)


class DeskOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk needs to know; `master` is the domain's master secret, `region` reads numbers without a country."""

    records: Path | RecordsServer
    master: bytes
    console: ConsoleOptions
    carriers: tuple[CarrierOptions, ...] = ()
    region: str = "CN"
    domain: str = "main"
    session_idle_ms: int = IDLE_MS
    session_absolute_ms: int = ABSOLUTE_MS
    bus: BusOptions | None = None
    redis: RedisOptions | None = None
    dial_prefixes: tuple[str, ...] = ()


class Desk:
    """One desk, from an open database to an open port."""

    def __init__(self, options: DeskOptions, link: Link, database: Database) -> None:
        """Put the parts together; nothing runs yet."""
        self._options = options
        self._link = link
        console = options.console
        texts = Texts(console.texts)
        self._bodies, history = Bodies(database), History(database)
        self._shared = shared_state(options.redis, options.domain, options.master)
        self.customers = Customers(database, options.region, self._shared.cache)
        self._visitors = Visitors(database)
        self.sessions = Sessions(database, idle_ms=options.session_idle_ms, absolute_ms=options.session_absolute_ms)
        self.people = People(database, Passwords())
        self.desktop, self._boxes = Desktop(), Boxes(link)
        self.board = Board(console.time_zone, console.service_level_variant)
        self.metrics = Metrics(self.board.figures, self._shared.figures)
        panels = Panels(self.desktop, self._boxes, self._bodies, self.customers, history, texts)
        self._database = database
        self._records = records = RecordsWriter(database, options.master, console.recordings)
        self.follower = Follower(link, records, self._went_live)
        self._reports = Reports(self.follower.entries)
        self._background = Background()

        self._dialler = Dialler(link, DialRules(options.region, options.dial_prefixes))
        acts = Acts(link, self.desktop, self._bodies, self._agent_writes, self._dialler)
        self.agent_pages = AgentPages(self.desktop, panels, acts, self.board, self.sessions)
        chat_desk = ChatDesk(
            link,
            self.follower,
            self.desktop,
            panels,
            self._visitors,
            self._bodies,
            history,
            texts,
            self.agent_pages.writing,
        )
        self.chat_pages = ChatPages(chat_desk)
        self.wallboards = Wallboards(self.board, self.sessions)

        self._threads = Threads()
        carriers = {carrier.name: _carrier(carrier) for carrier in options.carriers}
        self.outbox = Outbox(link, list(carriers.values()), self._threads, self._bodies, texts, self.metrics.text_sent)
        self._inbound = Inbound(
            link, carriers, self._threads, self._bodies, texts, self.customers.normal, self.follower.live.is_set
        )
        self._lookup = Lookup(link, self.customers, self._claimed)
        self._reads = Reads(self.desktop, self.customers, history, self._boxes, texts, console.recordings)
        self._modes = Modes(link, self.board.figures.modes, self._shared.limiter)
        self._callbacks = Callbacks(link, self._boxes, self._shared.limiter)
        self._messages = Messages(link, self._boxes, self._shared.limiter)
        limiter = self._shared.limiter
        self._wishes = CallbackRequests(link, self.desktop, self._dialler, self.board, limiter)
        self._pages = Pages(console.chat_origins)
        gate = Gate(console, self.sessions, self._in_contact, self.follower.was_live)
        self._server = WebServer(build_application(self._handlers(), gate, self.metrics), self.metrics)
        # Folds before those who act on them.
        folds = (self._forget, self._show, self.board.apply, self.metrics.apply, self._reports.apply)
        self.follower.listeners = [*folds, self._callbacks.apply, self._messages.apply, self._lookup.apply, self._send]
        self._speak_outside = self._bus(options.bus) if options.bus is not None else None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.port

    async def listen(self) -> None:
        """Open the port; until the journal is read, `/readyz` says so. Raises OSError when the port is taken."""
        await self._server.start(self._options.console.host, self._options.console.port)
        log.info("desk listens", host=self._options.console.host, port=self.port)

    async def follow(self) -> None:
        """Follow the journal until cancelled. Raises RecordsAhead when the records belong to another journal."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.follower.run())
                tasks.create_task(self._sweep())
                tasks.create_task(self._shared.run())
                tasks.create_task(self._shared.tell(self.board, self.follower.live))
                if self._speak_outside is not None:
                    tasks.create_task(self._speak_outside())
                tasks.create_task(self._forget_deleted())
        except BaseExceptionGroup as group:
            raise _cause(group) from None
        finally:
            await self._stop()

    def _bus(self, options: BusOptions) -> Callable[[], Coroutine[Any, Any, None]]:
        """Let the bus listen; return what speaks with the broker. Only here is its library needed."""
        from contactcenter.adapters.bus.link import Bus

        bus = Bus(
            options,
            self._options.domain,
            link=self._link,
            journal=self.follower,
            figures=self.board,
            rights=BUS_REQUESTS,
            role_of=self.people.role_of,
            dialler=self._dialler,
        )
        self.follower.listeners.append(bus.apply)
        self.metrics.sources.append(bus.figures)
        return bus.run

    async def _stop(self) -> None:
        for part in (self.agent_pages, self.chat_pages, self.wallboards, self._lookup, self.outbox, self._background):
            await part.close()
        await self._server.stop()
        await self._shared.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            with contextlib.suppress(StoreAway):
                await self.sessions.sweep()

    async def _forget_deleted(self) -> None:
        while True:
            await self._records.log_owed.wait()
            self._records.log_owed.clear()
            await self._database.forget_deleted()

    def _forget(self, entry: Entry) -> None:
        if any(isinstance(fact, PersonErased) for fact in entry.facts):
            self._boxes.forget()
            self._bodies.forget()
            self._background.spawn(self.customers.forget(), "forget")

    def _show(self, entry: Entry) -> None:
        news = self.desktop.apply(entry)
        self.agent_pages.note(news)
        self.chat_pages.note(news)

    def _send(self, entry: Entry) -> None:
        outgoing = self._threads.apply(entry)
        if self.follower.live.is_set():
            for text in outgoing:
                self.outbox.send(text)

    def _went_live(self) -> None:
        """Take up again what others believe of us and what waits for us."""
        log.info("desk is live", position=self.follower.sequence)
        self.agent_pages.settle()
        self._lookup.settle()
        self._background.spawn(self._settle(), "settle")

    async def _settle(self) -> None:
        with contextlib.suppress(LinkLost):
            await self.chat_pages.settle()
            await self.outbox.settle()

    def _agent_writes(self, contact: ContactId) -> None:
        self.chat_pages.writing(contact)

    def _in_contact(self, session: Session) -> bool:
        return self.agent_pages.in_contact(session)

    async def _claimed(self, conversation: ConversationId) -> str | None:
        visitor = await self._visitors.by_conversation(conversation)
        return visitor.number if visitor is not None else None

    def _handlers(self) -> dict[str, Handler]:
        sign_in = SignIn(self.people, self.sessions, self._shared.limiter, self._options.console.secure)
        health = Health(self._link, self.follower, self.metrics)
        return {
            "index": self._pages.index,
            "console_page": self._pages.console,
            "wallboard_page": self._pages.wallboard,
            "reports_page": self._pages.reports,
            "chat_page": self._pages.chat,
            "widget": self._pages.widget,
            "static": self._pages.static,
            "healthz": health.healthz,
            "readyz": health.readyz,
            "metrics": health.metrics,
            "sign_in": sign_in.sign_in,
            "sign_out": sign_in.sign_out,
            "agent_state": Overseeing(self._link).agent_state,
            "me": sign_in.me,
            "center": self._reads.center,
            "customers": self._reads.customers,
            "customer": self._reads.customer,
            "contact": self._reads.contact,
            "recording": self._reads.recording,
            "why": Explanations(self._options.console.why).why,
            "report": self._reports.report,
            "modes": self._modes.modes,
            "switch_mode": self._modes.switch,
            "callbacks": self._callbacks.callbacks,
            "act_on_callback": self._callbacks.act,
            "messages": self._messages.messages,
            "act_on_message": self._messages.act,
            "callback_queues": self._wishes.queues,
            "request_callback": self._wishes.wish,
            "console_socket": self.agent_pages.serve,
            "wallboard_socket": self.wallboards.serve,
            "chat_socket": self.chat_pages.serve,
            "sms_inbound": self._inbound.inbound,
            "sms_status": self._inbound.status,
        }


def _cause(failure: BaseException) -> BaseException:
    """Return what went wrong first, out of the groups that task groups make of it."""
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure


def _carrier(options: CarrierOptions) -> Carrier:
    return TwilioCarrier(options) if options.kind == "twilio" else GenericCarrier(options)


@asynccontextmanager
async def running_desk(options: DeskOptions, link: Link) -> AsyncIterator[Desk]:
    """Run a desk for as long as the context lasts; for tests and for those who share the process."""
    database = await open_database(options.records, options.domain)
    desk = Desk(options, link, database)
    await desk.listen()
    following = asyncio.get_running_loop().create_task(desk.follow())
    try:
        yield desk
    finally:
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following
        await database.close()


async def run_desk(options: DeskOptions, link: Link) -> None:
    """Run a desk until cancelled. Raises OSError when the port is taken, RecordsAhead when the records are not ours."""
    database = await open_database(options.records, options.domain)
    try:
        desk = Desk(options, link, database)
        await desk.listen()
        await desk.follow()
    finally:
        await database.close()
