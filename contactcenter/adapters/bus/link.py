"""The connection to the broker: comes back by itself, tells what is to be told, and answers requests.

Everything that waits here waits for the broker alone; the desk hands entries over and goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import ssl
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

import aiomqtt
import msgspec
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from contactcenter.adapters.background import end_if_told
from contactcenter.adapters.bus.backlog import Backlog
from contactcenter.adapters.bus.live import Figures, Live
from contactcenter.adapters.bus.options import BusOptions
from contactcenter.adapters.bus.payloads import CentreState, Pop
from contactcenter.adapters.bus.pops import Pops
from contactcenter.adapters.bus.published import tell
from contactcenter.adapters.bus.requests import REQUEST_BYTES_MAX, Requests, Rights, RoleOf
from contactcenter.adapters.bus.topics import Topics
from contactcenter.adapters.dialling import Dialler
from contactcenter.adapters.wall import wall_ms
from contactcenter.model.entry import Entry
from contactcenter.runtime.ports import EngineFigures, Link

__all__ = ["Bus", "Journalled"]

KEEP_ALIVE_S = 15  # a broker that is gone without a word is noticed within 23 s, and we by it
PATIENCE_S = 10.0  # a broker that does not confirm a message for so long is as good as gone
BACKOFF_S = (0.25, 0.5, 1.0, 2.0, 3.0)  # a broker that is back is found again within seconds
TOGETHER_MAX = 20  # states told at once
POPS_MAX = 1_000  # waiting for a slow broker; an old one opens nothing useful any more
REQUESTS_MAX = 200  # waiting for their turn; further ones are dropped unanswered
HEARTBEAT_S = 5.0  # how late a subscriber learns that it missed the last fact of all
FAREWELL_S = 1.0

COUNTED = ("bus_facts", "bus_states", "bus_pops", "bus_requests", "bus_connections")

log = structlog.get_logger(__name__)


class Journalled(Protocol):
    """Whoever follows the journal."""

    live: asyncio.Event

    def entries(self, after: int) -> AsyncIterator[Entry]:
        """Yield the entries from `after` to the newest now, then end. Raises LinkLost."""


class Bus:
    """What the desk sees of MQTT: entries go in, and nothing ever comes back but requests of others."""

    def __init__(
        self,
        options: BusOptions,
        domain: str,
        *,
        link: Link,
        journal: Journalled,
        figures: Figures,
        rights: Rights,
        role_of: RoleOf,
        dialler: Dialler,
    ) -> None:
        """Speak for `domain`; nothing runs yet."""
        self._options = options
        self._topics = Topics(options.prefix, domain)
        self._journal = journal
        self._backlog = Backlog(options.position, journal.entries)
        self._live = Live(figures, self._topics)
        self._folded = Pops()
        self._pops: deque[Pop] = deque(maxlen=POPS_MAX)
        self._popped = asyncio.Event()
        self._requests = Requests(link, journal.entries, self._live, rights, role_of, dialler)
        self._quiet = logging.getLogger(f"{__name__}.library")  # what a hostile broker provokes must not flood a log
        self._quiet.disabled = True
        self._reached = False
        self._counts: Counter[str] = Counter()

    def figures(self) -> EngineFigures:
        """Return how the bus is doing, for `/metrics`."""
        gauges = {"bus_connected": float(self._reached), "bus_behind_entries": float(self._backlog.behind())}
        return EngineFigures(gauges, {name: float(self._counts[name]) for name in COUNTED})

    def apply(self, entry: Entry) -> None:
        """Take an entry into account: a listener of the follower, never waits."""
        self._backlog.note(entry)
        if pops := self._folded.apply(entry):
            self._pops.extend(pops if self._reached else ())
            self._popped.set()

    async def run(self) -> None:
        """Speak with the broker until cancelled."""
        speaking = asyncio.ensure_future(self._speak())
        try:
            await asyncio.wait({speaking})
        finally:
            # A connection that breaks in this moment swallows the word to end: it is said until it is heard.
            while not speaking.done():
                speaking.cancel()
                await asyncio.wait({speaking}, timeout=FAREWELL_S)
        await speaking

    async def _speak(self) -> None:
        await self._journal.live.wait()
        self._backlog.begin()
        tries = 0
        try:
            while True:
                try:
                    await self._session()
                except Exception as failure:
                    self._lost(failure, tries)
                tries = 0 if self._reached else tries + 1
                self._reached = False
                await asyncio.sleep(BACKOFF_S[min(tries, len(BACKOFF_S) - 1)] * random.uniform(0.5, 1.0))
        finally:
            await self._backlog.keep()

    def _lost(self, failure: Exception, tries: int) -> None:
        while isinstance(failure, ExceptionGroup):
            failure = failure.exceptions[0]
        if self._reached or tries == 0:
            log.warning("no broker", host=self._options.host, port=self._options.port, reason=type(failure).__name__)

    async def _session(self) -> None:
        async with self._connection() as client:
            self._reached = True
            self._counts["bus_connections"] += 1
            self._pops.clear()
            self._live.start_again()
            log.info("broker reached", host=self._options.host, port=self._options.port, after=self._backlog.position)
            await client.subscribe(self._topics.requests, qos=1)
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._tell_facts(client))
                    tasks.create_task(self._tell_live(client))
                    tasks.create_task(self._tell_pops(client))
                    tasks.create_task(self._tell_centre(client))
                    tasks.create_task(self._serve(client))
            finally:
                with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                    async with asyncio.timeout(FAREWELL_S):
                        await client.publish(self._topics.centre, self._state("offline"), 1, True)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiomqtt.Client]:
        options = self._options
        client = aiomqtt.Client(
            options.host,
            options.port,
            identifier=self._topics.name,  # whoever comes under the same name ends the other's connection
            username=options.username or None,
            password=options.password or None,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=aiomqtt.Will(self._topics.centre, self._state("offline"), qos=1, retain=True),
            properties=_properties(PacketTypes.CONNECT, MaximumPacketSize=2 * REQUEST_BYTES_MAX),
            tls_context=ssl.create_default_context(cafile=options.authority or None) if options.secure else None,
            keepalive=KEEP_ALIVE_S,
            timeout=PATIENCE_S,
            max_queued_incoming_messages=REQUESTS_MAX,
            logger=self._quiet,
        )
        async with AsyncExitStack() as life:
            await life.enter_async_context(client)
            parting = life.pop_all()
        try:
            yield client
        finally:
            with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await parting.aclose()

    async def _tell_facts(self, client: aiomqtt.Client) -> None:
        while True:
            entries = await self._backlog.next()
            for first in range(0, len(entries), TOGETHER_MAX):
                some = entries[first : first + TOGETHER_MAX]
                told = [(self._topics.fact(kind), payload) for entry in some for kind, payload in tell(entry)]
                await self._publish(client, "bus_facts", told)
                self._backlog.confirm(some[-1].position.sequence)

    async def _tell_live(self, client: aiomqtt.Client) -> None:
        while True:
            self._live.look()
            while told := self._live.take(TOGETHER_MAX):
                await self._publish(client, "bus_states", told, retain=True)
            await asyncio.sleep(1 / self._options.snapshots_per_s)

    async def _tell_pops(self, client: aiomqtt.Client) -> None:
        while True:
            self._popped.clear()
            while self._pops:
                pop = self._pops.popleft()
                await self._publish(client, "bus_pops", [(self._topics.pop(pop.agent), msgspec.json.encode(pop))])
            await self._popped.wait()

    async def _tell_centre(self, client: aiomqtt.Client) -> None:
        while True:
            await self._publish(client, "", [(self._topics.centre, self._state("online"))], retain=True)
            await self._backlog.keep()
            await asyncio.sleep(HEARTBEAT_S)

    async def _serve(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            properties = message.properties
            topic = getattr(properties, "ResponseTopic", None)
            user, kind = self._topics.asked(str(message.topic))
            # What is retained would be carried out again at each connection; what cannot be answered is not done.
            if message.retain or topic is None or not self._topics.may_answer(user, topic):
                continue
            payload = message.payload
            correlation = getattr(properties, "CorrelationData", None)
            echo = _properties(PacketTypes.PUBLISH, **({} if correlation is None else {"CorrelationData": correlation}))
            self._counts["bus_requests"] += 1
            await client.publish(topic, await self._requests.answer(user, kind, payload), 1, False, echo)
            end_if_told()  # told to end in the moment of the confirmation, it would wait for the next request for ever

    async def _publish(
        self, client: aiomqtt.Client, count: str, told: Sequence[tuple[str, bytes]], retain: bool = False
    ) -> None:
        """Publish messages in order and wait until the broker has confirmed all. Raises MqttError."""
        await asyncio.gather(*(client.publish(topic, payload, 1, retain) for topic, payload in told))
        self._counts[count] += len(told)

    def _state(self, word: str) -> bytes:
        online = word == "online"
        state = CentreState("online" if online else "offline", wall_ms() if online else 0, self._backlog.position)
        return msgspec.json.encode(state)


def _properties(packet: int, **values: object) -> Properties:
    properties = Properties(packet)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties
