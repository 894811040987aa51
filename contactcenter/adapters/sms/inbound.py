"""Texts and reports that carriers post: checked, stored once, submitted once, and taken (2xx) only after the commit.

While the engine is away the answer is 503, so that the carrier keeps the text and tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from aiohttp import web

from contactcenter.adapters.database.messages import Bodies, NewText, digest, message_id
from contactcenter.adapters.sms.carrier import BadRequest, Carrier, DeliveryReport, InboundText, Posted
from contactcenter.adapters.sms.threads import Threads
from contactcenter.adapters.texts import Texts, key_of
from contactcenter.adapters.wall import Clock, wall_ms
from contactcenter.model.events import TextArrived, TextDelivery
from contactcenter.model.ids import ConversationId, MessageId
from contactcenter.model.words import Author, Channel
from contactcenter.runtime.ports import Link, LinkLost, StoreAway

__all__ = ["Inbound"]

RETRY_AFTER_S = 5
TAKE_S = 8.0  # carriers wait 10 s and more; a text that is taken later all the same is known when it comes again
REPORT_TRIES, REPORT_PAUSE_S = 4, 0.5  # a report may overtake the answer that names the text it is about

log = structlog.get_logger(__name__)


class Inbound:
    """The carriers' way in."""

    def __init__(
        self,
        link: Link,
        carriers: Mapping[str, Carrier],
        threads: Threads,
        bodies: Bodies,
        texts: Texts,
        normal: Callable[[str], str | None],
        ready: Callable[[], bool],
        clock: Clock = wall_ms,
    ) -> None:
        """Take from `carriers` by name; `normal` spells numbers, `ready` tells whether `threads` is up to date."""
        self._link = link
        self._carriers = carriers
        self._threads = threads
        self._bodies = bodies
        self._texts = texts
        self._normal = normal
        self._ready = ready
        self._clock = clock
        self._under_way: dict[MessageId, asyncio.Task[str]] = {}

    async def inbound(self, request: web.Request) -> web.StreamResponse:
        """A customer's text."""
        carrier = self._carriers.get(request.match_info["provider"])
        if carrier is None:
            return _refuse(404, "there is no such provider")
        try:
            text = carrier.read_text(await self._posted(request, carrier))
            await self._take_once(carrier, text)
        except BadRequest as bad:
            return _refuse(bad.status, str(bad))
        except (LinkLost, StoreAway):
            return _refuse(503, "the centre cannot take this now", {"Retry-After": str(RETRY_AFTER_S)})
        kind, body = carrier.receipt()
        return web.Response(text=body, content_type=kind)

    async def status(self, request: web.Request) -> web.StreamResponse:
        """A carrier's word on a text of ours."""
        carrier = self._carriers.get(request.match_info["provider"])
        if carrier is None:
            return _refuse(404, "there is no such provider")
        try:
            report = carrier.read_report(await self._posted(request, carrier))
            if report is not None:
                await self._report(carrier, report)
        except BadRequest as bad:
            return _refuse(bad.status, str(bad))
        except (LinkLost, StoreAway):
            return _refuse(503, "the centre cannot take this now", {"Retry-After": str(RETRY_AFTER_S)})
        return web.Response(status=204)

    async def _posted(self, request: web.Request, carrier: Carrier) -> Posted:
        headers = {name.lower(): value for name, value in request.headers.items()}
        return Posted(carrier.options.public_url + request.path_qs, headers, await request.read(), self._clock())

    async def _take_once(self, carrier: Carrier, text: InboundText) -> None:
        """Take a text unless it stands already; the same text twice at a time is one act with two answers."""
        if not self._ready():
            raise LinkLost
        message = message_id(digest(text.id), carrier.options.name)
        if self._threads.posted(message):
            return
        running = self._under_way.get(message)
        if running is None:
            running = self._under_way[message] = asyncio.ensure_future(self._take(carrier, text, message))
            running.add_done_callback(partial(self._taken, message))
        try:
            async with asyncio.timeout(TAKE_S):
                rejected = await asyncio.shield(running)
        except TimeoutError:
            raise LinkLost from None
        if rejected:
            raise BadRequest(422, rejected)

    def _taken(self, message: MessageId, task: asyncio.Task[str]) -> None:
        self._under_way.pop(message, None)
        if not task.cancelled():
            task.exception()  # whoever waited has it; when nobody waits any more the carrier comes again

    async def _take(self, carrier: Carrier, text: InboundText, message: MessageId) -> str:
        name = carrier.options.name
        sender = self._normal(text.sender) or text.sender.strip()
        entry = self._normal(text.receiver) or text.receiver.strip()
        address = await self._link.address(sender)
        conversation = ConversationId(f"{entry}/{address.key}")
        new = NewText(
            id=message,
            body=text.text,
            author=Author.CUSTOMER,
            at=self._clock(),
            conversation=conversation,
            person=address.person,
            provider=name,
            provider_id=text.id,
        )
        await self._bodies.store(new)
        key = key_of(text.text, self._threads.choices(entry, address.key), self._texts)
        event = TextArrived(
            conversation=conversation,
            message=message,
            channel=Channel.SMS,
            key=key,
            entry=entry,
            person=address.person,
            address=address.sealed,
            address_key=address.key,
            provider=name,
        )
        return (await self._link.submit(event)).rejected

    async def _report(self, carrier: Carrier, report: DeliveryReport) -> None:
        for left in reversed(range(REPORT_TRIES)):
            message = await self._bodies.carried_by(carrier.options.name, report.reference)
            if message is not None:
                receipt = await self._link.submit(TextDelivery(message, report.delivery, report.reference))
                if receipt.rejected:
                    log.info("delivery report not taken", provider=carrier.options.name)
                return
            if left:
                await asyncio.sleep(REPORT_PAUSE_S)
        raise BadRequest(404, "no text of ours has this id")


def _refuse(status: int, reason: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": reason}, status=status, headers=headers)
