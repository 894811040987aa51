"""SIP requests and responses: bytes in, lazy headers out, and bytes again (RFC 3261 §7).

The parser splits a datagram into a start line and raw header values and reads no value until it is asked for. What it
cannot answer at all it refuses with `BadMessage`; a request that is wrong but answerable comes back with its `defect`.
Nothing here knows of transactions, and no output can hold a line break inside a header.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from contactcenter.sip.grammar import (
    CSeq,
    GrammarError,
    NameAddr,
    Uri,
    Via,
    is_token,
    parse_address_list,
    parse_cseq,
    parse_name_addr,
    parse_number,
    parse_tokens,
    parse_uri,
    parse_via,
    split_list,
)

__all__ = [
    "HEADERS_MAX",
    "HEADER_BYTES_MAX",
    "MESSAGE_BYTES_MAX",
    "BadMessage",
    "Message",
    "Request",
    "Response",
    "copy_headers",
    "parse_message",
]

# The largest datagram there is; RFC 3261 §18.1.1 asks every element to take 65,535 bytes.
MESSAGE_BYTES_MAX = 65_535
# Real messages hold 10 to 40 headers; RFC 4475's longest has 40.
HEADERS_MAX = 256
# RFC 4475's longest header is below 1 KiB; digest and Identity headers reach 2 KiB.
HEADER_BYTES_MAX = 8_192
# Gateways that rewrite addresses in a session description shorten it and forget the length: o-line, two c-lines and a
# port lose 28 bytes at most. RFC 5118 §4.6 itself is 17 short; a body cut within a line is refused all the same.
LENGTH_SLACK = 32

_COMPACT = {
    "a": "accept-contact",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
}
_PRETTY = {"call-id": "Call-ID", "cseq": "CSeq", "min-se": "Min-SE", "www-authenticate": "WWW-Authenticate"}
_COMMON_NAMES = (
    *("via", "from", "to", "call-id", "cseq", "contact", "max-forwards", "content-type", "content-length", "route"),
    *("record-route", "allow", "supported", "user-agent", "accept", "expires", "authorization", "require", "server"),
    *("subject", "date", "session-expires", "min-se", "www-authenticate", "proxy-authorization", "proxy-authenticate"),
    *("p-asserted-identity", "allow-events", "event", "reason", "privacy"),
)
_SINGLE = ("from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type")

_FOLD = re.compile(r"[ \t]*\r\n[ \t]+")
_STRAY_BREAK = re.compile(r"\r(?!\n)|(?<!\r)\n")
_LINE_BREAKS = re.compile(r"[\r\n\x00]+")
_REQUEST_LINE = re.compile(r"([^ ]++) ([^ ]++) SIP/(\d{1,3}\.\d{1,3})", re.ASCII)
_STATUS_LINE = re.compile(r"SIP/2\.0 (\d{3}) (.*)", re.ASCII | re.IGNORECASE | re.DOTALL)

T = TypeVar("T")
Fault = tuple[int, str]


class BadMessage(ValueError):
    """The datagram is no SIP message that could be answered; the text says why and quotes nothing."""


def _spelled(name: str) -> str:
    return _PRETTY.get(name) or name.title()


def _canonical_names() -> dict[str, str]:
    """Spellings seen most, looked up before anything is computed."""
    names = {name.title(): name for name in _COMMON_NAMES} | {name: name for name in _COMMON_NAMES}
    return names | {_spelled(name): name for name in _COMMON_NAMES} | _COMPACT


_KNOWN_NAMES = _canonical_names()


def _canonical(name: str) -> str:
    name = name.rstrip(" \t")
    if not is_token(name):
        raise GrammarError("malformed header name")
    name = name.lower()
    return _COMPACT.get(name, name)


class Message:
    """What requests and responses share: headers by lower-case full name, each with its raw values in order."""

    def __init__(self, headers: dict[str, list[str]], body: bytes = b"") -> None:
        self.headers = headers
        self.body = body

    def first(self, name: str) -> str | None:
        """Return the first raw value of a header, None if it is absent."""
        values = self.headers.get(name)
        return values[0] if values else None

    def values(self, name: str) -> list[str]:
        """Return all raw values of a header, one per line of the message."""
        return self.headers.get(name, [])

    def add(self, name: str, value: str) -> None:
        """Append one header line."""
        self.headers.setdefault(name.lower(), []).append(value)

    def tokens(self, name: str) -> list[str]:
        """Return a header's comma-separated tokens, empty if it is absent or malformed."""
        try:
            return parse_tokens(self.values(name))
        except GrammarError:
            return []

    @cached_property
    def via(self) -> Via:
        """The topmost Via. Raises GrammarError if it is absent or malformed."""
        return parse_via(split_list(self._required("via"))[0])

    @cached_property
    def cseq(self) -> CSeq:
        """Number and method. Raises GrammarError if absent or malformed."""
        return parse_cseq(self._required("cseq"))

    @cached_property
    def from_(self) -> NameAddr:
        """The From header. Raises GrammarError if absent or malformed."""
        return parse_name_addr(self._required("from"))

    @cached_property
    def to(self) -> NameAddr:
        """The To header. Raises GrammarError if absent or malformed."""
        return parse_name_addr(self._required("to"))

    @cached_property
    def call_id(self) -> str:
        """The Call-ID. Raises GrammarError if absent or holding blanks."""
        value = self._required("call-id")
        if not value or any(char in " \t" for char in value):
            raise GrammarError("malformed Call-ID")
        return value

    @property
    def from_tag(self) -> str:
        """The From tag, empty where there is none."""
        return self.from_.param("tag") or ""

    @property
    def to_tag(self) -> str:
        """The To tag, empty where there is none."""
        return self.to.param("tag") or ""

    @cached_property
    def contacts(self) -> list[NameAddr]:
        """All Contact values but `*`. Raises GrammarError if one is malformed."""
        return parse_address_list([value for value in self.values("contact") if value != "*"])

    @property
    def content_type(self) -> str:
        """The body's media type without parameters, in lower case; empty where there is none."""
        return (self.first("content-type") or "").partition(";")[0].strip().lower()

    def number(self, name: str, digits_max: int = 10) -> int | None:
        """Return a numeric header, ignoring parameters and comments; None if absent or malformed."""
        return self.parsed(name, lambda text: parse_number(re.split(r"[;( ]", text, maxsplit=1)[0], digits_max))

    def parsed(self, name: str, parser: Callable[[str], T]) -> T | None:
        """Return a header read by `parser`; None if it is absent or malformed."""
        value = self.first(name)
        if value is None:
            return None
        try:
            return parser(value)
        except GrammarError:
            return None

    def _required(self, name: str) -> str:
        value = self.first(name)
        if value is None:
            raise GrammarError(f"missing {_spelled(name)}")
        return value

    def _encode(self, start_line: str) -> bytes:
        lines = [start_line]
        for name, values in self.headers.items():
            if name != "content-length":
                spelled = _spelled(name)
                lines.extend([f"{spelled}: {value}" for value in values])
        lines.append(f"Content-Length: {len(self.body)}")
        text = "\r\n".join(lines)
        if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
            text = "\r\n".join(_LINE_BREAKS.sub(" ", line) for line in lines)
        try:
            head = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            head = text.encode("utf-8", "replace")
        return head + b"\r\n\r\n" + self.body


class Request(Message):
    """A request. `defect` is the refusal (status, reason) of one that is answerable but wrong."""

    def __init__(
        self,
        method: str,
        uri_text: str,
        headers: dict[str, list[str]],
        body: bytes = b"",
        defect: Fault | None = None,
    ) -> None:
        super().__init__(headers, body)
        self.method = method
        self.uri_text = uri_text
        self.defect = defect

    @cached_property
    def uri(self) -> Uri:
        """The request URI. Raises GrammarError if it is malformed."""
        return parse_uri(self.uri_text)

    def encode(self) -> bytes:
        """Return the request as it goes on the wire."""
        return self._encode(f"{self.method} {self.uri_text} SIP/2.0")


class Response(Message):
    """A response."""

    def __init__(self, status: int, reason: str, headers: dict[str, list[str]], body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.status = status
        self.reason = reason

    def encode(self) -> bytes:
        """Return the response as it goes on the wire."""
        return self._encode(f"SIP/2.0 {self.status} {self.reason}")


def parse_message(datagram: bytes) -> Request | Response:
    """Read one datagram. Raises BadMessage for what can only be dropped."""
    if len(datagram) > MESSAGE_BYTES_MAX:
        raise BadMessage("too large")
    head, blank, body = datagram.partition(b"\r\n\r\n")
    text = head.decode("utf-8", "surrogateescape")
    fault: Fault | None = None if blank else (400, "No End of Headers")
    if _STRAY_BREAK.search(text):
        fault = (400, "Stray Line Break")
    if "\r\n " in text or "\r\n\t" in text:
        text = _FOLD.sub(" ", text)
    lines = text.split("\r\n")
    headers, header_fault = _read_headers(lines[1:])
    length_fault, body = _cut_body(headers, body)
    fault = fault or header_fault or length_fault
    if lines[0][:4].upper() == "SIP/":
        return _finish_response(lines[0], headers, body, fault)
    return _finish_request(lines[0], headers, body, fault)


def _read_headers(lines: list[str]) -> tuple[dict[str, list[str]], Fault | None]:
    headers: dict[str, list[str]] = {}
    fault = None
    if len(lines) > HEADERS_MAX:
        lines, fault = lines[:HEADERS_MAX], (400, "Too Many Headers")
    for line in lines:
        name, colon, value = line.partition(":")
        try:
            key = _KNOWN_NAMES.get(name) or _canonical(name)
        except GrammarError:
            fault = fault or (400, "Malformed Header")
            continue
        if not colon or len(line) > HEADER_BYTES_MAX:
            fault = fault or (400, "Malformed Header" if not colon else "Header Too Long")
            continue
        if key in headers:
            headers[key].append(value.strip(" \t"))
        else:
            headers[key] = [value.strip(" \t")]
    return headers, fault


def _cut_body(headers: dict[str, list[str]], body: bytes) -> tuple[Fault | None, bytes]:
    """Cut the body at Content-Length; a datagram without one ends where it ends (RFC 3261 §18.3)."""
    values = headers.get("content-length")
    if values is None:
        return None, body
    try:
        length = parse_number(values[0])
    except GrammarError:
        return (400, "Bad Content-Length"), b""
    short = length - len(body)
    if len(values) > 1 or short > LENGTH_SLACK or (short > 0 and not body.endswith(b"\r\n")):
        return (400, "Bad Content-Length"), b""
    return None, body[:length]


def _finish_response(line: str, headers: dict[str, list[str]], body: bytes, fault: Fault | None) -> Response:
    found = _STATUS_LINE.fullmatch(line)
    if found is None or fault or not 100 <= int(found[1]) <= 699:
        raise BadMessage(fault[1] if fault else "malformed status line")
    response = Response(int(found[1]), found[2], headers, body)
    if (wrong := _core_fault(response)) is not None:
        raise BadMessage(wrong[1])
    return response


def _finish_request(line: str, headers: dict[str, list[str]], body: bytes, fault: Fault | None) -> Request:
    found = _REQUEST_LINE.fullmatch(line)
    method, uri, version = found.groups() if found else ("", "", "2.0")
    if found is None or not is_token(method):
        fault = fault or (400, "Malformed Request Line")
        method = method if is_token(method) else line.partition(" ")[0]
    if version != "2.0":
        fault = (505, "Version Not Supported")
    if not headers.get("via") or not is_token(method):
        raise BadMessage("no way back")
    request = Request(method, uri, headers, body, fault)
    if fault is None:
        request.defect = _core_fault(request)
    return request


def _core_fault(message: Message) -> Fault | None:
    """Check the headers that every message holds exactly once, and that they can be read (RFC 3261 §8.1.1)."""
    headers = message.headers
    for name in _SINGLE:
        if len(headers.get(name, ())) > 1:
            return 400, f"Several {_spelled(name)}"
    try:
        _ = message.via, message.from_, message.to, message.call_id
        method = message.cseq.method
    except GrammarError as wrong:
        return 400, str(wrong)
    if isinstance(message, Request) and method != message.method:
        return 400, "CSeq Method Mismatch"
    return None


def copy_headers(source: Message, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the named headers of a message, those that it has, ready for another message."""
    return {name: list(source.headers[name]) for name in names if name in source.headers}
