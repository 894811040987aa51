"""Calls that the centre places to an agent's phone, and what crosses on the way."""

import pytest

from contactcenter.sip.dialog import DialogSnapshot
from contactcenter.sip.digest import Account, Algorithm
from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import (
    ByeReceived,
    CallAnswered,
    CallConfirmed,
    CallFailed,
    CallProgress,
    InviteCancelled,
    InviteReceived,
    RequestAnswered,
)
from contactcenter.sip.message import Request, Response, copy_headers, parse_message
from contactcenter.sip.sdp import PCMU, LocalAudio, build_answer
from tests.sip.wire import CENTRE, LATENCY_MS, OFFER, PHONE, REALM, Wire, account, centre, order, phone

PHONE_AUDIO = LocalAudio("192.0.2.30", 50_000, 3)


class Ring:
    """The centre and one phone that it rings."""

    def __init__(self, **changes: object) -> None:
        self.wire = Wire(centre=centre(), phone=phone(PHONE, **changes))
        self.centre: Endpoint = self.wire.ends[CENTRE]
        self.phone: Endpoint = self.wire.ends[PHONE]

    def dial(self, **changes: object) -> tuple[int, InviteReceived]:
        """Ring the phone; return the call at the centre and what the phone heard."""
        ours = self.centre.invite(order("sip:ann@192.0.2.30", PHONE, **changes), self.wire.now)
        self.wire.run(100)
        (event,) = self.wire.told("phone")
        assert isinstance(event, InviteReceived)
        return ours, event

    def answer(self, event: InviteReceived) -> None:
        assert event.offer is not None and event.audio is not None
        assert self.phone.accept(event.call, build_answer(event.offer, event.audio, PHONE_AUDIO), self.wire.now)


@pytest.fixture
def ring() -> Ring:
    return Ring()


def test_the_phone_rings_and_answers(ring: Ring) -> None:
    ours, event = ring.dial()
    ring.phone.ring(event.call, ring.wire.now)
    ring.wire.run(100)
    assert ring.wire.told("centre") == [CallProgress(ours, 180, None)]
    ring.answer(event)
    ring.wire.run(100)
    (answered,) = ring.wire.told("centre")
    assert isinstance(answered, CallAnswered) and answered.audio is not None
    assert (answered.audio.host, answered.audio.port, answered.audio.codec) == ("192.0.2.30", 50_000, PCMU)
    assert ring.wire.told("phone") == [CallConfirmed(event.call, None)]
    assert not ring.centre.cancel(ours, ring.wire.now)


def test_a_phone_that_is_dead_times_out(ring: Ring) -> None:
    ring.wire.verdict = lambda line: []
    ours = ring.centre.invite(order("sip:ann@192.0.2.30", PHONE), ring.wire.now)
    ring.wire.run(31_000)
    assert ring.wire.told("centre") == []
    ring.wire.run(2_000)
    assert ring.wire.told("centre") == [CallFailed(ours, 408)]
    # 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s: an INVITE's pauses double without a cap.
    assert len(ring.wire.seen) == 7


def test_the_phone_is_busy(ring: Ring) -> None:
    ours, event = ring.dial()
    ring.phone.reject(event.call, 486, ring.wire.now)
    ring.wire.run(100)
    assert ring.wire.told("centre") == [CallFailed(ours, 486)]
    assert ring.wire.seen[-1] == "centre>ACK"


def test_ringing_is_withdrawn(ring: Ring) -> None:
    ours, event = ring.dial()
    assert ring.centre.cancel(ours, ring.wire.now)
    ring.wire.run(100)
    assert ring.wire.told("phone") == [InviteCancelled(event.call)]
    assert ring.wire.told("centre") == [CallFailed(ours, 487)]


def test_the_phone_answers_while_ringing_is_withdrawn(ring: Ring) -> None:
    ours, event = ring.dial()
    ring.answer(event)
    ring.centre.cancel(ours, ring.wire.now)
    ring.wire.run(200)
    assert ring.wire.told("centre") == [CallFailed(ours, 487), RequestAnswered(ours, 0, "BYE", 200, None)]
    assert ring.wire.told("phone") == [CallConfirmed(event.call, None), ByeReceived(event.call)]


def test_a_cancel_that_nobody_answers_is_given_up(ring: Ring) -> None:
    ours, _ = ring.dial()
    ring.wire.verdict = lambda line: []
    ring.centre.cancel(ours, ring.wire.now)
    ring.wire.run(33_000)
    assert ring.wire.told("centre") == [CallFailed(ours, 408)]


def _answers(ring: Ring, ours: int, tag: str) -> bytes:
    """Return a 200 to the ringing call as another branch of a fork would send it."""
    invite = ring.centre._element.calls[ours].invite
    assert invite is not None
    headers = copy_headers(invite.request, ("via", "from", "call-id", "cseq"))
    headers |= {"to": [f"<sip:ann@192.0.2.30>;tag={tag}"], "contact": ["<sip:fork@192.0.2.30>"]}
    return Response(200, "OK", headers).encode()


def test_a_second_branch_of_a_fork_is_acknowledged_and_ended(ring: Ring) -> None:
    ours, event = ring.dial()
    other = _answers(ring, ours, "other")
    ring.answer(event)
    ring.wire.run(100)
    ring.wire.told("centre")
    ring.wire.seen.clear()
    ring.centre.receive(other, PHONE, ring.wire.now)
    ring.wire.run(5)
    assert ring.wire.seen == ["centre>ACK", "centre>BYE"]
    assert ring.wire.told("centre") == []


def test_an_answer_to_nobodys_call_is_acknowledged_and_ended(ring: Ring) -> None:
    ours, _ = ring.dial()
    stray = _answers(ring, ours, "late").replace(b"branch=z9hG4bKfirst", b"branch=z9hG4bKlost")
    ring.wire.seen.clear()
    for source in (PHONE, PHONE):
        ring.centre.receive(stray, source, ring.wire.now)
    ring.wire.run(5)
    assert ring.wire.seen[:2] == ["centre>ACK", "centre>BYE"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Call-Id: ours-1", b"Call-ID: theirs"),
        (b"Via: SIP/2.0/UDP 192.0.2.1:5060", b"Via: SIP/2.0/UDP 192.0.2.9:5060"),
        (b";tag=late", b""),
    ],
)
def test_an_answer_to_somebody_elses_call_sends_nothing(ring: Ring, old: bytes, new: bytes) -> None:
    ours, _ = ring.dial()
    stray = _answers(ring, ours, "late").replace(b"branch=z9hG4bKfirst", b"branch=z9hG4bKlost")
    ring.wire.seen.clear()
    ring.centre.receive(stray.replace(b"Call-ID", b"Call-Id").replace(old, new), PHONE, ring.wire.now)
    ring.wire.run(5)
    assert ring.wire.seen == []
    assert ring.centre.counters["stray_response"] == 1


def test_a_restarted_centre_withdraws_what_was_ringing(ring: Ring) -> None:
    _, event = ring.dial()
    ring.wire.ends[CENTRE] = again = centre()
    ours = again.recover_invite(order("sip:ann@192.0.2.30", PHONE), ring.wire.now)
    ring.wire.run(200)
    assert ring.wire.told("phone") == [InviteCancelled(event.call)]
    assert ring.wire.told("centre") == [CallFailed(ours, 487)]


def test_a_restarted_centre_hangs_up_what_was_talking(ring: Ring) -> None:
    ours, event = ring.dial()
    ring.answer(event)
    ring.wire.run(100)
    ring.wire.told("phone")
    held = ring.centre.snapshot(ours)
    assert isinstance(held, DialogSnapshot)
    ring.wire.ends[CENTRE] = again = centre()
    assert again.bye(again.restore_dialog(held, skip_cseq=10), ring.wire.now)
    ring.wire.run(100)
    assert ring.wire.told("phone") == [ByeReceived(event.call)]
    assert ring.centre.snapshot(999) is None


def test_the_phone_challenges_and_we_answer_for_a_realm_we_know() -> None:
    # The phone knows the account and trusts nobody, so it challenges.
    known = {"ann": account("ann")}
    ring = Ring(trusts=lambda source: False, accounts=known.get, realm=REALM, secret=b"phone")
    asked: list[str] = []

    def credentials(realm: str, algorithm: Algorithm) -> Account | None:
        asked.append(realm)
        return known["ann"] if realm == REALM else None

    ours, event = ring.dial(caller="sip:ann@192.0.2.1", credentials=credentials)
    assert event.account == "ann" and asked == [REALM]
    assert ring.wire.seen[:4] == ["centre>INVITE", "phone>401/INVITE", "centre>ACK", "centre>INVITE"]
    ring.answer(event)
    ring.wire.run(100)
    assert isinstance(ring.wire.told("centre")[0], CallAnswered)
    assert ours


def test_a_challenge_for_a_foreign_realm_is_not_answered() -> None:
    ring = Ring(trusts=lambda source: False, realm="elsewhere")
    ours = ring.centre.invite(order("sip:ann@192.0.2.30", PHONE, credentials=lambda realm, _: None), ring.wire.now)
    ring.wire.run(100)
    assert ring.wire.told("centre") == [CallFailed(ours, 401)]


def test_requests_follow_the_recorded_route(ring: Ring) -> None:
    ours, event = ring.dial()
    ring.answer(event)
    proxied: list[bytes] = []
    for datagram, _ in ring.phone.take_datagrams():
        proxied.append(
            datagram.replace(b"Contact:", b"Record-Route: <sip:192.0.2.99;lr>, <sip:edge.example;lr>\r\nContact:")
        )
    ring.centre.receive(proxied[-1], PHONE, ring.wire.now)
    (ack, target), *_ = ring.centre.take_datagrams()
    message = parse_message(ack)
    # The route set is the Record-Route reversed, and a name is not resolved: the source stands in.
    assert message.values("route") == ["<sip:edge.example;lr>", "<sip:192.0.2.99;lr>"]
    assert isinstance(message, Request) and message.uri_text == "sip:ann@192.0.2.30:5060"
    assert target == PHONE and ours


def test_a_header_value_cannot_open_another_header(ring: Ring) -> None:
    evil = "x\r\nP-Asserted-Identity: <sip:boss@example.com>"
    ring.centre.invite(order("sip:ann@192.0.2.30", PHONE, display=evil, headers=(("Alert-Info", evil),)), ring.wire.now)
    ((datagram, _),) = ring.centre.take_datagrams()
    message = parse_message(datagram)
    assert isinstance(message, Request) and message.defect is None
    assert message.values("p-asserted-identity") == []
    assert b"\r\nP-Asserted" not in datagram
    assert message.body == OFFER


def test_late_answers_are_acknowledged_again(ring: Ring) -> None:
    lost: list[str] = []

    def verdict(line: str) -> list[int]:
        if line == "centre>ACK" and len(lost) < 2:
            lost.append(line)
            return []
        return [LATENCY_MS]

    ring.wire.verdict = verdict
    _, event = ring.dial()
    ring.answer(event)
    ring.wire.run(3_000)
    assert ring.wire.told("phone") == [CallConfirmed(event.call, None)]
    assert len(ring.wire.lines("phone>200/INVITE")) == len(ring.wire.lines("centre>ACK")) == 3
