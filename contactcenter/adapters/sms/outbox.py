"""Sends waiting texts to their carriers: in order for each contact, with retries, until an outcome is journaled.

The message id is the idempotency key, so that a text sent again after a crash is still one text.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import aiohttp
import structlog

from contactcenter.adapters.background import Background
from contactcenter.adapters.database.messages import Bodies
from contactcenter.adapters.sms.carrier import Carrier, SendOutcome, Sent
from contactcenter.adapters.sms.threads import Outgoing, Threads
from contactcenter.adapters.texts import Texts
from contactcenter.model.events import TextDelivery
from contactcenter.model.ids import ContactId, MessageId
from contactcenter.model.words import Author, Delivery
from contactcenter.runtime.ports import Link, LinkLost, StoreAway

__all__ = ["Outbox"]

RETRY_S = (1.0, 2.0, 5.0, 15.0, 60.0, 120.0, 300.0)  # then the text has failed: somebody should know within minutes
SEND_S = 15.0
AT_ONCE = 16  # requests to all carriers together
LINK_RETRY_S = 1.0
ANSWER_BYTES_MAX = 65_536

log = structlog.get_logger(__name__)


class Outbox:
    """The way out to all carriers."""

    def __init__(
        self,
        link: Link,
        carriers: Sequence[Carrier],
        threads: Threads,
        bodies: Bodies,
        texts: Texts,
        count: Callable[[str, str], None],
    ) -> None:
        """Send what waits in `threads`, each by the carrier of its number; `count` hears provider and outcome."""
        self._link = link
        self._by_number: Mapping[str, Carrier] = {carrier.options.number: carrier for carrier in carriers}
        self._threads = threads
        self._bodies = bodies
        self._texts = texts
        self.retry_s: Sequence[float] = RETRY_S
        self._count = count
        self._lines: dict[ContactId, deque[Outgoing]] = {}
        self._known: set[MessageId] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._background = Background()
        self._client: aiohttp.ClientSession | None = None

    async def settle(self) -> None:
        """When the engine is there (again): send what it says still waits."""
        for message in await self._link.outbox():
            text = self._threads.waiting.get(message)
            if text is not None:
                self.send(text)

    def send(self, text: Outgoing) -> None:
        """Send a text after all earlier ones to the same contact; one that is under way already is left alone."""
        if text.message in self._known:
            return
        self._known.add(text.message)
        line = self._lines.get(text.contact)
        if line is not None:
            line.append(text)
            return
        self._lines[text.contact] = deque([text])
        self._background.spawn(self._work_off(text.contact), "sms")

    async def close(self) -> None:
        """Stop sending; what is not journaled yet is sent again at the next start."""
        await self._background.close()
        if self._client is not None:
            await self._client.close()

    async def _work_off(self, contact: ContactId) -> None:
        line = self._lines[contact]
        while line:
            text = line[0]
            try:
                await self._settle_one(text)
            finally:
                line.popleft()
                self._known.discard(text.message)
                if not line:
                    del self._lines[contact]

    async def _settle_one(self, text: Outgoing) -> None:
        carrier = self._by_number.get(text.entry)
        receiver = await self._receiver(text)
        body = await self._body(text)
        sent = Sent(SendOutcome.REFUSED)
        if carrier is not None and receiver is not None and body:
            sent = await self._send(carrier, text.message, receiver, body)
        if sent.outcome is SendOutcome.TAKEN:
            if carrier is not None and sent.reference:
                await self._refer(text.message, carrier.options.name, sent.reference)
            await self._report(TextDelivery(text.message, Delivery.SENT, sent.reference))
        else:
            log.warning("text not sent", provider=carrier.options.name if carrier else "", message=text.message)
            await self._report(TextDelivery(text.message, Delivery.FAILED))

    async def _receiver(self, text: Outgoing) -> str | None:
        if text.address is None:
            return None
        while True:
            try:
                return (await self._link.open([text.address]))[0]
            except LinkLost:
                await asyncio.sleep(LINK_RETRY_S)

    async def _body(self, text: Outgoing) -> str:
        if text.author is Author.SYSTEM:
            return self._texts.ask(text.prompts, text.choices, text.language)
        while True:
            try:
                return (await self._bodies.read([text.message])).get(text.message, "")
            except StoreAway:
                await asyncio.sleep(LINK_RETRY_S)

    async def _refer(self, message: MessageId, provider: str, reference: str) -> None:
        while True:
            try:
                return await self._bodies.refer(message, provider, reference)
            except StoreAway:
                await asyncio.sleep(LINK_RETRY_S)

    async def _send(self, carrier: Carrier, message: MessageId, receiver: str, body: str) -> Sent:
        for pause_s in (*self.retry_s, 0.0):
            async with self._gate:
                sent = await self._post(carrier, message, receiver, body)
            self._count(carrier.options.name, sent.outcome)
            if sent.outcome is not SendOutcome.AGAIN:
                return sent
            await asyncio.sleep(pause_s)
        return Sent(SendOutcome.REFUSED)

    async def _post(self, carrier: Carrier, message: MessageId, receiver: str, body: str) -> Sent:
        self._client = self._client or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SEND_S))
        request = carrier.write(message, receiver, body)
        try:
            async with self._client.post(
                request.url, data=request.body, headers=dict(request.headers), allow_redirects=False
            ) as answer:
                return carrier.read_answer(answer.status, await answer.content.read(ANSWER_BYTES_MAX))
        except (aiohttp.ClientError, TimeoutError):
            return Sent(SendOutcome.AGAIN)

    async def _report(self, event: TextDelivery) -> None:
        while True:
            try:
                await self._link.submit(event)
                return
            except LinkLost:
                await asyncio.sleep(LINK_RETRY_S)
