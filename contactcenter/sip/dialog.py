"""A dialog: what two elements agree on once an INVITE is under way (RFC 3261 §12).

Holds identity, sequence numbers, route and target, and writes in-dialog requests. It sends nothing and knows no states
of a call. Its snapshot is small and serialisable, so that another process can say BYE for a dialog whose owner died.
"""

import functools
import ipaddress
from dataclasses import dataclass

from contactcenter.sip.grammar import DEFAULT_PORT, Address, GrammarError, NameAddr, Uri, parse_name_addr, split_list
from contactcenter.sip.message import Message, Request, Response

__all__ = ["Dialog", "DialogKey", "DialogSnapshot", "as_client", "as_server", "behind_nat", "reachable"]

DialogKey = tuple[str, str, str]
MAX_FORWARDS = "70"
# A route set longer than this is an attack: real ones hold one to four proxies.
ROUTES_MAX = 16
# Hosts whose kind is remembered; every call asks several times about a few of them.
HOSTS_REMEMBERED = 1_024
# RFC 1918, RFC 6598, RFC 4193, and addresses of one link or one machine.
_INSIDE = [
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
]


@dataclass(frozen=True, slots=True)
class DialogSnapshot:
    """All that is needed to send a request within the dialog after a restart. Texts and numbers only."""

    call_id: str
    local_tag: str
    remote_tag: str
    local_uri: str
    remote_uri: str
    remote_target: str
    route_set: tuple[str, ...]
    local_cseq: int
    remote_cseq: int
    host: str
    port: int
    transport: str = "UDP"


class Dialog:
    """One dialog from our side. `peer` is where its requests go."""

    def __init__(self, held: DialogSnapshot) -> None:
        self.call_id = held.call_id
        self.local_tag = held.local_tag
        self.remote_tag = held.remote_tag
        self.local_uri = held.local_uri
        self.remote_uri = held.remote_uri
        self.remote_target = held.remote_target
        self.route_set = held.route_set
        self.local_cseq = held.local_cseq
        self.remote_cseq = held.remote_cseq
        self.peer = Address(held.host, held.port, held.transport)

    @property
    def key(self) -> DialogKey:
        """What a message of this dialog is found by."""
        return self.call_id, self.local_tag, self.remote_tag

    def snapshot(self) -> DialogSnapshot:
        """Return the dialog as a value."""
        return DialogSnapshot(
            call_id=self.call_id,
            local_tag=self.local_tag,
            remote_tag=self.remote_tag,
            local_uri=self.local_uri,
            remote_uri=self.remote_uri,
            remote_target=self.remote_target,
            route_set=self.route_set,
            local_cseq=self.local_cseq,
            remote_cseq=self.remote_cseq,
            host=self.peer.host,
            port=self.peer.port,
            transport=self.peer.transport,
        )

    def takes(self, cseq: int) -> bool:
        """Note a request's number; False if it is not above the last one (RFC 3261 §12.2.2)."""
        if cseq <= self.remote_cseq:
            return False
        self.remote_cseq = cseq
        return True

    def retarget(self, message: Message, source: Address, *, distrust_contact: bool) -> None:
        """Follow the Contact of a target refresh; a message without one changes nothing."""
        target = target_of(message)
        if target is not None:
            self.remote_target = str(target)
            self.peer = self._next_hop(target, source, distrust_contact)

    def _next_hop(self, target: Uri, source: Address, distrust_contact: bool) -> Address:
        hop = target
        if self.route_set:
            hop = parse_name_addr(self.route_set[0]).uri
        return reachable(hop, source, distrust=distrust_contact)

    def request(self, method: str, via: str, *, cseq: int | None = None, body: bytes = b"") -> Request:
        """Write a request within the dialog; without `cseq` it takes the next number."""
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        uri, routes = self._way()
        headers = {"via": [via], "max-forwards": [MAX_FORWARDS]}
        if routes:
            headers["route"] = routes
        headers["from"] = [f"{self.local_uri};tag={self.local_tag}"]
        headers["to"] = [f"{self.remote_uri};tag={self.remote_tag}" if self.remote_tag else self.remote_uri]
        headers["call-id"] = [self.call_id]
        headers["cseq"] = [f"{cseq} {method}"]
        return Request(method, uri, headers, body)

    def _way(self) -> tuple[str, list[str]]:
        """Return request URI and Route values, for loose and for strict routers (RFC 3261 §12.2.1.1)."""
        if not self.route_set:
            return self.remote_target, []
        first = parse_name_addr(self.route_set[0]).uri
        if first.param("lr") is not None:
            return self.remote_target, list(self.route_set)
        return str(first._replace(headers="")), [*self.route_set[1:], f"<{self.remote_target}>"]


def target_of(message: Message) -> Uri | None:
    """Return the URI of the first Contact, None if there is none that is SIP."""
    try:
        contacts = message.contacts
    except GrammarError:
        return None
    return contacts[0].uri if contacts and contacts[0].uri.is_sip else None


def as_server(invite: Request, local_tag: str, source: Address, *, distrust_contact: bool) -> Dialog:
    """Make the dialog of an INVITE that came in (RFC 3261 §12.1.1); without a Contact the From URI is the target."""
    target = target_of(invite) or invite.from_.uri
    held = DialogSnapshot(
        call_id=invite.call_id,
        local_tag=local_tag,
        remote_tag=invite.from_tag,
        local_uri=_party(invite.to),
        remote_uri=_party(invite.from_),
        remote_target=str(target),
        route_set=_routes(invite),
        local_cseq=0,
        remote_cseq=invite.cseq.number,
        host=source.host,
        port=source.port,
        transport=source.transport,
    )
    dialog = Dialog(held)
    dialog.retarget(invite, source, distrust_contact=distrust_contact)
    return dialog


def as_client(invite: Request, answer: Response, source: Address, *, distrust_contact: bool) -> Dialog:
    """Make the dialog that a 2xx to our INVITE begins (RFC 3261 §12.1.2)."""
    held = DialogSnapshot(
        call_id=invite.call_id,
        local_tag=invite.from_tag,
        remote_tag=answer.to_tag,
        local_uri=_party(invite.from_),
        remote_uri=_party(invite.to),
        remote_target=invite.uri_text,
        route_set=_routes(answer)[::-1],
        local_cseq=answer.cseq.number,
        remote_cseq=0,
        host=source.host,
        port=source.port,
        transport=source.transport,
    )
    dialog = Dialog(held)
    dialog.retarget(answer, source, distrust_contact=distrust_contact)
    return dialog


def _party(entry: NameAddr) -> str:
    return str(NameAddr(entry.display, entry.uri))


def _routes(message: Message) -> tuple[str, ...]:
    """Return the Record-Route values that can be followed, one by one."""
    routes: list[str] = []
    for value in message.values("record-route"):
        for part in split_list(value):
            if not parse_name_addr(part).uri.is_sip:
                raise GrammarError("Record-Route is no SIP URI")
            routes.append(part)
    if len(routes) > ROUTES_MAX:
        raise GrammarError("too many Record-Route")
    return tuple(routes)


@functools.lru_cache(HOSTS_REMEMBERED)
def behind_nat(host: str) -> bool:
    """Whether a host is an address that means something only within its own network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _INSIDE)


def reachable(uri: Uri, source: Address, *, distrust: bool) -> Address:
    """Return where to send for a URI: its own address, or `source` where that would not arrive.

    A name is not resolved here, and with `distrust` a private address other than the source's is taken for one behind
    NAT: both are answered where the request came from (RFC 3581's reasoning, applied to in-dialog requests).
    """
    host = uri.host.strip("[]")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return source
    if address.is_unspecified or address.is_multicast or host == "255.255.255.255":
        return source
    if distrust and behind_nat(host) and host != source.host:
        return source
    if source.reliable:
        return source
    return Address(host, uri.port or DEFAULT_PORT, source.transport)
