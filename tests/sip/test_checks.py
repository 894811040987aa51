"""What any request must satisfy, in the order of RFC 3261 §8.2."""

import pytest

from contactcenter.sip.checks import Refusal, inspect
from contactcenter.sip.message import Request


def request(method: str = "INVITE", uri: str = "sip:100@192.0.2.1", body: bytes = b"", **headers: str) -> Request:
    made = Request(method, uri, {"to": ["<sip:x>"], "contact": ["<sip:me@192.0.2.9>"]}, body)
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value.split("|")
    return made


def status(asked: Request) -> int:
    refusal = inspect(asked)
    return refusal.status if refusal else 0


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request(), 0),
        (request("MESSAGE"), 405),
        (request("PRACK"), 405),
        (request("DANCE"), 501),
        (request(uri="tel:100"), 416),
        (request(uri="sip:a@b?x=y"), 400),
        (request(uri="nonsense"), 400),
        (request(contact="<sip:broken"), 400),
        (request(contact="<sip:a>|<sip:b>"), 400),
        (request("REGISTER", contact="<sip:a>|<sip:b>"), 0),
        (request(record_route="<sip:a;lr>, broken"), 400),
        (request(max_forwards="70"), 0),
        (request(max_forwards="256"), 400),
        (request(max_forwards="x"), 400),
        (request(max_forwards="0"), 483),
        (request("BYE", max_forwards="0", to="<sip:x>;tag=here"), 0),
        (request(require="timer"), 0),
        (request(require="100rel"), 420),
        (request(body=b"x", content_type="application/sdp"), 0),
        (request(body=b"x"), 415),
        (request(body=b"x", content_type="application/sdp", content_encoding="gzip"), 415),
        (request("INFO", body=b"x", content_type="application/dtmf"), 0),
        (request("INFO", body=b"x", content_type="text/plain"), 415),
        (request("BYE", body=b"x", content_type="text/plain"), 0),
        (request(accept="text/plain, application/SDP;level=1"), 0),
        (request(accept="*/*"), 0),
        (request(accept="text/plain"), 406),
        (request("BYE", accept="text/plain"), 0),
    ],
)
def test_requests(asked: Request, expected: int) -> None:
    assert status(asked) == expected


def test_a_defect_comes_first() -> None:
    asked = request("DANCE")
    asked.defect = (400, "Stray Line Break")
    assert inspect(asked) == Refusal(400, "Stray Line Break")


def test_a_refusal_says_what_would_be_taken() -> None:
    said = {
        inspect(asked).status: dict(inspect(asked).headers)  # type: ignore[union-attr]
        for asked in (
            request("REFER"),
            request(require="100rel, timer, path"),
            request(body=b"x", content_type="text/plain"),
        )
    }
    assert "INVITE" in said[405]["Allow"]
    assert said[420] == {"Unsupported": "100rel, path"}
    assert said[415] == {"Accept": "application/sdp"}
