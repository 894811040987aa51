"""The carriers' forms, without a network: signatures against published examples, states, answers, and lies."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.adapters.sms.carrier import BadRequest, Carrier, CarrierOptions, Posted, SendOutcome, Sent
from contactcenter.adapters.sms.generic import GenericCarrier, generic_signature
from contactcenter.adapters.sms.twilio import TwilioCarrier, twilio_signature
from contactcenter.model.words import Delivery

NOW = 1_800_000_000_000
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
OPTIONS = CarrierOptions(
    name="one", kind="twilio", number="+861095598001", send_url="https://carrier.example/x", secret="12345",
    account="AC1", public_url="https://centre.example",
)  # fmt: skip


def twilio(fields: dict[str, str], signature: str | None = None) -> Posted:
    right = twilio_signature(OPTIONS.secret, URL, list(fields.items()))
    headers = {"x-twilio-signature": right if signature is None else signature}
    return Posted(URL, headers, urlencode(fields).encode(), NOW)


def generic(content: object, timestamp: str = str(NOW // 1000)) -> Posted:
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    headers = {"x-timestamp": timestamp, "x-signature": generic_signature(OPTIONS.secret, timestamp, body)}
    return Posted(URL, headers, body, NOW)


def test_twilios_signature_is_that_of_its_documentation() -> None:
    fields = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234", "From": "+14158675310"}
    signed = twilio_signature("12345", URL, list({**fields, "To": "+18005551212"}.items()))
    assert signed == "GvWf1cFY/Q7PnoempGyD5oXAezc="


@pytest.mark.parametrize("signature", ["", "x", "GvWf1cFY/Q7PnoempGyD5oXAezc=", "é"])
def test_a_wrong_signature_is_refused_before_anything_is_read(signature: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        TwilioCarrier(OPTIONS).read_text(twilio({"Body": "x"}, signature))
    assert refusal.value.status == 403


def test_every_field_is_signed() -> None:
    posted = twilio({"From": "+1", "To": "+2", "Body": "pay", "MessageSid": "SM1"})
    changed = msgspec.structs.replace(posted, body=posted.body.replace(b"pay", b"Pay"))
    assert TwilioCarrier(OPTIONS).read_text(posted).text == "pay"
    with pytest.raises(BadRequest):
        TwilioCarrier(OPTIONS).read_text(changed)
    with pytest.raises(BadRequest):
        TwilioCarrier(OPTIONS).read_text(msgspec.structs.replace(posted, url=URL + "&x=1"))


def test_a_picture_without_words_is_taken() -> None:
    fields = {"From": "+1", "To": "+2", "Body": "", "MessageSid": "SM1"}
    assert TwilioCarrier(OPTIONS).read_text(twilio({**fields, "NumMedia": "1"})).text == ""
    with pytest.raises(BadRequest, match="Body"):
        TwilioCarrier(OPTIONS).read_text(twilio({**fields, "NumMedia": "0"}))


STATES = [("sent", Delivery.SENT), ("delivered", Delivery.DELIVERED), ("read", Delivery.DELIVERED),
          ("undelivered", Delivery.FAILED), ("failed", Delivery.FAILED), ("queued", None)]  # fmt: skip


@pytest.mark.parametrize(("word", "delivery"), STATES)
def test_states_of_twilio_have_our_words(word: str, delivery: Delivery | None) -> None:
    report = TwilioCarrier(OPTIONS).read_report(twilio({"MessageSid": "SM1", "MessageStatus": word}))
    assert (report.delivery if report is not None else None) == delivery


def test_a_text_goes_out_in_both_forms() -> None:
    request = TwilioCarrier(OPTIONS).write("m1", "+8613800138000", "你好 & bye")
    fields = parse_qs(request.body.decode())
    assert fields["Body"] == ["你好 & bye"] and fields["To"] == ["+8613800138000"]
    assert fields["StatusCallback"] == ["https://centre.example/channels/sms/one/status"]
    assert request.headers["Idempotency-Key"] == "m1" and request.headers["Authorization"].startswith("Basic ")
    request = GenericCarrier(OPTIONS, lambda: NOW).write("m1", "+8613800138000", "你好")
    wanted = {"id": "m1", "from": OPTIONS.number, "to": "+8613800138000", "text": "你好"}
    assert msgspec.json.decode(request.body) == wanted
    assert request.headers["X-Signature"] == generic_signature("12345", str(NOW // 1000), request.body)


ANSWERS = [
    (201, b'{"sid": "SM9", "id": "SM9"}', Sent(SendOutcome.TAKEN, "SM9")),
    (200, b"thanks", Sent(SendOutcome.TAKEN)),
    (202, b"\xff", Sent(SendOutcome.TAKEN)),
    (429, b"", Sent(SendOutcome.AGAIN)),
    (500, b"", Sent(SendOutcome.AGAIN)),
    (400, b"", Sent(SendOutcome.REFUSED)),
    (302, b"", Sent(SendOutcome.REFUSED)),
]


@pytest.mark.parametrize("carrier", [TwilioCarrier(OPTIONS), GenericCarrier(OPTIONS)])
@pytest.mark.parametrize(("status", "body", "meaning"), ANSWERS)
def test_answers_of_carriers_have_one_meaning(carrier: Carrier, status: int, body: bytes, meaning: Sent) -> None:
    assert carrier.read_answer(status, body) == meaning


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1" * 12, "²", str(NOW // 1000 - 301), str(NOW // 1000 + 301)])
def test_a_recorded_request_cannot_be_played_again(timestamp: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        GenericCarrier(OPTIONS).read_text(generic({"id": "1", "from": "+1", "to": "+2", "text": "x"}, timestamp))
    assert refusal.value.status == 403


@given(st.binary(max_size=300))
def test_no_body_raises_through(body: bytes) -> None:
    for carrier, posted in (
        (GenericCarrier(OPTIONS), generic(body)),
        (TwilioCarrier(OPTIONS), Posted(URL, {}, body, NOW)),
    ):
        for read in (carrier.read_text, carrier.read_report):
            with pytest.raises(BadRequest):
                read(posted)
