"""Carriers that speak as Twilio does: form fields, and a signature over the address and the sorted fields.

X-Twilio-Signature is base64 of HMAC-SHA1, keyed by the account's token, over the full address followed by each field's
name and value in order of names (Twilio's "Validating requests").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, urlencode

import msgspec

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
from contactcenter.model.words import Delivery

__all__ = ["TwilioCarrier", "twilio_signature"]

FIELDS_MAX = 100  # a text with ten pictures has about fifty
STATES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
}


def twilio_signature(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """Return the signature of a request."""
    signed = url + "".join(name + value for name, value in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class _Answer(msgspec.Struct, frozen=True, rename={"reference": "sid"}):
    reference: str


class TwilioCarrier:
    """One account with such a carrier."""

    def __init__(self, options: CarrierOptions) -> None:
        """Speak for the account of `options`."""
        self.options = options

    def read_text(self, posted: Posted) -> InboundText:
        """Return the text that was posted. Raises BadRequest."""
        fields = self._fields(posted)
        missing = [name for name in ("MessageSid", "From", "To") if not fields.get(name)]
        if missing:
            raise BadRequest(400, f"missing: {', '.join(missing)}")
        text = fields.get("Body", "")
        if not text and fields.get("NumMedia", "0") == "0":
            raise BadRequest(400, "missing: Body")
        if len(text) > TEXT_MAX:
            raise BadRequest(413, f"Body is longer than {TEXT_MAX} signs")
        return InboundText(fields["MessageSid"], fields["From"], fields["To"], text)

    def read_report(self, posted: Posted) -> DeliveryReport | None:
        """Return the report that was posted. Raises BadRequest."""
        fields = self._fields(posted)
        if not fields.get("MessageSid") or not fields.get("MessageStatus"):
            raise BadRequest(400, "missing: MessageSid or MessageStatus")
        state = STATES.get(fields["MessageStatus"])
        return None if state is None else DeliveryReport(fields["MessageSid"], state)

    def write(self, message: str, receiver: str, text: str) -> OutboundRequest:
        """Return the request that sends a text."""
        fields = {"To": receiver, "From": self.options.number, "Body": text}
        if self.options.reports:
            fields["StatusCallback"] = f"{self.options.public_url}/channels/sms/{self.options.name}/status"
        account = base64.b64encode(f"{self.options.account}:{self.options.secret}".encode()).decode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {account}",
            "Idempotency-Key": message,
        }
        return OutboundRequest(self.options.send_url, headers, urlencode(fields).encode())

    def read_answer(self, status: int, body: bytes) -> Sent:
        """Return what the carrier's answer means."""
        return read_sent(status, body, _Answer)

    def receipt(self) -> tuple[str, str]:
        """Return an empty TwiML document: nothing is answered at once."""
        return "text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response/>'

    def _fields(self, posted: Posted) -> dict[str, str]:
        try:
            fields = parse_qsl(
                posted.body.decode(),
                keep_blank_values=True,
                max_num_fields=FIELDS_MAX,
                encoding="utf-8",
                errors="strict",
            )
        except (UnicodeDecodeError, ValueError):
            raise BadRequest(400, "the body is not a form") from None
        wanted = twilio_signature(self.options.secret, posted.url, fields)
        given = posted.headers.get("x-twilio-signature", "")
        if not same_signature(wanted, given):
            raise BadRequest(403, "the signature is wrong")
        return dict(fields)
