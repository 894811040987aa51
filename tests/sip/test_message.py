"""Messages: read lazily and strictly, written so that they can be read again."""

import pytest

from contactcenter.sip.grammar import GrammarError
from contactcenter.sip.message import (
    HEADER_BYTES_MAX,
    HEADERS_MAX,
    MESSAGE_BYTES_MAX,
    BadMessage,
    Request,
    Response,
    parse_message,
)

CORE = (
    "Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: id\r\n"
    "CSeq: 1 OPTIONS\r\n"
)


def request(extra: str = "", body: str = "", line: str = "OPTIONS sip:c@d SIP/2.0", core: str = CORE) -> Request:
    message = parse_message(f"{line}\r\n{core}{extra}\r\n{body}".encode("utf-8", "surrogateescape"))
    assert isinstance(message, Request)
    return message


def test_a_request_is_read() -> None:
    asked = request("m: <sip:x@y>, sip:z\r\nl: 4\r\nc: text/Plain ; charset=x\r\n", "body and more")
    assert asked.defect is None
    assert (asked.method, str(asked.uri), asked.call_id, asked.cseq.number) == ("OPTIONS", "sip:c@d", "id", 1)
    assert (asked.from_tag, asked.to_tag) == ("1", "")
    assert [str(entry.uri) for entry in asked.contacts] == ["sip:x@y", "sip:z"]
    assert (asked.body, asked.content_type) == (b"body", "text/plain")
    assert asked.number("max-forwards") is None
    assert asked.tokens("require") == [] and asked.first("require") is None


def test_what_is_written_is_read_again() -> None:
    asked = request("X-Odd: \udcff octet\r\n")
    again = parse_message(asked.encode())
    assert isinstance(again, Request)
    assert again.headers == asked.headers | {"content-length": ["0"]}
    assert again.encode() == asked.encode()


def test_header_names_are_spelled_as_usual() -> None:
    text = request("www-authenticate: x\r\nP-ASSERTED-IDENTITY: y\r\nx-Custom: z\r\n").encode().decode()
    assert "\r\nWWW-Authenticate: x\r\nP-Asserted-Identity: y\r\nX-Custom: z\r\n" in text


def test_a_line_break_in_a_value_does_not_leave() -> None:
    asked = request()
    asked.add("Subject", "a\r\nEvil: yes\rmore\nand\x00")
    written = asked.encode()
    assert b"Subject: a Evil: yes more and \r\n" in written
    asked.add("Odd", "\ud800")
    assert b"Odd: ?" in asked.encode()


@pytest.mark.parametrize(
    ("extra", "body", "reason"),
    [
        ("Content-Length: 99\r\n", "short", "Bad Content-Length"),
        ("Content-Length: 40\r\n", "cut within a lin", "Bad Content-Length"),
        ("Content-Length: -1\r\n", "", "Bad Content-Length"),
        ("Content-Length: 1\r\nContent-Length: 1\r\n", "x", "Bad Content-Length"),
        ("no colon\r\n", "", "Malformed Header"),
        ("b@d: x\r\n", "", "Malformed Header"),
        ("token\r\n", "", "Malformed Header"),
        ("X: " + "y" * HEADER_BYTES_MAX + "\r\n", "", "Header Too Long"),
        ("X: y\r\n" * HEADERS_MAX, "", "Too Many Headers"),
        ("X: a\nb\r\n", "", "Stray Line Break"),
        ("X: a\rb\r\n", "", "Stray Line Break"),
        ("CSeq: 2 OPTIONS\r\n", "", "Several CSeq"),
        ("Max-Forwards: 1\r\nMax-Forwards: 2\r\n", "", "Several Max-Forwards"),
    ],
)
def test_what_is_wrong_but_answerable_has_a_defect(extra: str, body: str, reason: str) -> None:
    assert request(extra, body).defect == (400, reason)


def test_a_length_that_a_gateway_forgot_is_forgiven() -> None:
    assert request("Content-Length: 20\r\n", "v=0\r\n").defect is None


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Call-ID: id\r\n", "", "missing Call-ID"),
        ("Call-ID: id", "Call-ID: i d", "malformed Call-ID"),
        ("From: <sip:a@b>;tag=1", "From: <sip:a", "malformed display name or address"),
        ("CSeq: 1 OPTIONS", "CSeq: 1 INVITE", "CSeq Method Mismatch"),
        ("CSeq: 1 OPTIONS", "CSeq: 99999999999 OPTIONS", "malformed CSeq"),
        ("Via: SIP/2.0/UDP 192.0.2.20", "Via: SIP/2.0/UDP ;", "malformed Via"),
    ],
)
def test_a_core_header_that_is_wrong_is_a_defect(old: str, new: str, reason: str) -> None:
    assert request(core=CORE.replace(old, new)).defect == (400, reason)


def test_request_lines() -> None:
    assert request(line="OPTIONS sip:c@d SIP/7.0").defect == (505, "Version Not Supported")
    assert request(line="OPTIONS  sip:c@d SIP/2.0").defect == (400, "Malformed Request Line")
    with pytest.raises(BadMessage):
        request(line="OPT@IONS sip:c@d SIP/2.0")
    with pytest.raises(GrammarError):
        _ = request(line="OPTIONS nonsense SIP/2.0").uri


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"hello",
        b"OPTIONS sip:a SIP/2.0\r\n\r\n",
        b"SIP/2.0 99 Too low\r\n" + CORE.encode() + b"\r\n",
        b"SIP/2.0 4294967301 x\r\n" + CORE.encode() + b"\r\n",
        b"SIP/2.0 200 OK\r\n\r\n",
        b"SIP/2.0 200 OK\r\nVia: x\r\n" + CORE.encode() + b"Content-Length: 9\r\n\r\n",
        b"x" * (MESSAGE_BYTES_MAX + 1),
    ],
)
def test_what_cannot_be_answered_is_refused(datagram: bytes) -> None:
    with pytest.raises(BadMessage):
        parse_message(datagram)


def test_a_response_is_read() -> None:
    answer = parse_message(b"SIP/2.0 183 \xd0\x9d\r\n" + CORE.encode() + b"Expires: 60 ;x\r\nRequire: a b\r\n\r\n")
    assert isinstance(answer, Response)
    assert (answer.status, answer.reason, answer.number("expires"), answer.tokens("require")) == (183, "Н", 60, [])
    assert answer.encode().startswith("SIP/2.0 183 Н\r\n".encode())
