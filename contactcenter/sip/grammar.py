"""The words SIP headers are made of: URIs, name-addr, Via, CSeq, parameters and lists (RFC 3261 §25).

Every parser takes text of one header and returns a small tuple, or raises `GrammarError`; none guesses. Every formatter
escapes, so that a value from outside can never end a header or open a second one. Patterns use possessive quantifiers:
their cost is linear in the length of the text, whatever it holds.
"""

import re
from typing import NamedTuple

from contactcenter.sip.uri import HOST, SIP_SCHEMES, GrammarError, Uri, make_uri, parse_uri, read_port, uris_equal

__all__ = [
    "DEFAULT_PORT",
    "SIP_SCHEMES",
    "Address",
    "CSeq",
    "GrammarError",
    "NameAddr",
    "Uri",
    "Via",
    "format_params",
    "is_token",
    "make_uri",
    "parse_address_list",
    "parse_cseq",
    "parse_name_addr",
    "parse_number",
    "parse_params",
    "parse_tokens",
    "parse_uri",
    "parse_via",
    "quote",
    "scrub",
    "split_list",
    "unquote",
    "uris_equal",
]

DEFAULT_PORT = 5060

# CSeq and expiry values are below 2**31 and 2**32 (RFC 3261 §8.1.1.5, §20.19).
_CSEQ_LIMIT = 2**31
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

_TOKEN = r"[A-Za-z0-9\-.!%*_+`'~]"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'

_IS_TOKEN = re.compile(rf"{_TOKEN}++")
_PARAM = re.compile(rf"\s*+;\s*+({_TOKEN}++)\s*+(?:=\s*+({_QUOTED}|[^;,\"<>\s]*+)\s*+)?", re.DOTALL)
_NAME_ADDR = re.compile(rf"({_QUOTED}|(?:{_TOKEN}|[ \t])*+)\s*+<([^<>]*+)>", re.DOTALL)
_VIA = re.compile(
    rf"({_TOKEN}++)\s*+/\s*+({_TOKEN}++)\s*+/\s*+({_TOKEN}++)\s++({HOST})\s*+(?::\s*+(\d{{1,5}}+)\s*+)?", re.ASCII
)
_CSEQ = re.compile(rf"(\d{{1,10}}+)\s++({_TOKEN}++)", re.ASCII)
_QUOTED_STRING = re.compile(_QUOTED, re.DOTALL)
_LIST_SPECIAL = re.compile(r'[",<>]')

Params = tuple[tuple[str, str | None], ...]


class Address(NamedTuple):
    """A transport address: where a datagram came from or goes to."""

    host: str
    port: int
    transport: str = "UDP"

    @property
    def reliable(self) -> bool:
        """Whether the transport itself repeats lost data, so that no retransmission timers run."""
        return self.transport != "UDP"


class NameAddr(NamedTuple):
    """A display name, a URI, and the header's own parameters."""

    display: str
    uri: Uri
    params: Params = ()

    def param(self, name: str) -> str | None:
        """Return one header parameter's value, an empty text for one without a value, None if it is absent."""
        return _find(self.params, name)

    def __str__(self) -> str:
        display = f"{quote(self.display)} " if self.display else ""
        return f"{display}<{self.uri}>{format_params(self.params)}"


class Via(NamedTuple):
    """One hop of a message's way."""

    version: str
    transport: str
    host: str
    port: int | None
    params: Params = ()

    def param(self, name: str) -> str | None:
        """Return one parameter's value, an empty text for one without a value, None if it is absent."""
        return _find(self.params, name)

    @property
    def branch(self) -> str:
        """The transaction's name, empty for an element older than RFC 3261."""
        return self.param("branch") or ""

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"SIP/{self.version}/{self.transport} {self.host}{port}{format_params(self.params)}"


class CSeq(NamedTuple):
    """A request's number within its dialog, and its method."""

    number: int
    method: str


def _find(params: Params, name: str) -> str | None:
    for key, value in params:
        if key == name:
            return "" if value is None else value
    return None


def is_token(text: str) -> bool:
    """Whether the text is one `token` of the grammar."""
    return _IS_TOKEN.fullmatch(text) is not None


def scrub(text: str) -> str:
    """Return the text with every control character made a space, so that it stays within one header."""
    return _CONTROL.sub(" ", text) if _CONTROL.search(text) else text


def quote(text: str) -> str:
    """Return the text as a quoted-string that nothing inside can end."""
    return '"' + scrub(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquote(text: str) -> str:
    """Return what a quoted-string says; any other text comes back as it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inner = text[1:-1]
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL) if "\\" in inner else inner


def parse_params(text: str) -> Params:
    """Read `;name=value` pairs up to the end of the text; names come back in lower case."""
    params = []
    at = 0
    while at < len(text):
        found = _PARAM.match(text, at)
        if found is None:
            raise GrammarError("malformed parameter")
        name, value = found.groups()
        params.append((name.lower(), unquote(value) if value else value))
        at = found.end()
    return tuple(params)


def format_params(params: Params) -> str:
    """Write parameters; a value that is no token, host or number is quoted."""
    parts = []
    for name, value in params:
        if value is None:
            parts.append(f";{name}")
        elif re.fullmatch(r"[A-Za-z0-9\-.!%*_+`'~\[\]:]++", value):
            parts.append(f";{name}={value}")
        else:
            parts.append(f";{name}={quote(value)}")
    return "".join(parts)


def parse_name_addr(text: str) -> NameAddr:
    """Read `name-addr` or `addr-spec` with header parameters, as From, To, Contact and Route hold them."""
    text = text.strip()
    if "<" not in text:
        uri, semicolon, params = text.partition(";")
        if "?" in uri or "," in uri:
            raise GrammarError("a URI with a question mark or comma needs angle brackets")
        return NameAddr("", parse_uri(uri.rstrip()), parse_params(semicolon + params))
    found = _NAME_ADDR.match(text)
    if found is None:
        raise GrammarError("malformed display name or address")
    display, uri = found.groups()
    return NameAddr(unquote(display.strip()), parse_uri(uri), parse_params(text[found.end() :]))


def parse_via(text: str) -> Via:
    """Read one Via value."""
    found = _VIA.match(text)
    if found is None or found[1].upper() != "SIP":
        raise GrammarError("malformed Via")
    _, version, transport, host, port = found.groups()
    return Via(version, transport.upper(), host.lower(), read_port(port), parse_params(text[found.end() :]))


def parse_cseq(text: str) -> CSeq:
    """Read a CSeq value; a number of 2**31 or more is an error."""
    found = _CSEQ.fullmatch(text)
    if found is None or int(found[1]) >= _CSEQ_LIMIT:
        raise GrammarError("malformed CSeq")
    return CSeq(int(found[1]), found[2])


def parse_number(text: str, digits_max: int = 10) -> int:
    """Read an unsigned number of at most `digits_max` digits."""
    if not (text.isascii() and text.isdigit()) or len(text) > digits_max:
        raise GrammarError("malformed number")
    return int(text)


def split_list(text: str) -> list[str]:
    """Split a header's value at its commas, not at those in quotes or angle brackets."""
    if "," not in text:
        return [text.strip()]
    parts, start, at = [], 0, 0
    while (found := _LIST_SPECIAL.search(text, at)) is not None:
        at = found.end()
        if found[0] == ",":
            parts.append(text[start : found.start()].strip())
            start = at
        elif found[0] != ">":
            at = _skip(text, found.start(), found[0])
    parts.append(text[start:].strip())
    return parts


def _skip(text: str, at: int, opener: str) -> int:
    """Return where a quoted-string or a bracketed URI that opens at `at` ends."""
    if opener == '"':
        found = _QUOTED_STRING.match(text, at)
        end = -1 if found is None else found.end() - 1
    else:
        end = text.find(">", at)
    if end < 0:
        raise GrammarError("unterminated quote or bracket")
    return end + 1


def parse_address_list(values: list[str]) -> list[NameAddr]:
    """Read all name-addr values of a header that may occur several times and hold several each."""
    return [parse_name_addr(part) for value in values for part in split_list(value)]


def parse_tokens(values: list[str]) -> list[str]:
    """Read a list of tokens such as Require or Supported; empty members are skipped, anything else is an error."""
    tokens = [part for value in values for part in split_list(value) if part]
    if not all(is_token(token) for token in tokens):
        raise GrammarError("malformed token list")
    return tokens
