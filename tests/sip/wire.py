"""A fake wire between SIP endpoints: it keeps virtual time, and loses, doubles or delays what a test tells it to."""

from collections.abc import Callable, Iterator
from itertools import count

from contactcenter.sip.call import InviteOrder
from contactcenter.sip.digest import Account, Algorithm, compute_ha1
from contactcenter.sip.element import EndpointSettings
from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import Event, InviteReceived
from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Response, parse_message
from contactcenter.sip.sdp import LocalAudio, build_answer, build_offer

CENTRE = Address("192.0.2.1", 5060)
CALLER = Address("192.0.2.20", 5060)
PHONE = Address("192.0.2.30", 5060)
STRANGER = Address("203.0.113.66", 5060)
REALM = "centre.example"
LATENCY_MS = 10
OFFER = build_offer(LocalAudio("192.0.2.20", 40_000, 1))
ANSWER_HOST = LocalAudio("192.0.2.1", 30_000, 2)

Verdict = list[int]
"""How a datagram travels: the delays of its copies; an empty list loses it."""


def tokens(prefix: str) -> Callable[[], str]:
    """Return a source of tokens that tells its owner."""
    serial: Iterator[int] = count(1)
    return lambda: f"{prefix}{next(serial)}"


def account(name: str, algorithm: Algorithm = Algorithm.SHA256) -> Account:
    """Return the account of a phone whose secret is its name backwards."""
    return Account(name, compute_ha1(algorithm, name, REALM, name[::-1]), algorithm)


def centre(**changes: object) -> Endpoint:
    """Return an endpoint that trusts the caller's address and knows the phones 'ann' and 'old'."""
    accounts = {"ann": account("ann"), "old": account("old", Algorithm.MD5)}
    settings: dict[str, object] = {
        "address": CENTRE,
        "realm": REALM,
        "secret": b"nonce key",
        "accounts": accounts.get,
        "trusts": lambda source: source.host == CALLER.host,
        "owns_call_id": lambda call_id: call_id.startswith("ours-"),
    }
    return Endpoint(EndpointSettings(**(settings | changes)), tokens("c"))  # type: ignore[arg-type]


def phone(address: Address, **changes: object) -> Endpoint:
    """Return an endpoint that takes calls from anybody and is no registrar."""
    settings: dict[str, object] = {"address": address, "trusts": lambda source: True, "registers": False}
    return Endpoint(EndpointSettings(**(settings | changes)), tokens(f"p{address.host[-2:]}"))  # type: ignore[arg-type]


def order(target: str, destination: Address, **changes: object) -> InviteOrder:
    """Return an order for a call with an offer."""
    parts: dict[str, object] = {
        "target": target,
        "destination": destination,
        "caller": "sip:+15550100@192.0.2.20",
        "call_id": "ours-1",
        "from_tag": "tagged",
        "branch": "z9hG4bKfirst",
        "body": OFFER,
    }
    return InviteOrder(**(parts | changes))  # type: ignore[arg-type]


class Wire:
    """Endpoints by address, joined by a network that a test bends by replacing `verdict`."""

    def __init__(self, **endpoints: Endpoint) -> None:
        self.now = 1_000
        self.ends: dict[Address, Endpoint] = {}
        self.names: dict[Address, str] = {}
        self.happened: list[tuple[str, Event]] = []
        self.seen: list[str] = []
        self.verdict: Callable[[str], Verdict] = lambda line: [LATENCY_MS]
        self._flying: list[tuple[int, int, bytes, Address, Address]] = []
        self._serial = 0
        for name, address in (("centre", CENTRE), ("caller", CALLER), ("phone", PHONE)):
            if name in endpoints:
                self.ends[address] = endpoints[name]
                self.names[address] = name

    def collect(self) -> None:
        """Take what the endpoints want to send, and what they tell."""
        for address, end in self.ends.items():
            for datagram, target in end.take_datagrams():
                line = f"{self.names[address]}>{_line(datagram)}"
                self.seen.append(line)
                for delay in self.verdict(line):
                    self._serial += 1
                    self._flying.append((self.now + delay, self._serial, datagram, address, target))
            self.happened += [(self.names[address], event) for event in end.take_events()]

    def run(self, until_ms: int) -> None:
        """Let virtual time pass until `until_ms` after now, with everything that happens on the way."""
        end_at = self.now + until_ms
        self.collect()
        while (at := self._next()) is not None and at <= end_at:
            self.now = max(self.now, at)
            self._deliver()
            for end in self.ends.values():
                end.expire(self.now)
            self.collect()
        self.now = end_at

    def _next(self) -> int | None:
        times = [end.deadline() for end in self.ends.values()] + [flight[0] for flight in self._flying]
        return min((at for at in times if at is not None), default=None)

    def _deliver(self) -> None:
        due = sorted(flight for flight in self._flying if flight[0] <= self.now)
        self._flying = [flight for flight in self._flying if flight[0] > self.now]
        for _, _, datagram, source, target in due:
            if target in self.ends:
                self.ends[target].receive(datagram, source, self.now)

    def lines(self, *words: str) -> list[str]:
        """Return what was sent that holds all the words, in order."""
        return [line for line in self.seen if all(word in line for word in words)]

    def told(self, name: str) -> list[Event]:
        """Return and forget what an endpoint told its owner."""
        events = [event for who, event in self.happened if who == name]
        self.happened = [entry for entry in self.happened if entry[0] != name]
        return events


def _line(datagram: bytes) -> str:
    """Return method or status of a datagram, with the method that a status answers."""
    head = datagram.decode("utf-8", "replace").split("\r\n")
    if head[0].startswith("SIP/2.0 "):
        cseq = next((line for line in head if line.startswith("CSeq:")), "")
        return f"{head[0].split(' ')[1]}/{cseq.split(' ')[-1]}"
    return head[0].split(" ")[0]


def lines(method: str, **headers: str) -> bytes:
    """Return a request from the caller; a header given as empty is left out."""
    known = {
        "Via": f"SIP/2.0/UDP 192.0.2.20;branch=z9hG4bK{method}",
        "From": "<sip:+15550100@192.0.2.20>;tag=far",
        "To": "<sip:100@192.0.2.1>",
        "Call-ID": "theirs",
        "CSeq": f"1 {method}",
        "Contact": "<sip:caller@192.0.2.20>",
    }
    merged = {name: value for name, value in (known | headers).items() if value}
    text = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in merged.items())
    return f"{method} sip:100@192.0.2.1 SIP/2.0\r\n{text}\r\n".encode()


def statuses(end: Endpoint) -> list[int]:
    replies = [parse_message(datagram) for datagram, _ in end.take_datagrams()]
    return [reply.status for reply in replies if isinstance(reply, Response)]


def talking() -> tuple[Wire, int, int]:
    """Return a wire with a call that is up, and its numbers at caller and centre."""
    wire = Wire(centre=centre(), caller=phone(CALLER))
    mine = wire.ends[CALLER].invite(order("sip:100@192.0.2.1", CENTRE), wire.now)
    wire.run(100)
    (event,) = wire.told("centre")
    assert isinstance(event, InviteReceived) and event.offer is not None and event.audio is not None
    wire.ends[CENTRE].accept(event.call, build_answer(event.offer, event.audio, ANSWER_HOST), wire.now)
    wire.run(100)
    wire.happened.clear()
    wire.seen.clear()
    return wire, mine, event.call


def within(wire: Wire, mine: int, method: str, serial: int, body: bytes = b"", kind: str = "application/sdp") -> None:
    """Let the caller send a request of its dialog by hand."""
    dialog = wire.ends[CALLER]._element.calls[mine].dialog
    assert dialog is not None
    asked = dialog.request(method, f"SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKhand{serial}", body=body)
    asked.add("contact", "<sip:caller@192.0.2.20:5060>")
    if body:
        asked.add("content-type", kind)
    wire.ends[CENTRE].receive(asked.encode(), CALLER, wire.now)
    wire.collect()
