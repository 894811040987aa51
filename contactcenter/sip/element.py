"""What all parts of an endpoint share: settings, output queues, transactions, calls by name, and the making of replies.

It decides nothing about calls. Replies go back to where the request came from, whatever its Via says, so that nobody
can have us send to a third party; replies to strangers are held within a budget.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from contactcenter.sip.call import Call, CallState
from contactcenter.sip.checks import Refusal
from contactcenter.sip.dialog import Dialog, DialogKey
from contactcenter.sip.digest import Account, DigestGuard
from contactcenter.sip.events import Event
from contactcenter.sip.grammar import Address, GrammarError, Via, parse_via, split_list
from contactcenter.sip.message import Message, Request, Response, copy_headers
from contactcenter.sip.registrar import RegistrarLimits
from contactcenter.sip.sdp import PCMA, PCMU, SDP_TYPE, AudioStream, Codec, SdpError, Session, choose_audio, parse_sdp
from contactcenter.sip.timers import TimerHeap
from contactcenter.sip.transaction import MAGIC_COOKIE, TimerSettings, Transaction, Transactions

__all__ = ["Alarm", "Element", "EndpointSettings", "Waking"]

# Replies to sources that nobody vouches for: this many a second each, then none that is larger than its request.
STRANGER_REPLIES_MAX = 5
STRANGER_SOURCES_MAX = 10_000
STRANGER_WINDOW_MS = 1_000
VOUCHED_MAX = 100_000

REASONS: Mapping[int, str] = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    408: "Request Timeout",
    415: "Unsupported Media Type",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}


def _nobody(_: object) -> bool:
    return False


def _anybody(_: object) -> bool:
    return True


def _no_account(_: str) -> Account | None:
    return None


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Who we are and whom we trust. Whatever is left out is denied."""

    address: Address
    """Our own address as others reach it: sent-by and Contact."""
    realm: str = "contactcenter"
    secret: bytes = b""
    """Keys nonces and stateless tags; random for each process."""
    accounts: Callable[[str], Account | None] = _no_account
    trusts: Callable[[Address], bool] = _nobody
    """Whether a source is a trunk that may place calls without authentication."""
    admits_phones: Callable[[Address], bool] = _anybody
    """Whether phones may register and call from a source, given the right digest."""
    owns_call_id: Callable[[str], bool] = _nobody
    """Whether a Call-ID is one of ours, so that a stray 2xx to it is acknowledged and ended."""
    codecs: tuple[Codec, ...] = (PCMU, PCMA)
    loopback_media: bool = False
    distrust_contacts: bool = True
    """Send within a dialog to the source address where the Contact is a private one elsewhere (NAT)."""
    registers: bool = True
    limits: RegistrarLimits = field(default_factory=RegistrarLimits)
    timers: TimerSettings = field(default_factory=TimerSettings)
    product: str = "contactcenter"


class Waking(StrEnum):
    """Why a call wants to be woken."""

    REPEAT_ANSWER = "repeat_answer"
    GIVE_UP_ACK = "give_up_ack"
    GIVE_UP_CANCEL = "give_up_cancel"
    SESSION = "session"


class Alarm(NamedTuple):
    """One wake-up; `mark` tells a stale one."""

    waking: Waking
    call: Call
    mark: int


class Element:
    """Shared state of one endpoint."""

    def __init__(self, settings: EndpointSettings, token: Callable[[], str]) -> None:
        self.settings = settings
        self.token = token
        self.outbox: list[tuple[bytes, Address]] = []
        self.events: list[Event] = []
        self.counters: Counter[str] = Counter()
        self.transactions = Transactions(settings.timers, self.outbox)
        self.alarms: TimerHeap[Alarm] = TimerHeap()
        self.guard = DigestGuard(settings.realm, settings.secret, settings.accounts)
        self.calls: dict[int, Call] = {}
        self.dialogs: dict[DialogKey, Call] = {}
        self._numbers = 0
        self._vouched: dict[str, None] = {}
        self._strangers: Counter[str] = Counter()
        self._window_at = 0

    # Names and headers of ours

    def next_number(self) -> int:
        """Return a number for a call or request; none is used twice."""
        self._numbers += 1
        return self._numbers

    def via(self, branch: str = "") -> str:
        """Return a Via of ours, with a new branch unless one is given."""
        host, port, transport = self.settings.address
        return f"SIP/2.0/{transport} {bracketed(host)}:{port};branch={branch or MAGIC_COOKIE + self.token()};rport"

    def contact(self, user: str = "") -> str:
        """Return our Contact."""
        host, port, _ = self.settings.address
        return f"<sip:{f'{user}@' if user else ''}{bracketed(host)}:{port}>"

    # Calls

    def open_call(self, state: CallState, contact: str, peer: Address) -> Call:
        """Make a call and give it its number."""
        call = Call(self.next_number(), state, contact, peer)
        self.calls[call.number] = call
        return call

    def join(self, call: Call, dialog: Dialog) -> None:
        """Let a dialog's messages find its call."""
        call.dialog = dialog
        self.dialogs[dialog.key] = call

    def close(self, call: Call) -> None:
        """Forget a call that has ended."""
        self.calls.pop(call.number, None)
        if call.dialog is not None:
            self.dialogs.pop(call.dialog.key, None)

    def wake(self, waking: Waking, call: Call, at: int, mark: int = 0) -> None:
        """Ask for a wake-up."""
        self.alarms.schedule(at, Alarm(waking, call, mark))

    # Replies

    def reply(
        self,
        request: Request,
        status: int,
        *,
        reason: str = "",
        tag: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Response:
        """Make a response (RFC 3261 §8.2.6); a tag is added where the request's To has none."""
        copied = copy_headers(request, ("via", "from", "to", "call-id", "cseq"))
        response = Response(status, reason or REASONS.get(status, "Unknown"), copied, body)
        if tag and not _has_tag(request):
            response.headers["to"] = [f"{value};tag={tag}" for value in request.values("to")]
        for name, value in (headers or {}).items():
            response.add(name, value)
        if body:
            response.add("content-type", SDP_TYPE)
        return response

    def answer(self, transaction: Transaction, status: int, now: int, **parts: str) -> None:
        """Give a transaction its response."""
        # A 100 begins no dialog, so it carries no tag of ours.
        tag = "" if status == 100 else parts.get("tag") or self.stateless_tag(transaction.request)
        response = self.reply(transaction.request, status, reason=parts.get("reason", ""), tag=tag)
        self.transactions.respond(transaction, response, now)

    def refuse(self, request: Request, refusal: Refusal, source: Address, size: int, now: int) -> None:
        """Refuse without remembering anything; an ACK is never answered."""
        self.counters[f"refused_{refusal.status}"] += 1
        if request.method == "ACK":
            return
        tag = self.stateless_tag(request)
        response = self.reply(request, refusal.status, reason=refusal.reason, tag=tag, headers=refusal.headers)
        self.send_to_stranger(response.encode(), source, size, now)

    def send_to_stranger(self, datagram: bytes, source: Address, size: int, now: int) -> None:
        """Send a reply that nobody vouches for, if the source's budget allows it."""
        if source.host not in self._vouched and not self.settings.trusts(source):
            if now >= self._window_at + STRANGER_WINDOW_MS:
                self._strangers.clear()
                self._window_at = now
            if len(self._strangers) < STRANGER_SOURCES_MAX or source.host in self._strangers:
                self._strangers[source.host] += 1
            spent = self._strangers[source.host] > STRANGER_REPLIES_MAX or source.host not in self._strangers
            if spent and len(datagram) > size:
                self.counters["reply_withheld"] += 1
                return
        self.outbox.append((datagram, source))

    def vouch(self, host: str) -> None:
        """Note that somebody at this host has authenticated."""
        if host not in self._vouched and len(self._vouched) >= VOUCHED_MAX:
            del self._vouched[next(iter(self._vouched))]
        self._vouched[host] = None

    def stateless_tag(self, request: Message) -> str:
        """Return a To tag that a repeated request gets again."""
        parts = [
            *request.values("via")[:1],
            *request.values("call-id"),
            *request.values("from"),
            *request.values("cseq"),
        ]
        text = "|".join(parts).encode("utf-8", "surrogateescape")
        return hmac.new(self.settings.secret, text, hashlib.sha256).hexdigest()[:16]

    # Bodies

    def read_offer(self, message: Message) -> tuple[Session | None, AudioStream | None]:
        """Return what a body offers or answers, and the stream chosen from it. Raises SdpError."""
        if not message.body or message.content_type != SDP_TYPE:
            return None, None
        session = parse_sdp(message.body)
        return session, choose_audio(session, self.settings.codecs)

    def heard(self, message: Message) -> AudioStream | None:
        """Return the stream that an answer's body agrees to, None if it has none that we can use."""
        try:
            return self.read_offer(message)[1]
        except SdpError:
            self.counters["bad_sdp"] += 1
            return None


def bracketed(host: str) -> str:
    """Return a host as URIs and Via write it."""
    return f"[{host}]" if ":" in host else host


def _has_tag(request: Request) -> bool:
    try:
        return bool(request.to_tag)
    except GrammarError:
        return True


def stamp(request: Request, source: Address) -> None:
    """Note in the topmost Via where a request really came from (RFC 3261 §18.2.1, RFC 3581 §4)."""
    parts = split_list(request.values("via")[0])
    via = parse_via(parts[0])
    wants_port = any(name == "rport" for name, _ in via.params)
    if via.host.strip("[]") == source.host and not wants_port:
        return
    params = [entry for entry in via.params if entry[0] not in ("received", "rport")]
    params.append(("received", source.host))
    if wants_port:
        params.append(("rport", str(source.port)))
    stamped = Via(via.version, via.transport, via.host, via.port, tuple(params))
    request.headers["via"][0] = ", ".join([str(stamped), *parts[1:]])
