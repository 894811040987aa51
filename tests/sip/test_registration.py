"""Phones that register, and everybody who is not let in."""

import pytest

from contactcenter.sip.digest import Account, Algorithm
from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import InviteReceived, RegistrationChanged, RequestAnswered
from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Request, Response, parse_message
from contactcenter.sip.outgoing import RequestOrder
from contactcenter.sip.registrar import Change
from tests.sip.wire import CENTRE, OFFER, PHONE, REALM, STRANGER, Wire, account, centre, order, phone


class Desk:
    """The centre and a phone that wants to be known to it."""

    def __init__(self) -> None:
        self.wire = Wire(centre=centre(), phone=phone(PHONE))
        self.centre: Endpoint = self.wire.ends[CENTRE]
        self.cseq = 0

    def register(self, name: str = "ann", secret_of: str = "", expires: str = "", **changes: object) -> int:
        """Register a phone; return the status it got."""
        self.cseq += 10
        parts: dict[str, object] = {
            "method": "REGISTER",
            "target": "sip:192.0.2.1",
            "destination": CENTRE,
            "party": f"sip:{name}@192.0.2.1",
            "call_id": "reg",
            "cseq": self.cseq,
            "headers": (("Expires", expires),) if expires else (),
            "contact_user": name,
            "credentials": lambda realm, algorithm: account(secret_of or name, algorithm),
        }
        self.wire.ends[PHONE].request(RequestOrder(**(parts | changes)), self.wire.now)  # type: ignore[arg-type]
        # More than a second, so that refusals do not use up the budget of replies to strangers.
        self.wire.run(1_100)
        (answered,) = self.wire.told("phone")
        assert isinstance(answered, RequestAnswered) and answered.method == "REGISTER"
        return answered.status

    def changes(self) -> list[tuple[str, Change]]:
        return [
            (told.account, told.change.change)
            for told in self.wire.told("centre")
            if isinstance(told, RegistrationChanged)
        ]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("name", ["ann", "old"])
def test_a_phone_registers_with_its_own_algorithm(desk: Desk, name: str) -> None:
    assert desk.register(name) == 200
    (binding,) = desk.centre.bindings(name, desk.wire.now)
    assert binding.contact == f"sip:{name}@192.0.2.30:5060" and binding.source == PHONE
    assert desk.changes() == [(name, Change.ADDED)]
    assert desk.register(name) == 200
    assert desk.changes() == []


def test_a_registration_runs_out(desk: Desk) -> None:
    assert desk.register(expires="60") == 200
    assert desk.changes() == [("ann", Change.ADDED)]
    desk.wire.run(61_000)
    assert desk.changes() == [("ann", Change.EXPIRED)]
    assert desk.centre.bindings("ann", desk.wire.now) == []


def test_a_phone_says_goodbye(desk: Desk) -> None:
    desk.register()
    assert desk.register(expires="0") == 200
    assert desk.changes() == [("ann", Change.ADDED), ("ann", Change.REMOVED)]


def test_too_short_an_interval_is_refused(desk: Desk) -> None:
    assert desk.register(expires="5") == 423


def test_a_wrong_secret_a_foreign_name_and_no_name_are_refused(desk: Desk) -> None:
    assert desk.register("ann", credentials=lambda realm, _: Account("ann", "0" * 64)) == 401
    assert desk.register("nobody") == 401
    assert desk.register("old", credentials=lambda realm, _: account("ann")) == 401
    assert desk.register("ann", party="sip:someone@192.0.2.1") == 403
    assert desk.changes() == []


def test_known_and_unknown_names_are_challenged_alike(desk: Desk) -> None:
    replies = []
    for name in ("ann", "nobody"):
        text = (
            f"REGISTER sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.66;branch=z9hG4bK{name}\r\n"
            f"From: <sip:{name}@x>;tag=1\r\nTo: <sip:{name}@x>\r\nCall-ID: {name}\r\nCSeq: 1 REGISTER\r\n\r\n"
        )
        desk.centre.receive(text.encode(), STRANGER, desk.wire.now)
        ((datagram, _),) = desk.centre.take_datagrams()
        replies.append(parse_message(datagram))
    assert all(isinstance(reply, Response) and reply.status == 401 for reply in replies)
    fields = [(reply.first("www-authenticate") or "").split(", ") for reply in replies]
    assert [part for part in fields[0] if "nonce" not in part] == [part for part in fields[1] if "nonce" not in part]


def test_a_registered_phone_may_call_in() -> None:
    wire = Wire(centre=centre(), phone=phone(PHONE))
    credentials = lambda realm, algorithm: account("ann", algorithm)  # noqa: E731
    wire.ends[PHONE].invite(
        order("sip:100@192.0.2.1", CENTRE, caller="sip:ann@192.0.2.1", credentials=credentials), wire.now
    )
    wire.run(100)
    (event,) = wire.told("centre")
    assert isinstance(event, InviteReceived) and event.account == "ann"


def test_an_identity_asserted_by_a_phone_does_not_count() -> None:
    wire = Wire(centre=centre(), phone=phone(PHONE))
    wire.ends[PHONE].invite(
        order(
            "sip:100@192.0.2.1",
            CENTRE,
            caller="sip:ann@192.0.2.1",
            credentials=lambda realm, algorithm: account("ann", algorithm),
            headers=(("P-Asserted-Identity", "<sip:boss@x.example>"),),
        ),
        wire.now,
    )
    wire.run(100)
    (event,) = wire.told("centre")
    assert isinstance(event, InviteReceived) and event.calling == "ann"


def ask(end: Endpoint, method: str, uri: str, source: Address, serial: int = 0, body: bytes = b"") -> list[int]:
    """Send one request without credentials; return the statuses that come back."""
    headers = {
        "via": [f"SIP/2.0/UDP {source.host}:{source.port};branch=z9hG4bK{method}{serial}"],
        "from": ["<sip:eve@x.example>;tag=1"],
        "to": [f"<{uri}>" if uri.startswith("sip") else "<sip:x@x.example>"],
        "call-id": [f"{method}{serial}"],
        "cseq": [f"1 {method}"],
        "max-forwards": ["70"],
    }
    request = Request(method, uri, headers, body)
    if body:
        request.add("content-type", "application/sdp")
    end.receive(request.encode(), source, 1_000)
    replies = [parse_message(datagram) for datagram, _ in end.take_datagrams()]
    return [reply.status for reply in replies if isinstance(reply, Response)]


@pytest.mark.parametrize(
    "method", ["MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH", "NOTIFY", "INFO", "INVITE", "REGISTER", "UPDATE", "PRACK"]
)
def test_strangers_get_nothing_but_options(method: str) -> None:
    end = centre()
    (status,) = ask(end, method, "sip:100@192.0.2.1", STRANGER)
    assert status in (401, 403, 405)
    assert end.take_events() == []
    assert ask(end, "OPTIONS", "sip:192.0.2.1", STRANGER) == [200]


def test_no_spelling_of_a_number_lets_a_stranger_call() -> None:
    end = centre()
    numbers = [f"{prefix}{'15550100'}{suffix}" for prefix in ("+", "00", "011", "%2B", "9,") for suffix in ("", "%40x")]
    forms = [f"sip:{number}@192.0.2.1{tail}" for number in numbers for tail in ("", ";user=phone", ";phone-context=+1")]
    for serial, uri in enumerate(forms):
        statuses = ask(end, "INVITE", uri, STRANGER, serial, OFFER)
        assert set(statuses) <= {401}
    assert end.take_events() == []


def test_replies_to_a_flood_are_withheld() -> None:
    end = centre()
    answered = sum(bool(ask(end, "REGISTER", "sip:192.0.2.1", STRANGER, serial)) for serial in range(50))
    assert answered <= 5
    assert end.counters["reply_withheld"] >= 45


def test_who_has_registered_is_not_taken_for_a_flood(desk: Desk) -> None:
    assert desk.register() == 200
    desk.centre.take_datagrams()
    answered = sum(bool(ask(desk.centre, "REGISTER", "sip:192.0.2.1", PHONE, serial)) for serial in range(50))
    assert answered == 50


def test_bindings_come_back_after_a_restart(desk: Desk) -> None:
    desk.register()
    (binding,) = desk.centre.bindings("ann", desk.wire.now)
    again = centre()
    again.restore_binding(binding)
    again.restore_binding(binding)
    assert again.bindings("ann", desk.wire.now) == [binding]
    assert [change.change for change in again.remove_bindings("ann")] == [Change.REMOVED]
    assert again.bindings("ann", desk.wire.now) == []


def test_a_realm_of_ours_is_what_a_phone_signs_for() -> None:
    assert account("ann", Algorithm.MD5).ha1 != account("ann").ha1
    assert REALM == "centre.example"
