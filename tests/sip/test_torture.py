"""Every message of RFC 4475 and RFC 5118 gets an answer that its index allows."""

import json
from pathlib import Path
from typing import Any

import pytest

from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import InviteReceived
from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Response, parse_message
from contactcenter.sip.sdp import LocalAudio, build_answer, build_offer
from tests.sip.wire import CENTRE, centre, order

FOLDER = Path(__file__).parent / "torture"
MESSAGES: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text("utf-8"))["messages"]
SENDER = Address("198.51.100.7", 5070)
OURS = LocalAudio("192.0.2.1", 30_000, 2)


def play(datagram: bytes, end: Endpoint) -> list[Response]:
    """Send one datagram to an endpoint whose owner answers every call; return the final responses."""
    end.receive(datagram, SENDER, 1_000)
    for event in end.take_events():
        if isinstance(event, InviteReceived):
            body = build_offer(OURS)
            if event.offer is not None and event.audio is not None:
                body = build_answer(event.offer, event.audio, OURS)
            end.accept(event.call, body, 1_001)
    sent = end.take_datagrams()
    assert all(target == SENDER and reply.startswith(b"SIP/2.0 ") for reply, target in sent)
    return [read(reply) for reply, _ in sent if not reply.startswith(b"SIP/2.0 1")]


def read(reply: bytes) -> Response:
    """Read an answer more kindly than the parser does: one to a broken request repeats what was broken."""
    head = reply.decode("utf-8", "surrogateescape").partition("\r\n\r\n")[0].split("\r\n")
    response = Response(int(head[0][8:11]), head[0][12:], {})
    for line in head[1:]:
        name, _, value = line.partition(": ")
        response.add(name, value)
    return response


def trusting() -> Endpoint:
    return centre(trusts=lambda source: True)


def load(name: str) -> bytes:
    entry = next(entry for entry in MESSAGES if entry["name"] == name)
    return (FOLDER / str(entry["file"])).read_bytes()


@pytest.mark.parametrize("entry", MESSAGES, ids=lambda entry: entry["name"])
def test_an_endpoint_answers_as_the_rfc_allows(entry: dict[str, Any]) -> None:
    datagram = (FOLDER / entry["file"]).read_bytes()
    answers = play(datagram, trusting())

    assert len(answers) <= 1
    allowed = entry["server"]
    got = answers[0].status if answers else "drop"
    ordinary = "normal" in allowed and bool(answers) and got != 400
    assert got in allowed or ordinary, f"{got}, allowed {allowed}: {entry['rfc_says']}"


@pytest.mark.parametrize("name", ["intmeth", "esc02", "mpart01"])
def test_a_refused_method_is_told_what_is_allowed(name: str) -> None:
    (answer,) = play(load(name), trusting())
    assert "INVITE" in answer.tokens("allow")


def test_unsupported_extensions_are_named() -> None:
    (answer,) = play(load("bext01"), trusting())
    assert answer.tokens("unsupported") == ["nothingSupportsThis", "nothingSupportsThisEither"]


def test_every_via_comes_back_in_order() -> None:
    (answer,) = play(load("transports"), trusting())
    hops = [value.split(";")[0].split("/")[2] for value in answer.values("via")]
    assert hops == [
        "UDP t1.example.com",
        "SCTP t2.example.com",
        "TLS t3.example.com",
        "UNKNOWN t4.example.com",
        "TCP t5.example.com",
    ]


def test_long_values_come_back_whole() -> None:
    datagram = load("longreq")
    (answer,) = play(datagram, trusting())
    asked = parse_message(datagram)
    assert answer.call_id == asked.call_id
    assert answer.from_tag == asked.from_tag
    assert len(answer.values("via")) == len(asked.values("via"))


def test_a_response_that_is_all_right_is_read_whatever_its_phrase() -> None:
    assert isinstance(parse_message(load("unreason")), Response)
    assert isinstance(parse_message(load("noreason")), Response)


def test_an_invite_in_the_tail_of_a_datagram_is_no_call() -> None:
    end = trusting()
    end.receive(load("dblreq"), SENDER, 1_000)
    assert end.take_events() == []


def test_a_folded_header_keeps_its_value() -> None:
    message = parse_message(load("wsinv"))
    assert message.first("newfangledheader") == "newfangled value continued newfangled value"
    assert message.first("unknownheaderwithunusualvalue") == ";;,,;;,;"
    assert [via.split(";")[0].split()[-1] for via in message.values("via")] == ["192.0.2.2", "spindle.example.com"]


def test_escapes_are_resolved_only_where_they_are_escapes() -> None:
    message = parse_message(load("esc01"))
    assert message.from_.uri.user_text == "I have spaces"
    assert message.to.uri.user_text == "user"
    assert parse_message(load("semiuri")).defect is None  # type: ignore[union-attr]


def test_an_order_to_a_foreign_response_sends_nothing() -> None:
    end = trusting()
    end.invite(order("sip:100@192.0.2.9", CENTRE), 1_000)
    end.take_datagrams()
    for name in ("unreason", "noreason", "bigcode", "scalarlg", "bcast"):
        end.receive(load(name), SENDER, 1_000)
    assert end.take_datagrams() == []
