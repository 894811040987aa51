"""The port to a carrier for texts, free of I/O: requests in, values out, and values in, requests out.

A carrier is never believed without its signature, and what it sends is text from outside.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from contactcenter.adapters.json_text import NOT_JSON
from contactcenter.model.words import Delivery

__all__ = [
    "BadRequest",
    "Carrier",
    "CarrierOptions",
    "DeliveryReport",
    "HasReference",
    "InboundText",
    "OutboundRequest",
    "Posted",
    "SendOutcome",
    "Sent",
    "read_sent",
    "same_signature",
]

TEXT_MAX = 4_000  # the longest joined text that any carrier delivers is far shorter


class CarrierOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One carrier as the settings have it; `public_url` is how it reaches us, without a slash at the end."""

    name: str
    kind: str
    number: str
    send_url: str
    secret: str
    account: str = ""
    reports: bool = True
    public_url: str = ""


class Posted(msgspec.Struct, frozen=True):
    """What a carrier posted to us: the address it used, its headers in lower case, and the body."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    now: int


class InboundText(msgspec.Struct, frozen=True):
    """A customer's text; numbers as the carrier wrote them, `id` is the carrier's own."""

    id: str
    sender: str
    receiver: str
    text: str


class DeliveryReport(msgspec.Struct, frozen=True):
    """A carrier's word on a text of ours, which it knows by `reference`."""

    reference: str
    delivery: Delivery


class OutboundRequest(msgspec.Struct, frozen=True):
    """An HTTP POST to the carrier."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class SendOutcome(StrEnum):
    """What a carrier's answer to a POST of ours means."""

    TAKEN = "taken"
    AGAIN = "again"
    REFUSED = "refused"


class HasReference(Protocol):
    """The part of a carrier's answer that names the text it took."""

    @property
    def reference(self) -> str:
        """The carrier's own id of the text."""


class Sent(msgspec.Struct, frozen=True):
    """What became of a POST of ours; `reference` is the carrier's id of the text it took."""

    outcome: SendOutcome
    reference: str = ""


TOO_MANY = 429


def read_sent(status: int, body: bytes, kind: type[HasReference]) -> Sent:
    """Return what a carrier's answer means by its status, with the reference that a `kind` of body carries."""
    if status == TOO_MANY or status >= 500:
        return Sent(SendOutcome.AGAIN)
    if status // 100 != 2:
        return Sent(SendOutcome.REFUSED)
    try:
        return Sent(SendOutcome.TAKEN, msgspec.json.decode(body, type=kind).reference)
    except NOT_JSON:
        return Sent(SendOutcome.TAKEN)


def same_signature(wanted: str, given: str) -> bool:
    """Compare a signature with one from outside, which may hold any bytes; the time taken tells nothing."""
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))


class BadRequest(Exception):
    """What a carrier posted cannot be taken; `status` is for its server, the message for its people."""

    def __init__(self, status: int, reason: str) -> None:
        """Refuse with an HTTP status and a reason without personal content."""
        super().__init__(reason)
        self.status = status


class Carrier(Protocol):
    """A kind of carrier."""

    options: CarrierOptions

    def read_text(self, posted: Posted) -> InboundText:
        """Return the text that was posted. Raises BadRequest."""

    def read_report(self, posted: Posted) -> DeliveryReport | None:
        """Return the report that was posted, None for a state that means nothing to us. Raises BadRequest."""

    def write(self, message: str, receiver: str, text: str) -> OutboundRequest:
        """Return the request that sends a text; `message` is its idempotency key."""

    def read_answer(self, status: int, body: bytes) -> Sent:
        """Return what the carrier's answer to such a request means."""

    def receipt(self) -> tuple[str, str]:
        """Return content type and body of our 200 for an inbound text."""
