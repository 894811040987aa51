"""SIP URIs and the comparison of them (RFC 3261 §19.1), and URIs of other schemes as far as they must be told apart.

A URI is read into parts or refused with `GrammarError`; it is written back so that no part can end it early.
"""

import ipaddress
import re
from typing import NamedTuple

__all__ = ["HOST", "SIP_SCHEMES", "GrammarError", "Uri", "make_uri", "parse_uri", "read_port", "unescape", "uris_equal"]

SIP_SCHEMES = frozenset({"sip", "sips"})
_PORT_MAX = 65_535
HOST = r"(?:\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9_.\-]++)"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*+):")
_USER = re.compile(
    r"(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})++(?::(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*+)?"
)
_HOST_PART = re.compile(rf"({HOST})(?::(\d{{1,5}}+))?((?:;[^;?\s<>\"]++)*+)(\?[^\s<>\"]*+)?", re.ASCII)
_OPAQUE = re.compile(r"[^\s<>\"]++")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNSAFE_IN_USER = re.compile(r"[^A-Za-z0-9\-_.!~*'()+]")
# These parameters must agree even where only one of two URIs names them (RFC 3261 §19.1.4).
_ALWAYS_COMPARED = ("user", "ttl", "method", "maddr", "transport")


class GrammarError(ValueError):
    """The text is not what the grammar asks for; the message says which rule, never the text."""


class Uri(NamedTuple):
    """A URI. For `sip` and `sips` the parts are read; any other scheme keeps its rest in `opaque`."""

    scheme: str
    user: str | None = None
    host: str = ""
    port: int | None = None
    params: str = ""
    headers: str = ""
    opaque: str = ""

    def __str__(self) -> str:
        if self.opaque:
            return f"{self.scheme}:{self.opaque}"
        user = "" if self.user is None else f"{self.user}@"
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}:{user}{self.host}{port}{self.params}{self.headers}"

    @property
    def is_sip(self) -> bool:
        """Whether this is a `sip` or `sips` URI."""
        return self.scheme in SIP_SCHEMES

    @property
    def user_text(self) -> str:
        """The user part with its escapes resolved and its password left out; empty where there is none."""
        if not self.user:
            return ""
        raw = self.user.partition(":")[0]
        return unescape(raw) if "%" in raw else raw

    def param(self, name: str) -> str | None:
        """Return one URI parameter's value, an empty text for one without a value, None if it is absent."""
        for part in self.params.split(";")[1:]:
            key, _, value = part.partition("=")
            if key.lower() == name:
                return value
        return None


def unescape(text: str) -> str:
    """Resolve %HH escapes; octets that are no UTF-8 come out as lone surrogates, never lost."""
    raw = _ESCAPE.sub(_octet, text)
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def _octet(found: re.Match[str]) -> str:
    octet = int(found[1], 16)
    return chr(octet) if octet < 0x80 else chr(0xDC00 + octet)


def parse_uri(text: str) -> Uri:
    """Read a URI (RFC 3261 §19.1.1); blanks, brackets or broken escapes inside are an error."""
    found = _SCHEME.match(text)
    if found is None:
        raise GrammarError("a URI needs a scheme")
    scheme = found[1].lower()
    rest = text[found.end() :]
    if scheme in SIP_SCHEMES:
        return _parse_sip(scheme, rest)
    if _OPAQUE.fullmatch(rest) is None:
        raise GrammarError("malformed URI")
    return Uri(scheme, opaque=rest)


def _parse_sip(scheme: str, rest: str) -> Uri:
    user, at, rest = rest.rpartition("@")
    if at and _USER.fullmatch(user) is None:
        raise GrammarError("malformed user part")
    found = _HOST_PART.fullmatch(rest)
    if found is None:
        raise GrammarError("malformed host part")
    host, port, params, headers = found.groups()
    return Uri(scheme, user if at else None, host.lower(), read_port(port), params or "", headers or "")


def read_port(text: str | None) -> int | None:
    """Read a port number, None where there is none."""
    if text is None:
        return None
    port = int(text)
    if port > _PORT_MAX:
        raise GrammarError("port out of range")
    return port


def uris_equal(left: Uri, right: Uri) -> bool:
    """Compare two URIs as RFC 3261 §19.1.4 asks."""
    if (left.scheme, left.port, left.opaque) != (right.scheme, right.port, right.opaque):
        return False
    if _normal_user(left.user) != _normal_user(right.user) or not _same_host(left.host, right.host):
        return False
    mine, theirs = _param_map(left.params), _param_map(right.params)
    if any(mine.get(name) != theirs.get(name) for name in _ALWAYS_COMPARED):
        return False
    if any(theirs[name] != value for name, value in mine.items() if name in theirs):
        return False
    return sorted(left.headers[1:].lower().split("&")) == sorted(right.headers[1:].lower().split("&"))


def _normal_user(user: str | None) -> str | None:
    return unescape(user) if user else user


def _same_host(left: str, right: str) -> bool:
    if left == right:
        return True
    try:
        return ipaddress.ip_address(left.strip("[]")) == ipaddress.ip_address(right.strip("[]"))
    except ValueError:
        return False


def _param_map(params: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in params.split(";")[1:])
    return {unescape(name).lower(): unescape(value).lower() for name, _, value in pairs}


def make_uri(user: str, host: str, port: int | None = None) -> Uri:
    """Return a SIP URI for a user part of any text, escaped (RFC 3261 §19.1.2)."""
    octets = _UNSAFE_IN_USER.sub(lambda found: _escaped(found[0]), user)
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return Uri("sip", octets or None, bracketed, port)


def _escaped(char: str) -> str:
    return "".join(f"%{octet:02X}" for octet in char.encode("utf-8", "surrogateescape"))
