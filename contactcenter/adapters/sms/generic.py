"""A plain form for any other carrier or gateway: JSON, signed with HMAC-SHA256 over time and body.

`X-Timestamp` is Unix seconds, `X-Signature` the hex HMAC over "<timestamp>.<body>"; five minutes off and it is refused,
so that a recorded request cannot be played again. What we send is signed the same way.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from contactcenter.adapters.json_text import NOT_JSON
from contactcenter.adapters.sms.carrier import (
    TEXT_MAX,
    BadRequest,
    CarrierOptions,
    DeliveryReport,
    InboundText,
    OutboundRequest,
    Posted,
    Sent,
    read_sent,
    same_signature,
)
from contactcenter.adapters.wall import wall_ms
from contactcenter.model.words import Delivery

__all__ = ["GenericCarrier", "generic_signature"]

WINDOW_S = 300
Id = Annotated[str, Meta(min_length=1, max_length=128)]
Number = Annotated[str, Meta(min_length=1, max_length=40)]
Body = TypeVar("Body")


class _Text(msgspec.Struct, frozen=True, rename={"sender": "from", "receiver": "to"}):
    id: Id
    sender: Number
    receiver: Number
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
    at: int | str | None = None


class _Report(msgspec.Struct, frozen=True):
    id: Id
    status: Delivery


class _Answer(msgspec.Struct, frozen=True, rename={"reference": "id"}):
    reference: str


def generic_signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at a time."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class GenericCarrier:
    """One gateway that speaks this form."""

    def __init__(self, options: CarrierOptions, clock: Callable[[], int] = wall_ms) -> None:
        """Speak to the gateway of `options`; `clock` dates what we sign."""
        self.options = options
        self._clock = clock

    def read_text(self, posted: Posted) -> InboundText:
        """Return the text that was posted. Raises BadRequest."""
        text = self._read(posted, _Text)
        return InboundText(text.id, text.sender, text.receiver, text.text)

    def read_report(self, posted: Posted) -> DeliveryReport | None:
        """Return the report that was posted. Raises BadRequest."""
        report = self._read(posted, _Report)
        return None if report.status is Delivery.PENDING else DeliveryReport(report.id, report.status)

    def write(self, message: str, receiver: str, text: str) -> OutboundRequest:
        """Return the request that sends a text."""
        body = msgspec.json.encode({"id": message, "from": self.options.number, "to": receiver, "text": text})
        timestamp = str(self._clock() // 1000)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message,
            "X-Timestamp": timestamp,
            "X-Signature": generic_signature(self.options.secret, timestamp, body),
        }
        return OutboundRequest(self.options.send_url, headers, body)

    def read_answer(self, status: int, body: bytes) -> Sent:
        """Return what the gateway's answer means."""
        return read_sent(status, body, _Answer)

    def receipt(self) -> tuple[str, str]:
        """Return a plain answer."""
        return "application/json", '{"ok": true}'

    def _read(self, posted: Posted, kind: type[Body]) -> Body:
        self._check(posted)
        try:
            return msgspec.json.decode(posted.body, type=kind)
        except msgspec.ValidationError as failure:
            raise BadRequest(400, str(failure)) from None
        except NOT_JSON:
            raise BadRequest(400, "the body is not JSON") from None

    def _check(self, posted: Posted) -> None:
        timestamp = posted.headers.get("x-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
            raise BadRequest(403, "X-Timestamp is missing or no Unix time")
        if abs(posted.now // 1000 - int(timestamp)) > WINDOW_S:
            raise BadRequest(403, f"X-Timestamp is more than {WINDOW_S} s off")
        wanted = generic_signature(self.options.secret, timestamp, posted.body)
        if not same_signature(wanted, posted.headers.get("x-signature", "")):
            raise BadRequest(403, "the signature is wrong")
