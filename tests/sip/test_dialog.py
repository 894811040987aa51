"""Dialogs: identity, order, route and target, and where their requests go."""

import pytest

from contactcenter.sip.dialog import (
    ROUTES_MAX,
    Dialog,
    DialogSnapshot,
    as_client,
    as_server,
    behind_nat,
    reachable,
    target_of,
)
from contactcenter.sip.grammar import Address, GrammarError, parse_uri
from contactcenter.sip.message import Request, Response, parse_message

PEER = Address("198.51.100.9", 5062)


def invite(contact: str = "<sip:caller@198.51.100.9:5062>", routes: str = "") -> Request:
    text = (
        "INVITE sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.9:5062;branch=z9hG4bKx\r\n"
        'From: "C" <sip:caller@x>;tag=far\r\nTo: <sip:100@192.0.2.1>\r\nCall-ID: id\r\nCSeq: 7 INVITE\r\n'
        f"{f'Contact: {contact}' if contact else 'X: y'}\r\n{routes}\r\n"
    )
    message = parse_message(text.encode())
    assert isinstance(message, Request)
    return message


def server(contact: str = "<sip:caller@198.51.100.9:5062>", routes: str = "", distrust: bool = True) -> Dialog:
    return as_server(invite(contact, routes), "near", PEER, distrust_contact=distrust)


def test_a_request_within_a_dialog() -> None:
    dialog = server()
    first, second = dialog.request("BYE", "V"), dialog.request("ACK", "V", cseq=7)
    assert (first.method, first.uri_text) == ("BYE", "sip:caller@198.51.100.9:5062")
    assert first.headers == {
        "via": ["V"],
        "max-forwards": ["70"],
        "from": ["<sip:100@192.0.2.1>;tag=near"],
        "to": ['"C" <sip:caller@x>;tag=far'],
        "call-id": ["id"],
        "cseq": ["1 BYE"],
    }
    assert second.cseq.number == 7 and dialog.local_cseq == 1
    assert dialog.key == ("id", "near", "far") and dialog.peer == PEER


def test_numbers_only_rise() -> None:
    dialog = server()
    assert not dialog.takes(7) and dialog.takes(8) and not dialog.takes(8)


def test_a_snapshot_is_the_dialog() -> None:
    dialog = server(routes="Record-Route: <sip:198.51.100.1;lr>\r\n")
    held = dialog.snapshot()
    assert (
        Dialog(held).snapshot()
        == held
        == DialogSnapshot(
            "id",
            "near",
            "far",
            "<sip:100@192.0.2.1>",
            '"C" <sip:caller@x>',
            "sip:caller@198.51.100.9:5062",
            ("<sip:198.51.100.1;lr>",),
            0,
            7,
            "198.51.100.1",
            5060,
        )
    )


def test_loose_and_strict_routes() -> None:
    loose = server(routes="Record-Route: <sip:198.51.100.1;lr>, <sip:198.51.100.2;lr>\r\n").request("BYE", "V")
    assert loose.uri_text == "sip:caller@198.51.100.9:5062"
    assert loose.values("route") == ["<sip:198.51.100.1;lr>", "<sip:198.51.100.2;lr>"]
    strict = server(routes="Record-Route: <sip:198.51.100.1?x=y>, <sip:198.51.100.2>\r\n").request("BYE", "V")
    assert strict.uri_text == "sip:198.51.100.1"
    assert strict.values("route") == ["<sip:198.51.100.2>", "<sip:caller@198.51.100.9:5062>"]


def test_a_client_reverses_the_route() -> None:
    answer = Response(
        200,
        "OK",
        {
            "to": ["<sip:100@192.0.2.1>;tag=theirs"],
            "cseq": ["7 INVITE"],
            "record-route": ["<sip:198.51.100.1;lr>", "<sip:198.51.100.2;lr>"],
        },
    )
    dialog = as_client(invite(), answer, PEER, distrust_contact=True)
    assert dialog.route_set == ("<sip:198.51.100.2;lr>", "<sip:198.51.100.1;lr>")
    # Without a Contact the target is whom we asked; without a hop of its own the answer's source is used.
    assert (dialog.remote_target, dialog.peer) == ("sip:100@192.0.2.1", PEER)
    assert (dialog.local_cseq, dialog.remote_tag) == (7, "theirs")


def test_a_caller_without_contact_is_called_back_by_name() -> None:
    dialog = server(contact="")
    assert dialog.remote_target == "sip:caller@x" and dialog.peer == PEER


def test_routes_are_limited() -> None:
    for routes in ("Record-Route: <sip:a;lr>\r\n" * (ROUTES_MAX + 1), "Record-Route: <tel:1>\r\n"):
        with pytest.raises(GrammarError):
            server(routes=routes)


@pytest.mark.parametrize(
    ("uri", "distrust", "expected"),
    [
        ("sip:a@198.51.100.77:5070", False, Address("198.51.100.77", 5070)),
        ("sip:a@8.8.8.8", True, Address("8.8.8.8", 5060)),
        ("sip:a@10.0.0.7:5070", True, PEER),
        ("sip:a@10.0.0.7:5070", False, Address("10.0.0.7", 5070)),
        ("sip:a@198.51.100.9:9", True, Address("198.51.100.9", 9)),
        ("sip:a@name.example", False, PEER),
        ("sip:a@0.0.0.0", False, PEER),
        ("sip:a@224.0.0.1", False, PEER),
        ("sip:a@255.255.255.255", False, PEER),
        ("sip:a@[2001:db8::1]:5070", False, Address("2001:db8::1", 5070)),
    ],
)
def test_where_requests_go(uri: str, distrust: bool, expected: Address) -> None:
    assert reachable(parse_uri(uri), PEER, distrust=distrust) == expected


def test_names_are_not_behind_nat() -> None:
    assert behind_nat("10.1.2.3") and behind_nat("fe80::1")
    assert not behind_nat("name.example") and not behind_nat("8.8.8.8")


def test_a_contact_that_cannot_be_read_is_none() -> None:
    assert target_of(Response(200, "OK", {"contact": ["<sip:broken"]})) is None


def test_a_connection_is_answered_on_itself() -> None:
    flow = Address("198.51.100.9", 443, "WSS")
    assert reachable(parse_uri("sip:x@8.8.8.8"), flow, distrust=False) == flow
