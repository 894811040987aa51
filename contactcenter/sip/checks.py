"""What a request must satisfy before anybody acts on it (RFC 3261 §8.2): the refusals that need no state.

Returns a refusal as a value, in the RFC's order of inspection; sends nothing and remembers nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contactcenter.sip.grammar import GrammarError, parse_name_addr, split_list
from contactcenter.sip.message import Request
from contactcenter.sip.sdp import SDP_TYPE

__all__ = ["ALLOW", "ALLOWED_METHODS", "Refusal", "inspect"]

ALLOWED_METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "REGISTER")
ALLOW = ", ".join(ALLOWED_METHODS)
SUPPORTED = "timer"
DTMF_TYPES = ("application/dtmf-relay", "application/dtmf")
SESSION_S_MIN = 90

_KNOWN_METHODS = frozenset(
    {*ALLOWED_METHODS, "MESSAGE", "NOTIFY", "PRACK", "PUBLISH", "REFER", "SUBSCRIBE", "UPDATE"},
)
_EXTENSIONS = frozenset({"timer"})
_ACCEPTABLE = frozenset({SDP_TYPE, "application/*", "*/*"})
_FORWARDS_MAX = 255


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, its phrase, and headers that explain it."""

    status: int
    reason: str
    headers: Mapping[str, str] = field(default_factory=dict)


def inspect(request: Request) -> Refusal | None:
    """Return why a request other than ACK or CANCEL is refused by anybody, None if it is not."""
    if request.defect is not None:
        return Refusal(*request.defect)
    if request.method not in ALLOWED_METHODS:
        status, reason = (405, "Method Not Allowed") if request.method in _KNOWN_METHODS else (501, "Not Implemented")
        return Refusal(status, reason, {"Allow": ALLOW})
    return _unreadable(request) or _hops(request) or _required(request) or _body(request) or _accept(request)


def _unreadable(request: Request) -> Refusal | None:
    try:
        if not request.uri.is_sip:
            return Refusal(416, "Unsupported URI Scheme")
        if request.uri.headers:
            return Refusal(400, "Headers In Request-URI")
        contacts = request.contacts
        for name in ("route", "record-route"):
            for value in request.values(name):
                for part in split_list(value):
                    parse_name_addr(part)
    except GrammarError as wrong:
        return Refusal(400, str(wrong))
    if request.method == "INVITE" and len(contacts) > 1:
        return Refusal(400, "Several Contact")
    return None


def _hops(request: Request) -> Refusal | None:
    if request.first("max-forwards") is None:
        return None
    hops = request.number("max-forwards", 4)
    if hops is None or hops > _FORWARDS_MAX:
        return Refusal(400, "Bad Max-Forwards")
    # Within a dialog the request has arrived; refusing a BYE would leave a dead call.
    return Refusal(483, "Too Many Hops") if hops == 0 and not request.to_tag else None


def _required(request: Request) -> Refusal | None:
    unknown = [name for name in request.tokens("require") if name.lower() not in _EXTENSIONS]
    return Refusal(420, "Bad Extension", {"Unsupported": ", ".join(unknown)}) if unknown else None


def _body(request: Request) -> Refusal | None:
    """Refuse bodies that nobody here reads, except where the request's meaning does not hang on them."""
    if not request.body:
        return None
    if request.first("content-encoding") not in (None, "", "identity"):
        return Refusal(415, "Unsupported Media Type", {"Accept-Encoding": "identity"})
    readable = {"INVITE": (SDP_TYPE,), "INFO": DTMF_TYPES}.get(request.method)
    if readable is None or request.content_type in readable:
        return None
    return Refusal(415, "Unsupported Media Type", {"Accept": ", ".join(readable)})


def _accept(request: Request) -> Refusal | None:
    if request.method != "INVITE" or not request.values("accept"):
        return None
    offered = {
        part.partition(";")[0].strip().lower() for value in request.values("accept") for part in value.split(",")
    }
    if offered & _ACCEPTABLE:
        return None
    return Refusal(406, "Not Acceptable", {"Warning": '399 contactcenter "only application/sdp is offered"'})
